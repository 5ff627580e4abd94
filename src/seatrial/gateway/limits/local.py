"""Limits that one process counts by itself."""

import time
from collections.abc import Callable

from seatrial.gateway.exchange import Exchange
from seatrial.gateway.limits.meter import Meter
from seatrial.gateway.limits.meters import Plans
from seatrial.gateway.limits.refusals import headers_of, refused


class Taken:
    """What a request has taken.

    Attributes:
        meters: What it was counted by.
        count: Tokens.
        shared: What other processes were told of it, if they were.
    """

    __slots__ = ("count", "meters", "shared")

    def __init__(self, meters: tuple[Meter, ...], count: int) -> None:
        self.meters, self.count = meters, count
        self.shared: list[tuple[int, float]] | None = None
        """Of each meter what is left and when it is whole, as it was told with the admission."""


class LocalLimiter:
    """Counts in this process; a request is counted by all its limits or by none.

    Args:
        plans: Which limits a request comes under.
        clock: Nanoseconds that only go up.
    """

    __slots__ = ("_clock", "_plans")

    def __init__(self, plans: Plans, clock: Callable[[], int] = time.monotonic_ns) -> None:
        self._plans, self._clock = plans, clock

    async def admit(self, exchange: Exchange) -> None:
        """Count it.

        Raises:
            Refusal: There is no room now (429).
        """
        now, count = self._clock(), exchange.estimate
        meters = self._plans.of(exchange, now)
        if not meters:
            return
        for meter in meters:
            wait = meter.wait(now, count)
            if wait:
                raise refused(meter, wait, count)
        for meter in meters:
            meter.take(now, count)
        exchange.taken = Taken(meters, count)

    async def settle(self, exchange: Exchange) -> None:
        """Give the place back and correct the estimate."""
        taken, exchange.taken = exchange.taken, None
        if taken is not None:
            more = correction(exchange, taken.count)
            for meter in taken.meters:
                meter.settle(more)

    def headers(self, exchange: Exchange) -> list[tuple[bytes, bytes]]:
        """`x-ratelimit-*` of the scarcest limits."""
        if exchange.taken is None:
            return []
        now = self._clock()
        return headers_of([(meter, *meter.left(now)) for meter in exchange.taken.meters])


def correction(exchange: Exchange, count: int) -> int:
    """Tokens that a request took beyond what was counted before; below zero where it took less.

    What no deployment was asked for took nothing; where the usage is not known, the estimate stands.
    """
    if exchange.usage is not None:
        return exchange.usage.input + exchange.usage.output - count
    return 0 if exchange.attempts else -count
