"""Where requests that are over wait for the thread that keeps them: bounded, and never in the way of the next one."""

from collections import deque
from typing import Final

from seatrial.gateway.exchange import Exchange

MOST: Final = 50_000
MOST_BYTES: Final = 64 * 1024 * 1024


class Queue:
    """A Recorder for one thread that puts and another one that takes.

    What does not fit is left out in order of its worth: first what was said, then whole records, which are counted.

    Args:
        most: Records that may wait.
        most_bytes: Bytes of bodies that may wait.
        longest: Bytes of a request's body that are kept; of a longer one there are only the figures.

    Attributes:
        thinned: Records that were kept without bodies because too much waited.
        dropped: Records that were not kept.
    """

    __slots__ = ("_added", "_most", "_most_bytes", "_taken", "_waiting", "dropped", "longest", "thinned")

    def __init__(self, most: int = MOST, most_bytes: int = MOST_BYTES, longest: int = 1024 * 1024) -> None:
        self._most, self._most_bytes, self.longest = most, most_bytes, longest
        self._waiting: deque[tuple[int, Exchange]] = deque()
        # Each of the two has one writer, so that no lock is needed.
        self._added = self._taken = 0
        self.thinned = self.dropped = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, exchange: Exchange) -> None:
        """Take what is over."""
        if len(self._waiting) >= self._most:
            self.dropped += 1
            return
        size = len(exchange.body)
        if size > self.longest:
            exchange.body, size = b"", 0
            exchange.tags["record"] = "cut"
        if exchange.chunks:
            size += exchange.size
        if self._added - self._taken + size > self._most_bytes:
            exchange.body, exchange.chunks, size = b"", [], 0
            exchange.tags["record"] = "thinned"
            self.thinned += 1
        self._added += size
        self._waiting.append((size, exchange))

    def take(self, most: int) -> list[Exchange]:
        """The next ones, in order."""
        waiting = self._waiting
        found: list[Exchange] = []
        while waiting and len(found) < most:
            size, exchange = waiting.popleft()
            self._taken += size
            found.append(exchange)
        return found
