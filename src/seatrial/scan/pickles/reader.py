"""Bytes of a pickle stream, read in order and in chunks, with the frames of protocol 4 kept in mind."""

from typing import Final

from seatrial.scan.blob import Blob
from seatrial.scan.pickles.values import Stretch

CHUNK: Final = 1 << 16
"""Bytes read at a time; an argument that is longer is not read but remembered as a stretch of the file."""
LINE: Final = 64 << 20
"""Bytes of the longest line: protocol 0 writes whole arrays as one."""
ABSURD: Final = 1 << 40
"""A declared size from which nobody can have meant it."""


class Broken(Exception):
    """The stream breaks here: every unpickler stops at this place. Its text is the reason."""


class CutShort(Broken):
    """The bytes end before the stream does."""


class Reader:
    """Reads a Blob from an offset on.

    Frames only matter to the unpickler that is written in Python: it refuses an argument that crosses the end of a
    frame, and the one written in C reads on. `crossed` holds the offsets at which they disagree. A frame that is longer
    than the file stops the one in C and not the other: `overlong` is its offset.
    """

    __slots__ = ("at", "base", "blob", "buffer", "crossed", "frame", "limit", "overlong")

    def __init__(self, blob: Blob, offset: int = 0) -> None:
        self.blob, self.base, self.at, self.limit = blob, offset, 0, 0
        self.buffer = b""
        self.frame = -1
        self.crossed: list[int] = []
        self.overlong: int | None = None

    @property
    def offset(self) -> int:
        """Where the next byte stands in the Blob."""
        return self.base + self.at

    def byte(self) -> int:
        """The next byte as a number."""
        if self.at >= self.limit:
            self._refill(1)
        self.at += 1
        return self.buffer[self.at - 1]

    def take(self, size: int) -> bytes:
        """The next `size` bytes.

        Raises:
            CutShort: There are fewer.
        """
        if self.at + size > self.limit:
            self._refill(size)
        start = self.at
        self.at = start + size
        return self.buffer[start : self.at]

    def text(self, size: int, kind: str) -> bytes | Stretch:
        """An argument of `size` bytes: the bytes, or where they stand if they are many."""
        if size <= CHUNK:
            return self.take(size)
        start = self.offset
        self.skip(size)
        return Stretch(self.blob, start, size, kind)

    def skip(self, size: int) -> None:
        """Go on behind the next `size` bytes without reading them.

        Raises:
            CutShort: They are not there.
        """
        end = self.offset + size
        if size and not self.blob.read(end - 1, 1):
            raise CutShort(f"{size} bytes are declared at offset {self.offset} and are not there")
        if 0 <= self.frame < end:
            if self.frame > self.offset:
                self.crossed.append(self.offset)
            self.frame = -1
        self.jump(end)

    def jump(self, offset: int) -> None:
        """Go on at an offset."""
        self.base, self.at, self.limit, self.buffer = offset, 0, 0, b""

    def line(self) -> bytes:
        """Bytes up to the next newline, which is taken off.

        Raises:
            CutShort: There is no newline.
            Broken: The line is too long.
        """
        end = self.buffer.find(b"\n", self.at, self.limit)
        if end < 0:
            end = self._refill_line()
        start = self.at
        self.at = end + 1
        return self.buffer[start:end]

    def last_line(self) -> bytes:
        """What is left where a line has no end: Python's unpickler takes its last byte for the newline."""
        left = self.blob.read(self.offset, CHUNK)
        self.jump(self.offset + len(left))
        return left[:-1]

    def open_frame(self, size: int) -> None:
        """A frame of `size` bytes begins here."""
        if self.frame >= 0 and self.frame > self.offset:
            self.crossed.append(self.offset)
        self.frame = self.offset + size
        if size and not self.blob.read(self.frame - 1, 1):
            self.overlong = self.offset
        self.limit = min(len(self.buffer), self.frame - self.base)

    def _refill(self, size: int) -> None:
        start = self.offset
        if 0 <= self.frame < start + size:
            if self.frame > start:
                self.crossed.append(start)
            self.frame = -1
        self._load(start, max(size, CHUNK))
        if self.limit < size:
            raise CutShort(f"the stream ends at offset {start + len(self.buffer)} without STOP")

    def _refill_line(self) -> int:
        start, size = self.offset, CHUNK
        while True:
            self._load(start, size)
            end = self.buffer.find(b"\n")
            if end >= 0:
                break
            if len(self.buffer) < size:
                raise CutShort(f"a line at offset {start} has no end")
            if size >= LINE:
                raise Broken(f"a line at offset {start} is longer than {LINE >> 20} MB")
            size *= 8
        if 0 <= self.frame <= start + end:
            if self.frame > start:
                self.crossed.append(start)
            self.frame = -1
        self._limit()
        return end

    def _load(self, start: int, size: int) -> None:
        self.buffer = self.blob.read(start, size)
        self.base, self.at = start, 0
        self._limit()

    def _limit(self) -> None:
        self.limit = len(self.buffer) if self.frame < 0 else min(len(self.buffer), self.frame - self.base)
