"""Stages that are not configured: they let everything pass."""

from dataclasses import dataclass

from seatrial.gateway.config import Terms
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.stages import Filter, Kept


@dataclass(frozen=True, slots=True)
class Anyone:
    """The caller of a gateway without keys."""

    key: str = ""
    project: str = ""
    environment: str = ""
    terms: Terms = Terms()  # noqa: RUF009  it is frozen

    def may_ask(self, route: str) -> bool:
        """Everything."""
        return True


_ANYONE = Anyone()


class OpenDoor:
    """No keys: for loopback alone."""

    async def enter(self, exchange: Exchange, client: str | None) -> None:
        """Everyone may come in."""
        exchange.caller = _ANYONE


class NoLimits:
    """No limits."""

    async def admit(self, exchange: Exchange) -> None:
        """There is always room."""

    async def settle(self, exchange: Exchange) -> None:
        """Nothing was taken."""

    def headers(self, exchange: Exchange) -> list[tuple[bytes, bytes]]:
        """None."""
        return []


class NoLedger:
    """No budgets."""

    async def reserve(self, exchange: Exchange) -> None:
        """It may cost what it costs."""

    async def settle(self, exchange: Exchange) -> None:
        """Nothing was set aside."""


class NoCache:
    """Every request is asked."""

    async def find(self, exchange: Exchange) -> Kept | None:
        """Nothing is kept."""
        return None

    async def keep(self, exchange: Exchange, headers: list[tuple[bytes, bytes]]) -> None:
        """It is forgotten."""


class NoGuards:
    """Nobody looks."""

    async def request(self, exchange: Exchange) -> None:
        """It passes."""

    def answer(self, exchange: Exchange) -> Filter | None:
        """It passes."""
        return None

    async def whole(self, exchange: Exchange, body: bytes) -> bytes:
        """It passes."""
        return body


class NoRecords:
    """Nothing is kept of what was asked."""

    def put(self, exchange: Exchange) -> None:
        """It is forgotten."""
