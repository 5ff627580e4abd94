"""Protocol Buffers on the wire, read lazily: a field is its number, its kind and its place; tensors are stepped over.

Source: protobuf.dev, "Encoding". Lengths are held against what is left before anything is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from seatrial.scan.blob import Blob
from seatrial.scan.format import Unreadable
from seatrial.scan.limits import Budget, OverBudget

VARINT, FIXED64, BYTES, START, END, FIXED32 = range(6)
_AHEAD: Final = 1 << 16
_LONGEST_TEXT: Final = 1 << 24
MESSAGES: Final = 1_000_000
"""Nodes, attributes and tensors of one model that are looked at; the largest honest ones have a tenth."""


class _Ahead:
    """Reads a Blob in larger pieces, since fields are small."""

    def __init__(self, blob: Blob) -> None:
        self._blob, self._start, self._data = blob, 0, b""

    def read(self, offset: int, size: int) -> bytes:
        inside = offset - self._start
        if inside < 0 or inside + size > len(self._data):
            if size > _AHEAD:
                return self._blob.read(offset, size)
            self._data, self._start, inside = self._blob.read(offset, _AHEAD), offset, 0
        return self._data[inside : inside + size]


@dataclass(frozen=True, slots=True)
class Message:
    """A stretch of a Blob that holds fields.

    Args:
        ahead: Where its bytes are.
        start: Offset of the first byte.
        end: Offset behind the last.
        budget: What reading may cost.
    """

    ahead: _Ahead
    start: int
    end: int
    budget: Budget = field(repr=False)

    @classmethod
    def of(cls, blob: Blob, budget: Budget) -> "Message":
        """A whole Blob as a message."""
        return cls(_Ahead(blob), 0, blob.size, budget)

    def fields(self) -> Iterator["Field"]:
        """The fields in their order; groups are given as their fields' stretch.

        Raises:
            Unreadable: The bytes break off, or are no fields.
            OverBudget: There are too many.
        """
        at, count = self.start, 0
        while at < self.end:
            place = at
            key, at = self._varint(at)
            number, kind = key >> 3, key & 7
            if not 0 < number < 1 << 29:
                raise Unreadable(f"a field has the number {number}")
            value, first = 0, at
            if kind == VARINT:
                value, at = self._varint(at)
            elif kind in (FIXED64, FIXED32):
                at += 8 if kind == FIXED64 else 4
            elif kind == BYTES:
                size, first = self._varint(at)
                at = first + size
            elif kind == START:
                at = self._behind_group(at, number)
            else:
                raise Unreadable(f"a field has the wire type {kind}")
            if at > self.end:
                raise Unreadable("a field declares more bytes than there are")
            yield Field(number, kind, place, value, Message(self.ahead, first, at, self.budget))
            count += 1
            if not count & 1023:
                self.budget.check_time()

    def raw(self, most: int = _LONGEST_TEXT) -> bytes:
        """Its bytes, at most so many.

        Raises:
            Unreadable: There are more.
        """
        if self.end - self.start > most:
            raise Unreadable(f"a text in it has more than {most} bytes")
        return self.ahead.read(self.start, self.end - self.start)

    def text(self, most: int = _LONGEST_TEXT) -> str:
        """Its bytes as text; what is no UTF-8 is replaced."""
        return self.raw(most).decode("utf-8", "replace")

    @property
    def size(self) -> int:
        """Bytes."""
        return self.end - self.start

    def packed(self) -> Iterator[int]:
        """Varints that stand side by side."""
        at = self.start
        while at < self.end:
            value, at = self._varint(at)
            yield value

    def _varint(self, at: int) -> tuple[int, int]:
        raw = self.ahead.read(at, min(10, self.end - at))
        if raw and raw[0] < 0x80:
            return raw[0], at + 1
        value = 0
        for index, byte in enumerate(raw):
            value |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:
                return value & (1 << 64) - 1, at + index + 1
        raise Unreadable("a number in it breaks off" if len(raw) < 10 else "a number in it is too long")

    def _behind_group(self, at: int, number: int) -> int:
        """The offset behind the end of a group, found without recursion."""
        open_groups = [number]
        while open_groups:
            key, at = self._varint(at)
            number, kind = key >> 3, key & 7
            if kind == START:
                open_groups.append(number)
                if len(open_groups) > 100:
                    raise Unreadable("groups in it nest too deeply")
            elif kind == END:
                if open_groups.pop() != number:
                    raise Unreadable("a group in it is not closed")
            elif kind == VARINT:
                _, at = self._varint(at)
            elif kind == BYTES:
                size, at = self._varint(at)
                at += size
            elif kind in (FIXED64, FIXED32):
                at += 8 if kind == FIXED64 else 4
            else:
                raise Unreadable(f"a field has the wire type {kind}")
            self.budget.check_time()
        return at


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `value` is that of a varint, `body` the stretch of anything else; `place` is where its key stands."""

    number: int
    kind: int
    place: int
    value: int
    body: Message


class Count:
    """Counts messages, so that a model of millions ends the same way on every machine."""

    def __init__(self, budget: Budget) -> None:
        self._budget, self._left = budget, MESSAGES

    def one(self) -> None:
        """One more.

        Raises:
            OverBudget: There are too many, or it takes too long.
        """
        self._left -= 1
        if self._left < 0:
            raise OverBudget(f"it has more than {MESSAGES} nodes")
        if not self._left & 1023:
            self._budget.check_time()


def by_number(message: Message) -> dict[int, list[Field]]:
    """The fields of a small message, by their numbers."""
    found: dict[int, list[Field]] = {}
    for each in message.fields():
        found.setdefault(each.number, []).append(each)
    return found


def first_text(fields: dict[int, list[Field]], number: int, most: int = _LONGEST_TEXT) -> str:
    """The text of the last field of a number, as parsers take it, or an empty one."""
    given = [each for each in fields.get(number, []) if each.kind == BYTES]
    return given[-1].body.text(most) if given else ""
