"""The stages that a request passes, as Protocols. Each writes what it learns into the Exchange, or raises a Refusal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from seatrial.gateway.config import Limits, Route
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.routing.course import Courier


class Door(Protocol):
    """Who may come in."""

    async def enter(self, exchange: Exchange, client: str | None) -> None:
        """Set the caller, from the headers and the address of the client.

        Raises:
            Refusal: Nobody known (401), or not from there (403).
        """
        ...


class Limiter(Protocol):
    """How much may come in."""

    async def admit(self, exchange: Exchange) -> None:
        """Take a place and the estimated tokens.

        Raises:
            Refusal: There is no room now (429).
        """
        ...

    async def settle(self, exchange: Exchange) -> None:
        """Give the place back and correct the estimate; called once for all that were admitted."""
        ...

    def headers(self, exchange: Exchange) -> list[tuple[bytes, bytes]]:
        """`x-ratelimit-*` of the scarcest limit."""
        ...


class Ledger(Protocol):
    """What may be spent."""

    async def reserve(self, exchange: Exchange) -> None:
        """Set aside what it may cost at the most; may change the route to a cheaper one.

        Raises:
            Refusal: The budget does not allow it.
        """
        ...

    async def settle(self, exchange: Exchange) -> None:
        """Book what it did cost; called once for all that were reserved."""
        ...


class Kept(Protocol):
    """A kept reply."""

    @property
    def status(self) -> int:
        """Its HTTP status."""
        ...

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """Those of the reply that a client may need."""
        ...

    @property
    def chunks(self) -> list[bytes]:
        """The body as it was streamed, or in one piece."""
        ...

    @property
    def age(self) -> float:
        """Seconds since it came from the provider."""
        ...


class Cache(Protocol):
    """Replies that are given again."""

    async def find(self, exchange: Exchange) -> Kept | None:
        """A reply to the same request, from memory or from another request in flight; None: ask, then `keep`."""
        ...

    async def keep(self, exchange: Exchange, headers: list[tuple[bytes, bytes]]) -> None:
        """What the request came to, be it good or not: others may be waiting for it. Called once after each None."""
        ...


class Filter(Protocol):
    """Looks at the reply while it passes and may hold back, change or end it."""

    def feed(self, chunk: bytes) -> bytes:
        """What may go on to the client now.

        Raises:
            Refusal: The reply must not go on.
        """
        ...

    async def end(self) -> bytes:
        """What was held back, when the reply is over.

        Raises:
            Refusal: It must not go on.
        """
        ...


class Guards(Protocol):
    """Checks on the hot path."""

    async def request(self, exchange: Exchange) -> None:
        """Look at the request; may change its body.

        Raises:
            Refusal: It is blocked.
        """
        ...

    def answer(self, exchange: Exchange) -> Filter | None:
        """What the reply must pass, if anything."""
        ...

    async def whole(self, exchange: Exchange, body: bytes) -> bytes:
        """Look at a whole answer that is no stream; gives what goes to the client.

        Raises:
            Refusal: It is blocked.
        """
        ...


class Recorder(Protocol):
    """Takes what is over."""

    def put(self, exchange: Exchange) -> None:
        """Take it; never blocks and never fails."""
        ...


@dataclass(frozen=True, slots=True)
class House:
    """All that a request meets on its way; a reload makes a new one, requests that are in stay in theirs."""

    routes: Mapping[str, Route]
    courier: Courier
    door: Door
    limiter: Limiter
    ledger: Ledger
    cache: Cache
    guards: Guards
    recorder: Recorder
    limits: Limits = field(default_factory=Limits)
