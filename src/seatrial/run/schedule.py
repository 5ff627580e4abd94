"""When requests are due: as soon as there is room (closed loop), or at times fixed in advance (open loop).

An open loop does not wait for answers: a slow endpoint does not slow the questions down, and the time that a request
waits for its turn counts (`Timing.due` is the time it should have gone out; Tene's "coordinated omission" otherwise).
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import Protocol

from seatrial.core.errors import Mistake
from seatrial.core.interaction import NANOSECONDS


class Clock(Protocol):
    """Time as the engine sees it; tests bring their own."""

    def now(self) -> int:
        """UTC nanoseconds."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...

    async def wait(self, seconds: float, stop: asyncio.Event) -> None:
        """Sleep so long, or until `stop` is set."""
        ...


class SystemClock:
    """The machine's clocks."""

    def now(self) -> int:
        """UTC nanoseconds."""
        return time.time_ns()

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    async def wait(self, seconds: float, stop: asyncio.Event) -> None:
        """Sleep so long, or until `stop` is set."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await stop.wait()


class Schedule(Protocol):
    """Says when each request is due."""

    def due(self, index: int) -> float | None:
        """Seconds after the start at which request number `index` (from 0) is due; None when there is room for it."""
        ...


@dataclass(frozen=True, slots=True)
class ClosedLoop:
    """As many requests in flight as the suite's concurrency allows."""

    def due(self, index: int) -> float | None:
        """None: a request is due when another one is back."""
        return None


@dataclass(frozen=True, slots=True)
class OpenLoop:
    """A fixed number of requests each second, however long the answers take."""

    rate: float

    def __post_init__(self) -> None:
        if not 0 < self.rate < float("inf"):
            raise Mistake(f"a schedule's rate is more than 0 requests a second, not {self.rate}")

    def due(self, index: int) -> float | None:
        """Evenly spaced from the start on."""
        return index / self.rate


class Pace:
    """Holds requests back until they are due, in order. The clock starts with the first one."""

    def __init__(self, schedule: Schedule, clock: Clock, stop: asyncio.Event) -> None:
        self._schedule, self._clock, self._stop = schedule, clock, stop
        self._index = 0
        self._start: tuple[float, int] | None = None

    async def turn(self) -> int | None:
        """Wait until the next request is due.

        Returns:
            When it was due (UTC nanoseconds), be it long past; None when the schedule sets no times.
        """
        index, self._index = self._index, self._index + 1
        after = self._schedule.due(index)
        if after is None:
            return None
        if self._start is None:
            self._start = self._clock.monotonic(), self._clock.now()
        delay = self._start[0] + after - self._clock.monotonic()
        if delay > 0:
            await self._clock.wait(delay, self._stop)
        return self._start[1] + round(after * NANOSECONDS)
