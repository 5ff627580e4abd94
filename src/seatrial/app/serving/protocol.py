"""uvicorn's HTTP/1.1 protocol with time limits on what clients send, and answers in OpenAI's shape where it refuses.

A client that sends its head or its body a byte at a time would hold a connection for ever (a "slow loris").
Each connection has a moment by which something must have happened; `Sweeper` looks at all of them once a second, so
that a request sets no timers at all. A body's time grows with what came, as in Apache's mod_reqtimeout (`MinRate`).
"""

import asyncio
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import unquote

from httptools import parse_url
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from seatrial.app.serving.cycle import Cycle
from seatrial.gateway.wire.errors import Refusal

IDLE: Final = 75.0
"""Seconds that a connection may be open without a request: longer than clients and proxies keep theirs (60 or less)."""
HEAD: Final = 15.0
"""Seconds in which a head must be whole, from its first byte."""
BODY: Final = 30.0
SLOWEST: Final = 1000.0
"""A body must be whole within 30 seconds, and one more for each so many bytes that have come."""
UNREAD: Final = 120.0
"""Seconds in which a client must take the next 64 kB of its reply."""
LINGER: Final = 2.0
"""Seconds for which a refused client is still listened to."""
LONGEST_HEAD: Final = 64 * 1024
"""Bytes of a request's first line and headers."""
NEVER: Final = float("inf")
_TOO_LONG = Refusal(431, "invalid_request_error", "headers_too_large", "The request's headers are too large.")
_TOO_SLOW = Refusal(408, "invalid_request_error", "request_timeout", "The request did not come in time.")
_MALFORMED = Refusal(400, "invalid_request_error", "malformed_http", "The request is no HTTP/1.1.")


class DoorProtocol(HttpToolsProtocol):
    """One connection of a client.

    Attributes:
        due: The loop's time by which something must have happened.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """It is open."""
        super().connection_made(transport)
        self.due = self.loop.time() + IDLE
        self._asking = self._in_head = self._refused = False
        self._head = self._read = self._begun = 0

    def data_received(self, data: bytes) -> None:
        """Bytes came in."""
        if self._refused:
            return
        asking, in_head = self._asking, self._in_head
        self._read, self._begun = len(data), 0
        if in_head:
            self._head += self._read
        elif asking:
            self.due += self._read / SLOWEST
        super().data_received(data)
        if self._in_head:
            if not asking and self._begun == 1:
                self._head = self._read
            if self._head > LONGEST_HEAD:
                self.refuse(_TOO_LONG)

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._asking, self._in_head, self._head = True, True, 0
        self._begun += 1
        self.due = self.loop.time() + HEAD
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._in_head, self.due = False, self.loop.time() + BODY
        if self._head + self._read > LONGEST_HEAD and self._longer():
            self.refuse(_TOO_LONG)
            return
        self._begin_cycle()

    def on_message_complete(self) -> None:
        """The request is whole: from here on the time is ours."""
        self._asking, self.due = False, NEVER
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The reply is out: on with a request that waits. Unlike in uvicorn, no timer is set."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif not self._asking:
            self.due = self.loop.time() + IDLE

    def pause_writing(self) -> None:
        """The client takes nothing more for now."""
        super().pause_writing()
        if not self._asking:
            self.due = self.loop.time() + UNREAD

    def resume_writing(self) -> None:
        """The client takes more."""
        super().resume_writing()
        if not self._asking:
            self.due = NEVER

    def send_400_response(self, msg: str) -> None:
        """No HTTP."""
        self.refuse(_MALFORMED)

    def late(self) -> None:
        """Nothing happened in time."""
        if self.flow.write_paused or self._refused:
            self.transport.abort()
        elif self.flow.read_paused:  # we ourselves do not read: an earlier reply on this connection is not out yet
            self.due = self.loop.time() + BODY
        elif self._asking:
            self.refuse(_TOO_SLOW)
        else:
            self.transport.close()

    def refuse(self, refusal: Refusal) -> None:
        """Answer and close. Within a reply nothing can be answered any more.

        What still comes is read for a moment and thrown away: a connection that is closed over unread bytes is reset,
        and the client may lose the answer (RFC 9112, section 9.6).
        """
        if self.transport.is_closing() or self._refused:
            return
        if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.abort()
            return
        body, head = refusal.body, STATUS_LINE[refusal.status]
        lines = b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
        self.transport.write(head + lines + body)
        if self.transport.can_write_eof():
            self.transport.write_eof()
            self._refused, self.due = True, self.loop.time() + LINGER
        else:
            self.transport.close()

    def _begin_cycle(self) -> None:
        """As uvicorn does, with our own cycle, and without what is not used here: upgrades and its own limits."""
        parser, scope, before = self.parser, self.scope, self.cycle
        version, url = parser.get_http_version(), parse_url(self.url)
        path = url.path.decode("ascii")
        scope["method"], scope["http_version"] = parser.get_method().decode("ascii"), version
        scope["path"] = self.root_path + (unquote(path) if "%" in path else path)
        scope["raw_path"], scope["query_string"] = self.root_path.encode("ascii") + url.path, url.query or b""
        self.cycle = Cycle(
            scope=scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=version != "1.0" and parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:  # pipelined: it waits for its turn
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _longer(self) -> bool:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > LONGEST_HEAD


class Sweeper:
    """Looks once a second for connections whose time is over.

    Args:
        connections: All there are now.
    """

    def __init__(self, connections: Iterable[Any]) -> None:
        self._connections = connections

    async def run(self, every: float = 1.0) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(every)
            now = loop.time()
            for each in [each for each in self._connections if each.due < now]:
                each.late()
