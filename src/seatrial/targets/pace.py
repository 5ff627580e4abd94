"""How many requests are in flight: the endpoint's own limits decide.

Additive increase, multiplicative decrease (Chiu and Jain, 1989): one more after a whole window of successes, half as
many after a refusal for rate, nothing at all while the endpoint says to wait.
"""

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from types import TracebackType

from seatrial.targets.durations import LONGEST_WAIT, until
from seatrial.targets.options import Nature

CEILING = 1024
"""In flight at the most; whoever asks has a concurrency of its own far below."""
REFUSALS_BASE = 0.5
REFUSALS_CAP = 20.0
_RESETS = [(f"x-ratelimit-remaining{of}", f"x-ratelimit-reset{of}") for of in ("-requests", "-tokens", "")]


class Limiter:
    """The numbers behind a `Pace`, without waiting: times are seconds of any clock that never goes back."""

    def __init__(self, ceiling: int = CEILING) -> None:
        self.limit = float(ceiling)
        self.in_flight = 0
        self.paused_until = 0.0
        self.refusals = 0
        """Refusals in a row, each of a request that was sent after the one before it was known."""
        self._ceiling = float(ceiling)
        self._cut_at = float("-inf")
        self._successes = 0

    def pause(self, now: float) -> float:
        """Seconds until anything may be sent."""
        return max(0.0, self.paused_until - now)

    def admits(self, now: float) -> bool:
        """Whether one more may be sent at this moment."""
        return now >= self.paused_until and self.in_flight < max(1, int(self.limit))

    def succeeded(self) -> None:
        """An answer came that was no refusal."""
        self.refusals = 0
        if self.limit >= self._ceiling:
            return
        self._successes += 1
        if self._successes >= self.limit:
            self._successes, self.limit = 0, min(self.limit + 1, self._ceiling)

    def refused(self, now: float, sent: float, wait: float) -> None:
        """A request that was sent at `sent` was refused for rate; nothing is sent for `wait` seconds.

        Requests that were already under way when the limit was last cut do not cut it again.
        """
        self.paused_until = max(self.paused_until, now + wait)
        if sent >= self._cut_at:
            self.refusals += 1
            self.limit = max(1.0, min(self.limit, float(self.in_flight)) / 2)
            self._cut_at, self._successes = now, 0

    def exhausted(self, now: float, wait: float) -> None:
        """The endpoint says that nothing remains for `wait` seconds."""
        self.paused_until = max(self.paused_until, now + wait)


class Pace:
    """One limiter for all requests of a Target: `async with pace.slot(): ...` waits for its turn."""

    def __init__(self, limiter: Limiter | None = None, nature: Nature | None = None) -> None:
        self.limiter = limiter or Limiter()
        self._nature = nature or Nature()
        self._waiting: deque[asyncio.Future[None]] = deque()

    def slot(self) -> "Slot":
        """A place among those in flight, given back at the end of the block."""
        return Slot(self)

    @property
    def crowded(self) -> bool:
        """Whether some wait for their turn."""
        return bool(self._waiting)

    def now(self) -> float:
        """The clock's seconds."""
        return self._nature.clock()

    def heard(self, headers: Mapping[str, str]) -> None:
        """Take in the rate-limit headers of an answer: with nothing remaining, nothing is sent until the reset."""
        for remaining, reset in _RESETS:
            if headers.get(remaining, "").strip() == "0":
                wait = until(headers.get(reset, ""), time.time())
                if wait:
                    self.limiter.exhausted(self._nature.clock(), wait)

    def succeeded(self) -> None:
        """An answer came that was no refusal for rate."""
        self.limiter.succeeded()

    def refused(self, sent: float, said: float | None) -> None:
        """A refusal for rate; `said` are the seconds that the endpoint asks for, if it does.

        An endpoint that says nothing, or that refuses again after the wait that it asked for, is given a random part
        of a wait that doubles with each refusal in a row.
        """
        row = self.limiter.refusals
        own = self._nature.random() * min(REFUSALS_CAP, REFUSALS_BASE * 2.0 ** min(row, 16))
        wait = own if said is None else min(LONGEST_WAIT, max(said, own if row else 0.0))
        self.limiter.refused(self._nature.clock(), sent, wait)

    async def enter(self) -> None:
        """Wait for a place and take it."""
        limiter, clock = self.limiter, self._nature.clock
        while not limiter.admits(clock()):
            pause = limiter.pause(clock())
            if pause > 0:
                await self._nature.sleep(pause)
            else:
                await self._turn()
        limiter.in_flight += 1

    def leave(self) -> None:
        """Give the place back."""
        self.limiter.in_flight -= 1
        if self._waiting:
            self._wake()

    async def _turn(self) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._wake()  # it was this one's turn: hand it on
            raise

    def _wake(self) -> None:
        free = max(1, int(self.limiter.limit)) - self.limiter.in_flight
        while free > 0 and self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(None)
                free -= 1


class Slot:
    """A place among those in flight."""

    __slots__ = ("_pace",)

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    async def __aenter__(self) -> None:
        limiter = self._pace.limiter
        # Whoever comes while others wait goes through `enter`, which lets the event loop serve them first.
        if not self._pace.crowded and limiter.admits(self._pace.now()):
            limiter.in_flight += 1
        else:
            await self._pace.enter()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._pace.leave()
