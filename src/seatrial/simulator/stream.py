"""Server-sent events: frames at the moments they are due, with the faults that only a stream can have.

The format is that of the WHATWG HTML standard, section 9.2, as OpenAI uses it: `data:` lines, one event a frame,
`data: [DONE]` last.
"""

from collections.abc import Iterable, Iterator, Mapping

from aiohttp import web

from seatrial.simulator import fault_kinds as kinds
from seatrial.simulator.bodies import Event
from seatrial.simulator.delivery import Timetable, hang_up, odd_page
from seatrial.simulator.faults import Strikes
from seatrial.simulator.wire import error_body

DONE = b"[DONE]"
_DROPPED_MIDWAY = error_body("The server had an error while processing your request.", "server_error")


class Cut(Exception):
    """The connection is to be closed here."""


async def send_events(
    request: web.BaseRequest, events: Iterable[Event], headers: Mapping[str, str], times: Timetable, strikes: Strikes
) -> web.StreamResponse:
    """Send a stream.

    Raises:
        ConnectionError: The client went away.
    """
    await times.headers()
    if odd := odd_page(strikes, headers):
        return odd
    response = web.StreamResponse(headers={**headers, "cache-control": "no-cache"})
    response.content_type = "text/event-stream"
    response.charset = "utf-8"
    await response.prepare(request)
    writer = _Writer(response, strikes)
    try:
        for event, frame in _frames(events, strikes):
            if event is not None and (event.kind != "role" or not strikes.first(kinds.EarlyRole)):
                await times.token(event.token)
            await writer.write(frame)
        await writer.flush()
    except Cut:
        await writer.flush()
        hang_up(request)
        return response
    await response.write_eof()
    return response


class _Writer:
    """Writes frames as they come, all at once, or cut in inconvenient places."""

    def __init__(self, response: web.StreamResponse, strikes: Strikes) -> None:
        self._response = response
        self._together = strikes.first(kinds.ManyEventsPerWrite) is not None
        self._split = strikes.first(kinds.SplitUtf8) is not None
        self._kept = bytearray()

    async def write(self, frame: bytes) -> None:
        if self._together:
            self._kept += frame
        elif self._split:
            self._kept += frame
            at = split_place(bytes(self._kept))
            ready = bytes(self._kept[:at])
            del self._kept[:at]
            await self._response.write(ready)
        else:
            await self._response.write(frame)

    async def flush(self) -> None:
        if self._kept:
            await self._response.write(bytes(self._kept))
            self._kept.clear()


def split_place(data: bytes) -> int:
    """Where to cut: after the first byte of the last multi-byte character, else in the middle."""
    for index in range(len(data) - 1, -1, -1):
        if data[index] >= 0xC0:
            return index + 1
    return max(1, len(data) // 2)


def _frames(events: Iterable[Event], strikes: Strikes) -> Iterator[tuple[Event | None, bytes]]:
    """Every frame as bytes, beside the event that it waits for.

    Raises:
        Cut: The stream is to end here.
    """
    end = b"\r\n" if strikes.first(kinds.Crlf) else b"\n"
    comments = strikes.first(kinds.Comments) is not None
    malformed, cut = strikes.first(kinds.MalformedJson), strikes.first(kinds.CutStream)
    failing = strikes.first(kinds.StreamError)
    token = 0
    for event in events:
        data = event.data
        if event.kind != "role":
            if cut is not None and (token >= cut.after or event.kind == "finish"):
                raise Cut
            if failing is not None and (token >= failing.after or event.kind == "finish"):
                yield None, _frame(_DROPPED_MIDWAY, end)
                return
            if malformed is not None and token == malformed.at:
                data = data[: len(data) * 2 // 3]
            token += 1
        if comments:
            yield event, b": still here" + end * 2
        yield event, _frame(data, end)
    yield from _done(strikes.first(kinds.Done), end)


def _done(fault: kinds.Done | None, end: bytes) -> Iterator[tuple[None, bytes]]:
    times = {None: 1, "missing": 0, "duplicate": 2}[fault.mode if fault is not None else None]
    for _ in range(times):
        yield None, _frame(DONE, end)


def _frame(data: bytes, end: bytes) -> bytes:
    return b"data: " + data + end * 2
