"""UBJSON (source: ubjson.org, draft 12): values, with bounds and without recursion."""

import struct
from typing import Any, Final

from seatrial.scan.blob import Blob
from seatrial.scan.format import Unreadable
from seatrial.scan.formats.reading import Reader
from seatrial.scan.limits import Budget

DEPTH: Final = 100
_NUMBERS: Final = {"i": "b", "U": "B", "I": "h", "l": "i", "L": "q", "d": "f", "D": "d"}
_WORDS: Final = {"T": True, "F": False, "Z": None, "N": None}
_LONGEST: Final = 1 << 24


class _Frame:
    """A list or an object that is being filled."""

    def __init__(self, whole: Any, kind: str | None, left: int | None) -> None:
        self.whole, self.kind, self.left = whole, kind, left
        self.key = ""

    def put(self, value: Any) -> None:
        if isinstance(self.whole, list):
            self.whole.append(value)
        else:
            self.whole[self.key] = value


class _Values:
    def __init__(self, blob: Blob, budget: Budget) -> None:
        self.reader, self.budget = Reader(blob, order=">"), budget

    def marker(self) -> str:
        return self.reader.take(1).decode("latin-1")

    def length(self) -> int:
        marker = self.marker()
        if marker not in "iUIlL":
            raise Unreadable(f"it has a length of kind {marker!r} at {self.reader.at}")
        found = self.reader.number(_NUMBERS[marker])
        if not 0 <= found <= self.reader.rest:
            raise Unreadable(f"it ends within something of {found} at {self.reader.at}")
        return found

    def text(self) -> str:
        length = self.length()
        if length > _LONGEST:
            raise Unreadable(f"it has a text of {length} bytes")
        return self.reader.take(length).decode("utf-8", "replace")

    def plain(self, kind: str) -> Any:
        """A value that holds no others."""
        if kind in _WORDS:
            return _WORDS[kind]
        if kind in "SH":
            return self.text()
        if kind == "C":
            return self.marker()
        if kind not in _NUMBERS:
            raise Unreadable(f"it has a value of kind {kind!r} at {self.reader.at}")
        code = _NUMBERS[kind]
        if kind in "dD":
            return struct.unpack(f">{code}", self.reader.take(struct.calcsize(code)))[0]
        return self.reader.number(code)

    def opened(self, kind: str) -> _Frame:
        """The beginning of a list or an object, with its type and count if it has them."""
        each: str | None = None
        count: int | None = None
        marker = self.marker()
        if marker == "$":
            each = self.marker()
            marker = self.marker()
            if marker != "#":
                raise Unreadable("it has a type without a count")
        if marker == "#":
            count = self.length()
        else:
            self.reader.at -= 1
        return _Frame([] if kind == "[" else {}, each, count)

    def numbers(self, kind: str, count: int) -> list[Any]:
        """Numbers of one kind, side by side."""
        code = _NUMBERS[kind]
        raw = self.reader.take(count * struct.calcsize(code))
        return list(struct.unpack(f">{count}{code}", raw))


def read(blob: Blob, budget: Budget) -> Any:
    """The whole value.

    Raises:
        Unreadable: It is no UBJSON, or nests too deeply.
    """
    values = _Values(blob, budget)
    if blob.size > budget.limits.header:
        raise Unreadable(f"it has more than {budget.limits.header} bytes")
    first = values.marker()
    if first not in "[{":
        raise Unreadable("it does not begin with an object")
    open_frames = [values.opened(first)]
    while True:
        frame = open_frames[-1]
        if _ended(values, frame):
            open_frames.pop()
            if not open_frames:
                return frame.whole
            open_frames[-1].put(frame.whole)
            continue
        budget.member() if isinstance(frame.whole, dict) else None
        _next(values, frame, open_frames)
        if len(open_frames) > DEPTH:
            raise Unreadable(f"it nests deeper than {DEPTH} levels")


def _ended(values: _Values, frame: _Frame) -> bool:
    if frame.left is not None:
        frame.left -= 1
        return frame.left < 0
    marker = values.marker()
    while marker == "N" and isinstance(frame.whole, list):
        marker = values.marker()
    if marker == ("]" if isinstance(frame.whole, list) else "}"):
        return True
    values.reader.at -= 1
    return False


def _next(values: _Values, frame: _Frame, open_frames: list[_Frame]) -> None:
    if isinstance(frame.whole, dict):
        frame.key = values.text()
    elif frame.kind in _NUMBERS and frame.left is not None and not frame.whole:
        frame.whole = values.numbers(frame.kind, frame.left + 1)
        frame.left = 0
        return
    kind = frame.kind or values.marker()
    if kind in "[{":
        open_frames.append(values.opened(kind))
    else:
        if isinstance(frame.whole, list) and not len(frame.whole) & 1023:
            values.budget.check_time()
        frame.put(values.plain(kind))
