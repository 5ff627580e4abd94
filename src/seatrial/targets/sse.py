"""Server-sent events from bytes, a piece at a time (WHATWG HTML, section 9.2.6).

Lines may end in CRLF, LF or CR, an event may span reads and a read may hold many events; where the pieces are cut makes
no difference. Text stays bytes until an event is whole, so a character split between reads is no special case.
"""

from typing import NamedTuple

BOM = b"\xef\xbb\xbf"


class Event(NamedTuple):
    """One event; `data` is its lines joined with LF."""

    data: bytes
    event: str = "message"
    id: str = ""


class EventTooLarge(ValueError):
    """A line or an event is larger than allowed."""


class SseParser:
    """Feed it bytes, it gives the events that are whole.

    Args:
        max_line: Bytes of one line at the most.
        max_event: Bytes of all data lines of one event at the most.
    """

    def __init__(self, max_line: int = 1 << 20, max_event: int = 4 << 20) -> None:
        self._max_line, self._max_event = max_line, max_event
        self._head: bytes | None = b""
        self._skip_lf = False
        self._pieces: list[bytes] = []
        self._pending = 0
        self._data: list[bytes] = []
        self._size = 0
        self._event = ""
        self._id = ""

    def feed(self, chunk: bytes) -> list[Event]:
        """Take the next bytes.

        Raises:
            EventTooLarge: A line or an event is over its bound.
        """
        if self._head is not None:
            chunk = self._behind_bom(chunk)
        if self._skip_lf and chunk:
            self._skip_lf = False
            if chunk[0] == 10:
                chunk = chunk[1:]
        if b"\r" in chunk:
            self._skip_lf = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return self._lines(chunk)

    def _behind_bom(self, chunk: bytes) -> bytes:
        head = (self._head or b"") + chunk
        if len(head) < len(BOM) and BOM.startswith(head):
            self._head = head
            return b""
        self._head = None
        return head.removeprefix(BOM)

    def _lines(self, chunk: bytes) -> list[Event]:
        *lines, rest = chunk.split(b"\n")
        events: list[Event] = []
        if lines and self._pieces:
            self._pieces.append(lines[0])
            lines[0] = b"".join(self._pieces)
            self._pieces, self._pending = [], 0
        for line in lines:
            if not line:
                self._dispatch(events)
            else:
                self._line(line)
        if rest:
            self._pieces.append(rest)
            self._pending += len(rest)
            if self._pending > self._max_line:
                raise EventTooLarge(f"a line is over {self._max_line} bytes")
        return events

    def _line(self, line: bytes) -> None:
        if len(line) > self._max_line:
            raise EventTooLarge(f"a line is over {self._max_line} bytes")
        name, _, value = line.partition(b":")
        if value[:1] == b" ":
            value = value[1:]
        if name == b"data":
            self._size += len(value) + 1
            if self._size > self._max_event:
                raise EventTooLarge(f"an event is over {self._max_event} bytes")
            self._data.append(value)
        elif name == b"event":
            self._event = value.decode("utf-8", "replace")
        elif name == b"id" and b"\0" not in value:
            self._id = value.decode("utf-8", "replace")

    def _dispatch(self, events: list[Event]) -> None:
        if self._data:
            events.append(Event(b"\n".join(self._data), self._event or "message", self._id))
            self._data, self._size = [], 0
        self._event = ""
