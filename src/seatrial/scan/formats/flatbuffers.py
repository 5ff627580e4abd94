"""FlatBuffers, read where they lie (source: flatbuffers.dev, "Internals"): offsets are held against the size first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from seatrial.scan.blob import Blob
from seatrial.scan.format import Unreadable
from seatrial.scan.limits import Budget

CHUNK: Final = 1 << 16
TEXT: Final = 1 << 16
CUT: Final = 16
"""A file cut short still holds a part of what it points to; of less than a sixteenth a cut is no excuse."""


class Malformed(Exception):
    """An offset or length that no writer makes, and no cut explains."""


class Flat:
    """A FlatBuffer.

    Args:
        blob: Its bytes.
        budget: What reading may cost.
        start: Where it begins; offsets count from there.
    """

    def __init__(self, blob: Blob, budget: Budget, start: int = 0) -> None:
        self.blob, self.budget, self.start = blob, budget, start
        self.size = blob.size - start
        self._kept, self._from = b"", -1

    def uint(self, at: int, width: int, *, signed: bool = False) -> int:
        """A number.

        Raises:
            Malformed: It lies far outside.
            Unreadable: It lies behind the end.
        """
        self.check(at, width)
        start = at - self._from
        if self._from < 0 or start < 0 or start + width > len(self._kept):
            self._kept, self._from, start = self.blob.read(self.start + at, CHUNK), at, 0
        return int.from_bytes(self._kept[start : start + width], "little", signed=signed)

    def check(self, at: int, length: int) -> None:
        """Whether a stretch lies within."""
        if at < 0 or at + length > max(1 << 20, CUT * self.size):
            raise Malformed(f"{length} bytes at {at} of {self.size}")
        if at + length > self.size:
            raise Unreadable(f"it points to byte {at + length} and has {self.size}")

    def root(self) -> "Table":
        """The outermost table."""
        return self.table(self.uint(0, 4))

    def table(self, at: int) -> "Table":
        """The table at an offset."""
        self.budget.member()
        layout = at - self.uint(at, 4, signed=True)
        length = self.uint(layout, 2)
        if length < 4 or length & 1:
            raise Malformed(f"a table's layout of {length} bytes at {layout}")
        self.check(layout, length)
        return Table(self, at, layout, length)


@dataclass(frozen=True, slots=True)
class Table:
    """One table: fields by their number in the schema."""

    flat: Flat
    at: int
    layout: int
    length: int

    def place(self, field: int) -> int | None:
        """Where a field is, if it is there."""
        entry = 4 + 2 * field
        if entry + 2 > self.length:
            return None
        offset = self.flat.uint(self.layout + entry, 2)
        return self.at + offset if offset else None

    def number(self, field: int, width: int, default: int = 0, *, signed: bool = False) -> int:
        """A number in it."""
        place = self.place(field)
        return default if place is None else self.flat.uint(place, width, signed=signed)

    def _behind(self, field: int) -> int | None:
        place = self.place(field)
        return None if place is None else place + self.flat.uint(place, 4)

    def inner(self, field: int) -> "Table | None":
        """A table in it."""
        place = self._behind(field)
        return None if place is None else self.flat.table(place)

    def vector(self, field: int, width: int) -> tuple[int, int]:
        """Where a vector's elements begin and how many there are; without the field, none."""
        place = self._behind(field)
        if place is None:
            return 0, 0
        count = self.flat.uint(place, 4)
        self.flat.check(place + 4, count * width)
        return place + 4, count

    def numbers(self, field: int, width: int = 4, *, signed: bool = True) -> Iterator[int]:
        """The numbers of a vector."""
        start, count = self.vector(field, width)
        for index in range(count):
            if not index & 4095:
                self.flat.budget.check_time()
            yield self.flat.uint(start + index * width, width, signed=signed)

    def tables(self, field: int) -> Iterator["Table"]:
        """The tables of a vector."""
        start, count = self.vector(field, 4)
        for index in range(count):
            entry = start + 4 * index
            yield self.flat.table(entry + self.flat.uint(entry, 4))

    def text(self, field: int) -> str:
        """A text in it, without the field an empty one; a very long one is cut."""
        start, count = self.vector(field, 1)
        return (
            self.flat.blob.read(self.flat.start + start, min(count, TEXT)).decode("utf-8", "replace") if count else ""
        )

    def texts(self, field: int) -> Iterator[str]:
        """The texts of a vector."""
        start, count = self.vector(field, 4)
        for index in range(count):
            self.flat.budget.member()
            place = start + 4 * index
            place += self.flat.uint(place, 4)
            length = self.flat.uint(place, 4)
            self.flat.check(place + 4, length)
            yield self.flat.blob.read(self.flat.start + place + 4, min(length, TEXT)).decode("utf-8", "replace")
