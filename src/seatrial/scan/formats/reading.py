"""Read numbers and names one after the other from a Blob, never past its end and never more than is there."""

import struct
from typing import Final

from seatrial.scan.blob import Blob
from seatrial.scan.format import Unreadable

CHUNK: Final = 1 << 16


class Reader:
    """A place in a Blob that moves on as it is read.

    Args:
        blob: What is read.
        offset: Where to start.
        order: `<` for little-endian numbers, `>` for big-endian ones.
    """

    def __init__(self, blob: Blob, offset: int = 0, order: str = "<") -> None:
        self.blob, self.at, self.order = blob, offset, order
        self.end = blob.size
        self._kept, self._from = b"", 0

    @property
    def rest(self) -> int:
        """Bytes that are left."""
        return max(0, self.end - self.at)

    def take(self, size: int) -> bytes:
        """The next `size` bytes.

        Raises:
            Unreadable: There are fewer.
        """
        start = self.at - self._from
        found = self._kept[start : start + size] if start >= 0 else b""
        if len(found) < size:
            if size > self.rest:
                raise Unreadable(f"it ends at byte {self.end}, within something of {size} bytes at {self.at}")
            self._kept, self._from = self.blob.read(self.at, max(size, CHUNK)), self.at
            found = self._kept[:size]
            if len(found) < size:
                raise Unreadable(f"only {len(found)} of {size} bytes could be read at {self.at}")
        self.at += size
        return found

    def skip(self, size: int) -> None:
        """Move on without reading.

        Raises:
            Unreadable: That is past the end.
        """
        if size < 0 or size > self.rest:
            raise Unreadable(f"it ends at byte {self.end}, within something of {size} bytes at {self.at}")
        self.at += size

    def number(self, code: str) -> int:
        """The next integer of a `struct` code (`B`, `H`, `I`, `Q`, or their signed kin).

        Raises:
            Unreadable: The bytes end before.
        """
        layout = self.order + code
        value: int = struct.unpack(layout, self.take(struct.calcsize(layout)))[0]
        return value
