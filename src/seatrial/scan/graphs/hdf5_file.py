"""HDF5 files at the level of bytes: superblock, object headers and their messages, heaps of texts.

Source: "HDF5 File Format Specification Version 3.0" (support.hdfgroup.org), sections II to IV. What is not needed
to find attributes, links and other files is stepped over; data are never read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from seatrial.scan.blob import Blob
from seatrial.scan.format import Unreadable
from seatrial.scan.limits import Budget

SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"
_STARTS: Final = (0, 512, 1024, 2048, 4096, 8192)
_LARGEST: Final = 1 << 22
"""Bytes of one header block, heap or node."""


@dataclass(frozen=True, slots=True)
class Place:
    """A message of an object header.

    Args:
        kind: Its type.
        data: Its bytes.
        shared: Whether the bytes only point to where the message is.
    """

    kind: int
    data: bytes
    shared: bool


class Cursor:
    """Reads numbers one after another from some bytes."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def number(self, size: int) -> int:
        """An unsigned little-endian number.

        Raises:
            Unreadable: The bytes end before it.
        """
        return int.from_bytes(self.take(size), "little")

    def take(self, size: int) -> bytes:
        """The next bytes."""
        if size < 0 or self.at + size > len(self.data):
            raise Unreadable("a structure breaks off")
        self.at += size
        return self.data[self.at - size : self.at]

    @property
    def left(self) -> int:
        """Bytes that are left."""
        return len(self.data) - self.at


class File:
    """An HDF5 file.

    Args:
        blob: Its bytes.
        budget: What reading may cost.

    Raises:
        Unreadable: It has no superblock that is understood.
    """

    def __init__(self, blob: Blob, budget: Budget) -> None:
        self._blob, self.budget = blob, budget
        start = start_of(blob)
        if start is None:
            raise Unreadable("it has no superblock")
        head = Cursor(blob.read(start, 160), 8)
        version = head.number(1)
        if version in (0, 1):
            head.at = 13
            self.offset, self.length = head.number(1), head.number(1)
            self._sizes()
            head.at = 24 if version == 0 else 28
            self._base = head.number(self.offset)
            head.at += 3 * self.offset + self.offset
            self.root = head.number(self.offset)
        elif version in (2, 3):
            self.offset, self.length = head.number(1), head.number(1)
            self._sizes()
            head.at += 1
            self._base = head.number(self.offset)
            head.at += 2 * self.offset
            self.root = head.number(self.offset)
        else:
            raise Unreadable(f"its superblock has version {version}")
        if self._base == 0 and start:
            self._base = start

    def _sizes(self) -> None:
        if self.offset not in (2, 4, 8) or self.length not in (2, 4, 8):
            raise Unreadable("its addresses have a size that is not allowed")

    def is_address(self, address: int) -> bool:
        """Whether an address is one: all bits set means none."""
        return address != (1 << (8 * self.offset)) - 1

    def read(self, address: int, size: int) -> bytes:
        """Bytes at an address.

        Raises:
            Unreadable: They are not all there, or more than any structure has.
        """
        if not 0 <= size <= _LARGEST:
            raise Unreadable(f"a structure of {size} bytes is larger than any")
        data = self._blob.read(self._base + address, size)
        if len(data) < size:
            raise Unreadable("a structure lies behind the end")
        return data

    def read_some(self, address: int, size: int) -> bytes:
        """At most so many bytes at an address."""
        return self._blob.read(self._base + address, size)

    def messages(self, address: int) -> Iterator[Place]:
        """The messages of an object header, those of its continuations too."""
        head = self.read_some(address, 16)
        if head[:4] == b"OHDR":
            yield from self._modern(address)
        elif head[:1] == b"\1":
            size = int.from_bytes(head[8:12], "little")
            yield from self._blocks([(address + 16, size)], 0)
        else:
            raise Unreadable("an object has no header that is understood")

    def _modern(self, address: int) -> Iterator[Place]:
        head = Cursor(self.read_some(address, 64), 5)
        flags = head.number(1)
        head.at += (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        size = head.number(1 << (flags & 3))
        yield from self._blocks([(address + head.at, size)], 6 if flags & 4 else 4)

    def _blocks(self, blocks: list[tuple[int, int]], modern: int) -> Iterator[Place]:
        """Messages of blocks; `modern` is the length of a message's head in version 2, or 0."""
        seen: set[int] = set()
        while blocks:
            place, size = blocks.pop(0)
            if place in seen or len(seen) > 1000:
                raise Unreadable("the continuations of a header go round")
            seen.add(place)
            block = Cursor(self.read(place, size))
            while block.left >= (modern or 8):
                kind, length, flags = self._head(block, modern)
                data = block.take(min(length, block.left))
                if kind == 0x10:
                    target = Cursor(data)
                    where, much = target.number(self.offset), target.number(self.length)
                    blocks.append((where + 4, much - 8) if modern else (where, much))
                elif kind or flags:
                    yield Place(kind, data, bool(flags & 2))

    @staticmethod
    def _head(block: Cursor, modern: int) -> tuple[int, int, int]:
        if not modern:
            kind, length, flags = block.number(2), block.number(2), block.number(1)
            block.at += 3
            return kind, length, flags
        kind, length, flags = block.number(1), block.number(2), block.number(1)
        block.at += modern - 4
        return kind, length, flags

    def heap_text(self, heap: int, offset: int) -> bytes:
        """A name in a local heap, up to its zero byte."""
        head = Cursor(self.read(heap, 8 + 2 * self.length + self.offset), 8)
        if not head.data.startswith(b"HEAP"):
            raise Unreadable("a local heap is none")
        size = head.number(self.length)
        head.at += self.length
        address = head.number(self.offset)
        if offset >= size:
            raise Unreadable("a name lies outside its heap")
        return self.read_some(address + offset, min(size - offset, 1 << 16)).partition(b"\0")[0]

    def heap_object(self, address: int, index: int) -> bytes:
        """An object of a global heap: where texts of any length are kept.

        Raises:
            Unreadable: There is no such object.
        """
        head = Cursor(self.read(address, 8 + self.length), 8)
        if not head.data.startswith(b"GCOL"):
            raise Unreadable("a global heap is none")
        end, at = head.number(self.length), 8 + self.length
        for count in range(1 << 16):
            if at + 8 + self.length > end:
                break
            entry = Cursor(self.read(address + at, 8 + self.length))
            found = entry.number(2)
            entry.at = 8
            size = entry.number(self.length)
            if found == index:
                return self._text(address + at + 8 + self.length, size)
            if found == 0:
                break
            at += 8 + self.length + (size + 7 & ~7)
            if not count & 255:
                self.budget.check_time()
        raise Unreadable("a text is not in its heap")

    def _text(self, address: int, size: int) -> bytes:
        if size > self.budget.limits.header:
            raise Unreadable("a text in it is larger than any header")
        return self._blob.read(self._base + address, size)


def start_of(blob: Blob) -> int | None:
    """Where the superblock stands: at 0, or behind a user block of 512 bytes or more."""
    return next((start for start in _STARTS if blob.read(start, 8) == SIGNATURE), None)
