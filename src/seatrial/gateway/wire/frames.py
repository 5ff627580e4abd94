"""A stream's bytes cut where events end, and the last of them kept to see how it ended.

What goes on to the client is always whole events (WHATWG HTML, section 9.2.6: an event ends with a blank line), so that
a stream that breaks off can be ended with an error that clients read. Nobody waits longer for that: a client can make
nothing of half an event. Bytes and their order stay as they are.
"""

from collections import deque
from typing import Final

ENDS: Final = (b"\n\n", b"\r\n\r\n", b"\r\r")
MOST_HELD: Final = 4 * 1024 * 1024
"""Bytes of one event that are held; what is longer goes on in pieces."""
LONGEST_END: Final = 4


class Frames:
    """Feed it bytes, it gives those that end with an event.

    Args:
        tail: How many of the last bytes are kept.

    Attributes:
        at_start: Whether all that was given ends with an event.
    """

    __slots__ = ("_held", "_held_size", "_keep", "_tail", "_tail_size", "at_start")

    def __init__(self, tail: int) -> None:
        self._held: list[bytes] = []
        self._held_size = 0
        self._tail: deque[bytes] = deque()
        self._tail_size, self._keep = 0, tail
        self.at_start = True

    @property
    def tail(self) -> bytes:
        """The last bytes that were given."""
        return b"".join(self._tail)

    def feed(self, chunk: bytes) -> bytes:
        """What may go on now; empty when that is nothing."""
        if not self._held and chunk.endswith(ENDS):
            self.at_start = True
            return self._given(chunk)
        return self._given(self._cut(chunk))

    def rest(self) -> bytes:
        """What is left when no more comes: an event without its end."""
        left = b"".join(self._held)
        self._held, self._held_size = [], 0
        return left

    def _cut(self, chunk: bytes) -> bytes:
        """Hold back what stands behind the last end of an event."""
        before = b"".join(self._held[-LONGEST_END:])[1 - LONGEST_END :]
        end = _end_of_last(before + chunk) - len(before)
        if end > 0:
            given = b"".join([*self._held, chunk[:end]])
            self._held, self._held_size = [], 0
            self.at_start, chunk = True, chunk[end:]
        else:
            given = b""
        if chunk:
            self._held.append(chunk)
            self._held_size += len(chunk)
        held = self._held
        if len(held) == 1 and held[0].startswith(b":") and held[0].endswith((b"\n", b"\r")) and _comments(held[0]):
            return given + self.rest()
        if self._held_size > MOST_HELD:
            self.at_start = False
            return given + self.rest()
        return given

    def _given(self, data: bytes) -> bytes:
        if data:
            self._tail.append(data)
            self._tail_size += len(data)
            while self._tail_size - len(self._tail[0]) > self._keep:
                self._tail_size -= len(self._tail.popleft())
        return data


def _end_of_last(data: bytes) -> int:
    """Behind the last blank line; 0 where there is none."""
    best = 0
    for end in ENDS:
        found = data.rfind(end)
        if found >= 0:
            best = max(best, found + len(end))
    return best


def _comments(data: bytes) -> bool:
    """Whether all lines are comments: keep-alives need no blank line and must not wait."""
    return all(not line or line.startswith(b":") for line in data.splitlines())
