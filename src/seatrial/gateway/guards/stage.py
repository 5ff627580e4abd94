"""The stage: the Guards of each name that clients ask for, on its requests and on its answers."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from seatrial.gateway.exchange import Exchange
from seatrial.gateway.guards.answers import guard_answer
from seatrial.gateway.guards.guard import Guarding, Guardings
from seatrial.gateway.guards.places import texts_with
from seatrial.gateway.guards.requests import guard_request
from seatrial.gateway.guards.stream import GuardedStream
from seatrial.gateway.stages import Filter

_NONE: Final = Guarding()


class Guarded:
    """Looks at what the Guards of a name want to see.

    Args:
        guardings: By the name that clients ask for; names without Guards are missing.
        closers: Give back what Guards hold that ask somebody else.
    """

    def __init__(self, guardings: Guardings, closers: Sequence[Callable[[], Awaitable[None]]] = ()) -> None:
        self._guardings, self._closers = guardings, closers

    async def aclose(self) -> None:
        """Give back connections."""
        for close in self._closers:
            await close()

    async def request(self, exchange: Exchange) -> None:
        """Look at the request; may change its body and its route.

        Raises:
            Refusal: It is blocked, or its texts cannot be read or are too long.
        """
        guarding = self._of(exchange)
        if guarding.request:
            await guard_request(exchange, guarding)

    def answer(self, exchange: Exchange) -> Filter | None:
        """What the reply must pass, if anything."""
        guarding = self._of(exchange)
        if (guarding.answer or exchange.withheld) and texts_with(exchange.operation):
            return GuardedStream(exchange, guarding)
        return None

    async def whole(self, exchange: Exchange, body: bytes) -> bytes:
        """Look at a whole answer; gives what goes to the client.

        Raises:
            Refusal: It is blocked.
        """
        guarding = self._of(exchange)
        if (guarding.answer or exchange.withheld) and texts_with(exchange.operation):
            return await guard_answer(exchange, guarding, body)
        return body

    def _of(self, exchange: Exchange) -> Guarding:
        """Those of the name that was asked for, wherever the request was sent since."""
        return self._guardings.get(exchange.asked.model, _NONE) if exchange.asked is not None else _NONE
