"""One HTTP/1.1 connection to an upstream (RFC 9112): one request at a time, kept alive between them."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from seatrial.gateway.upstream.reply import Reply, UpstreamError


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long each phase of a request may take, in seconds: until the head is there, between pieces, and in all."""

    connect: float = 5.0
    first_byte: float = 60.0
    between: float = 60.0
    total: float = 600.0


class _Parser(Protocol):
    def feed_data(self, data: bytes) -> None: ...

    def get_status_code(self) -> int: ...

    def should_keep_alive(self) -> bool: ...


class Connection(asyncio.Protocol):
    """A connection; `released` is called when it may be used again, `closed` when it is gone."""

    __slots__ = (
        "_closed",
        "_deadline",
        "_head",
        "_headers",
        "_last",
        "_loop",
        "_parser",
        "_patience",
        "_released",
        "_reply",
        "_timer",
        "alive",
        "answered",
        "transport",
    )

    def __init__(self, released: Callable[["Connection"], None], closed: Callable[["Connection"], None]) -> None:
        self._released, self._closed = released, closed
        self._loop = asyncio.get_running_loop()
        self.transport: asyncio.Transport | None = None
        self.alive, self.answered = False, False
        self._parser: _Parser | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._head: asyncio.Future[Reply] | None = None
        self._reply: Reply | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._patience = Patience()
        self._deadline = self._last = 0.0

    async def ask(self, request: tuple[bytes, ...], patience: Patience) -> Reply:
        """Send a request and wait for the head of its reply.

        Args:
            request: The bytes of the request, in pieces.
            patience: How long to wait.

        Raises:
            UpstreamError: There was none in time, or it was malformed.
        """
        from httptools import HttpResponseParser

        assert self.transport is not None  # noqa: S101  asked only once it is made
        self._parser = HttpResponseParser(self)
        self._headers, self._patience, self.answered = [], patience, False
        self._head = self._loop.create_future()
        self._last = self._loop.time()
        self._deadline = self._last + patience.total
        self._timer = self._loop.call_at(min(self._last + patience.first_byte, self._deadline), self._watch)
        self.transport.writelines(request)
        try:
            return await self._head
        except asyncio.CancelledError:
            self.abort()
            raise

    def abort(self) -> None:
        """Close at once: whoever asked has gone, or the reply is of no use."""
        if self.transport is not None and self.alive:
            self.transport.abort()
            self._fail(UpstreamError("cancelled", "the request was given up"))

    # what the transport calls

    def connection_made(self, transport: Any) -> None:
        """It is open."""
        self.transport, self.alive = transport, True

    def data_received(self, data: bytes) -> None:
        """Bytes came in."""
        from httptools import HttpParserError

        if self._parser is None:  # bytes that nobody asked for: the connection is of no more use
            self.close()
            return
        self.answered = True
        self._last = self._loop.time()
        try:
            self._parser.feed_data(data)
        except HttpParserError as error:
            self._fail(UpstreamError("bad_response", f"malformed HTTP: {error}"))
            self.close()

    def eof_received(self) -> bool:
        """The other side will send no more."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self.alive = False
        reply = self._reply
        if reply is not None and exc is None and self._ends_by_closing(reply):
            self.on_message_complete()
        else:
            self._fail(UpstreamError("connection_lost", "the connection was lost", sent=self.answered))
        self._closed(self)

    def pause_writing(self) -> None:
        """The request is larger than the socket takes; the transport keeps the rest."""

    def resume_writing(self) -> None:
        """The socket takes more again."""

    # what the parser calls

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header of the reply."""
        self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """The head is whole."""
        parser, head = self._parser, self._head
        if parser is None or head is None or head.done():
            return
        status = parser.get_status_code()
        if 100 <= status < 200:
            self._headers = []
            return
        self._reply = Reply(status, self._headers, self._flow, self.abort)
        head.set_result(self._reply)

    def on_body(self, data: bytes) -> None:
        """A piece of the body."""
        if self._reply is not None:
            self._reply.feed(data)

    def on_message_complete(self) -> None:
        """The reply is whole."""
        reply, parser = self._reply, self._parser
        if reply is None or parser is None:
            return
        self._rest()
        reply.end()
        if self.alive and parser.should_keep_alive():
            self._released(self)
        else:
            self.close()

    def close(self) -> None:
        """Close in good order."""
        if self.transport is not None and self.alive:
            self.alive = False
            self.transport.close()

    def _ends_by_closing(self, reply: Reply) -> bool:
        """Whether the body has neither length nor chunks, so that the end of the connection is its end."""
        return reply.header(b"content-length") is None and reply.header(b"transfer-encoding") is None

    def _flow(self, on: bool) -> None:
        if self.transport is not None and self.alive:
            if on:
                self._last = self._loop.time()
                self.transport.resume_reading()
            else:
                self.transport.pause_reading()

    def _watch(self) -> None:
        """Look whether a phase took too long. One timer serves the exchange; it is set again only when it rings."""
        now, reply = self._loop.time(), self._reply
        allowed = self._patience.first_byte if reply is None else self._patience.between
        due = min(self._last + allowed, self._deadline)
        if now < due or (reply is not None and self.transport is not None and not self.transport.is_reading()):
            self._timer = self._loop.call_at(max(due, now + 0.05), self._watch)
            return
        what = "no answer" if reply is None else "the answer stalled"
        self._fail(UpstreamError("timeout", f"{what} within {now - self._last:.1f} s"))
        if self.transport is not None:
            self.transport.abort()

    def _fail(self, error: UpstreamError) -> None:
        reply, head = self._reply, self._head
        self._rest()
        if reply is not None:
            reply.end(error)
        elif head is not None and not head.done():
            head.set_exception(error)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._reply = self._head = self._parser = None
