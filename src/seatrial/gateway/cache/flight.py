"""Identical requests at the same time: one asks, the others wait for what it gets."""

import asyncio
from collections import deque
from typing import Final

from seatrial.gateway.cache.entry import Entry

Landing = asyncio.Future["Entry | None"]
LEAD: Final = None


class Flight:
    """One request that is being answered, and those who wait for the same answer.

    If it comes to an answer, all have it. If its client leaves, the first who waits asks in its place, and the others
    wait on. If it fails, each asks for itself: what failed for one may not for another.
    """

    __slots__ = ("_over", "_waiting")

    def __init__(self) -> None:
        self._waiting: deque[Landing] = deque()
        self._over = False

    @property
    def over(self) -> bool:
        """Whether nobody asks any more."""
        return self._over

    async def join(self, seconds: float) -> tuple[Entry | None, bool]:
        """Wait for it: the answer, or None and whether the flight is to be led from now on.

        Args:
            seconds: Who has waited so long asks for itself: the leader's own client may be slow to read.
        """
        landing: Landing = asyncio.get_running_loop().create_future()
        self._waiting.append(landing)
        try:
            await asyncio.wait((landing,), timeout=seconds)
        except asyncio.CancelledError:
            if landing.done() and landing.result() is LEAD and not self._over:
                self.left()
            landing.cancel()
            raise
        if not landing.done():
            landing.cancel()
            return None, False
        return landing.result(), landing.result() is LEAD and not self._over

    def landed(self, entry: Entry | None) -> None:
        """It is over: with an answer for all, or with none."""
        self._over = True
        for landing in self._waiting:
            if not landing.done():
                landing.set_result(entry)
        self._waiting.clear()

    def left(self) -> bool:
        """Who asked has left: the next asks; gives whether there was one."""
        while self._waiting:
            landing = self._waiting.popleft()
            if not landing.done():
                landing.set_result(LEAD)
                return True
        self._over = True
        return False
