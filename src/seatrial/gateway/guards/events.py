"""Bytes of a stream cut into its events, each as it came (WHATWG HTML, section 9.2.6)."""

import re
from typing import Final

import msgspec

_END: Final = re.compile(rb"\r\n\r\n|\n\n|\r\r|\n\r\n")
_LINES: Final = re.compile(rb"\r\n|\n|\r")
DONE: Final = b"[DONE]"


class Events:
    """Feed it bytes, it gives whole events with the blank line behind them."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    @property
    def size(self) -> int:
        """Bytes of the event that is not whole yet."""
        return len(self._rest)

    def feed(self, chunk: bytes) -> list[bytes]:
        """The events that are whole now."""
        data = self._rest + chunk if self._rest else chunk
        found, at = [], 0
        for end in _END.finditer(data):
            found.append(data[at : end.end()])
            at = end.end()
        self._rest = data[at:]
        return found

    def rest(self) -> bytes:
        """What is left when no more comes."""
        left, self._rest = self._rest, b""
        return left


def data_of(event: bytes) -> bytes | None:
    """The data of an event; None for one that has none: a comment, a ping."""
    if event.startswith(b"data: ") and event.count(b"\n") == 2 and event.endswith(b"\n\n") and b"\r" not in event:
        return event[6:-2]
    lines = [line for line in _LINES.split(event.removeprefix(b"\xef\xbb\xbf")) if line.startswith(b"data")]
    pieces = [line[5:].removeprefix(b" ") for line in lines if line[4:5] == b":"]
    return b"\n".join(pieces) if pieces else None


def with_data(event: bytes, value: object) -> bytes:
    """The event with other data; its other lines stay."""
    lines = [line for line in _LINES.split(event) if line and line.partition(b":")[0] != b"data"]
    return b"\n".join([*lines, b"data: " + msgspec.json.encode(value), b"", b""])
