"""Places for requests in flight at one deployment, and a bounded queue in which those who ask take turns."""

import asyncio
from collections import deque

from seatrial.gateway.upstream.reply import UpstreamError


class Places:
    """So many at a time; the rest wait, each one who asks in a row of its own, and the rows take turns.

    Args:
        most: How many have a place at the same time; None: all.
        queue: How many may wait.

    Attributes:
        taken: How many have a place.
        waiting: How many wait.
    """

    __slots__ = ("_most", "_queue", "_rows", "taken", "waiting")

    def __init__(self, most: int | None, queue: int) -> None:
        self._most, self._queue = most, queue
        self.taken = self.waiting = 0
        self._rows: dict[str, deque[asyncio.Future[None]]] = {}

    @property
    def full(self) -> bool:
        """Whether nobody more may even wait."""
        return self._most is not None and self.taken >= self._most and self.waiting >= self._queue

    def free(self) -> bool:
        """Take a place if there is one and nobody waits for it; whether it was so. `leave` gives it back."""
        if self._most is None or (self.taken < self._most and not self.waiting):
            self.taken += 1
            return True
        return False

    async def wait(self, who: str, patience: float) -> None:
        """Wait for a place, first come first served among equals; `leave` gives it back.

        Args:
            who: In whose row it waits.
            patience: Seconds that it waits.

        Raises:
            UpstreamError: The queue is full, or no place was free in time.
        """
        if self.waiting >= self._queue:
            raise UpstreamError("rate_limited", "it has all it may have in flight", sent=False)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._rows.setdefault(who, deque()).append(place)
        self.waiting += 1
        try:
            async with asyncio.timeout(patience):
                await place
        except BaseException as ended:
            if place.done() and not place.cancelled():
                self.leave()  # it was given and is not wanted any more
            else:
                self._withdraw(who, place)
            if isinstance(ended, TimeoutError):
                raise UpstreamError("timeout", "none of its places was free in time", sent=False) from None
            raise

    def leave(self) -> None:
        """Give a place back: the next one has it."""
        while self._rows:
            who = next(iter(self._rows))
            row = self._rows.pop(who)
            place = row.popleft()
            self.waiting -= 1
            if row:
                self._rows[who] = row  # at the end: the others come first
            if not place.done():
                place.set_result(None)  # the place is handed on: `taken` stays
                return
        self.taken -= 1

    def _withdraw(self, who: str, place: "asyncio.Future[None]") -> None:
        row = self._rows.get(who)
        if row is None or place not in row:
            return
        row.remove(place)
        self.waiting -= 1
        if not row:
            del self._rows[who]
