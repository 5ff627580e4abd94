"""Limits that several processes count together, in Redis: one round trip for all limits of a request."""

import asyncio
from collections.abc import Sequence
from typing import Final

from seatrial.gateway.exchange import Exchange
from seatrial.gateway.limits.local import LocalLimiter, Taken, correction
from seatrial.gateway.limits.meter import Meter
from seatrial.gateway.limits.meters import Plans
from seatrial.gateway.limits.refusals import headers_of, refused
from seatrial.gateway.limits.scripts import ADMIT, SETTLE
from seatrial.gateway.limits.shared import PAUSE, Gone, Shared
from seatrial.gateway.wire.errors import Refusal

UNSHARED = (b"x-seatrial-limits", b"unshared")
"""Header of a reply to a request that this process alone has counted."""
GIVEN_BACK: Final = 3
"""How often it is tried to give a place back; what a process still holds in Redis then, it holds until it ends."""


class SharedLimiter(LocalLimiter):
    """Counts in Redis; in this process alone while Redis is gone and requests are to pass then.

    Args:
        plans: Which limits a request comes under.
        shared: The Redis.
    """

    __slots__ = ("_shared",)

    def __init__(self, plans: Plans, shared: Shared) -> None:
        super().__init__(plans)
        self._shared = shared

    async def admit(self, exchange: Exchange) -> None:
        """Count it.

        Raises:
            Refusal: There is no room now (429), or Redis is gone and nothing is to pass then (503).
        """
        count = exchange.estimate
        meters = self._plans.of(exchange, self._clock())
        if not meters:
            return
        try:
            told = await self._shared.run(ADMIT, _names(meters), _arguments(meters, count))
        except Gone:
            if self._shared.gone == "closed":
                raise unavailable("limits") from None
            await super().admit(exchange)
            return
        except asyncio.CancelledError:  # it may have been counted: places come back, tokens with time
            self._shared.loose(self._give_back(meters, 0))
            raise
        if told[0]:
            raise refused(meters[told[0] - 1], float(told[1]), count)
        taken = exchange.taken = Taken(meters, count)
        taken.shared = [(int(float(told[i])), float(told[i + 1])) for i in range(1, len(told), 2)]

    async def settle(self, exchange: Exchange) -> None:
        """Give the place back and correct the estimate, beside whoever waits for it."""
        taken: Taken | None = exchange.taken
        if taken is None or taken.shared is None:
            await super().settle(exchange)
            return
        exchange.taken = None
        more = correction(exchange, taken.count)
        if more or any(meter.what == "concurrency" for meter in taken.meters):
            self._shared.loose(self._give_back(taken.meters, more))

    def headers(self, exchange: Exchange) -> list[tuple[bytes, bytes]]:
        """`x-ratelimit-*` of the scarcest limits, as they were when it was admitted."""
        taken: Taken | None = exchange.taken
        if taken is None:
            return []
        if taken.shared is None:
            return [*super().headers(exchange), UNSHARED]
        return headers_of([(meter, *left) for meter, left in zip(taken.meters, taken.shared, strict=True)])

    async def _give_back(self, meters: Sequence[Meter], more: int) -> None:
        for _ in range(GIVEN_BACK):
            try:
                await self._shared.run(SETTLE, _names(meters), _arguments(meters, more))
            except Gone:
                await asyncio.sleep(PAUSE)
            else:
                return


def unavailable(what: str) -> Refusal:
    """503: Redis is gone, and nothing is to pass then."""
    message = f"The {what} cannot be looked up at this moment."
    return Refusal(503, "api_error", f"{what}_unavailable", message, headers=((b"retry-after", b"1"),))


def _names(meters: Sequence[Meter]) -> list[str]:
    return ["limit:" + meter.name for meter in meters]


def _arguments(meters: Sequence[Meter], tokens: int) -> list[str | int]:
    found: list[str | int] = []
    for meter in meters:
        found += (meter.what, meter.amount, tokens if meter.what == "tokens" else 1)
    return found
