"""The three ways in which R writes numbers and texts: XDR, native binary, and lines of text."""

import re
from typing import Final, Protocol

from seatrial.scan.blob import Blob
from seatrial.scan.format import Unreadable
from seatrial.scan.formats.reading import Reader

LINE: Final = 1 << 20
_OCTAL: Final = re.compile(rb"\\([0-7]{1,3})")


class Decoder(Protocol):
    """What the walk needs of a way of writing."""

    @property
    def at(self) -> int:
        """The offset that is read next."""
        ...

    @property
    def rest(self) -> int:
        """Bytes left."""
        ...

    def integer(self) -> int:
        """The next integer."""
        ...

    def text(self, length: int) -> bytes:
        """A text of so many bytes."""
        ...

    def skip(self, count: int, width: int) -> None:
        """Step over numbers."""
        ...


class Binary:
    """XDR (`X`, big-endian) and native (`B`) files."""

    def __init__(self, blob: Blob, offset: int, order: str) -> None:
        self._reader = Reader(blob, offset, order)

    @property
    def at(self) -> int:
        """The offset that is read next."""
        return self._reader.at

    @property
    def rest(self) -> int:
        """Bytes left."""
        return self._reader.rest

    def integer(self) -> int:
        """The next integer."""
        return self._reader.number("i")

    def text(self, length: int) -> bytes:
        """A text of so many bytes; a very long one is cut."""
        kept = self._reader.take(min(length, LINE))
        self._reader.skip(length - len(kept))
        return kept

    def skip(self, count: int, width: int) -> None:
        """Step over numbers."""
        self._reader.skip(count * width)


class Lines:
    """Text files (`A`): one number, byte or text a line, complex numbers on two."""

    def __init__(self, blob: Blob, offset: int) -> None:
        self._blob, self._end = blob, blob.size
        self._data, self._from, self._next = b"", offset, 0

    @property
    def at(self) -> int:
        """The offset that is read next."""
        return self._from + self._next

    @property
    def rest(self) -> int:
        """Bytes left."""
        return self._end - self.at

    def _line(self) -> bytes:
        stop = self._data.find(b"\n", self._next)
        if stop < 0:
            self._from, self._next = self.at, 0
            self._data = self._blob.read(self._from, LINE)
            stop = self._data.find(b"\n")
            if stop < 0:
                raise Unreadable(f"it ends, or has an endless line, at byte {self._from}")
        line = self._data[self._next : stop]
        self._next = stop + 1
        return line

    def integer(self) -> int:
        """The next integer; not available is the smallest."""
        line = self._line().strip()
        if line == b"NA":
            return -(1 << 31)
        if not line.removeprefix(b"-").isdigit() or len(line) > 12:
            raise Unreadable(f"it has {line[:20]!r} in place of a number")
        return int(line)

    def text(self, length: int) -> bytes:
        """A text, which is written with escapes: its length counts the letters meant."""
        return _OCTAL.sub(lambda match: bytes([int(match[1], 8) & 255]), self._line())

    def skip(self, count: int, width: int) -> None:
        """Step over numbers."""
        for _ in range(count * (2 if width == 16 else 1)):
            self._line()
