"""One HTTP/1.1 connection to an upstream (RFC 9112): one request at a time, kept alive between them."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from seatrial.gateway.upstream.patience import Patience
from seatrial.gateway.upstream.reply import Reply, UpstreamError
from seatrial.gateway.upstream.upload import Upload

__all__ = ["Connection", "Patience"]
MOST_HEADERS: Final = 256
MOST_MUTE: Final = 128 * 1024
"""Bytes that may come without any of the body among them: head, interim replies, trailers, extensions of chunks."""
AT_ONCE: Final = 128 * 1024
"""Requests up to this size are handed to the socket in one piece."""


class Connection(asyncio.Protocol):
    """A connection; `released` is called when it may be used again, `closed` when it is gone.

    Attributes:
        alive: Whether it may be used.
        answered: Whether anything came back for the last request.
        keep: Seconds that the other side said it keeps it when idle.
    """

    __slots__ = (
        *("_blank", "_body_began", "_closed", "_deadline", "_dirty", "_head", "_headers", "_last", "_loop", "_mute"),
        *("_parser", "_patience", "_released", "_reply", "_timer", "_upload", "_whole"),
        *("alive", "answered", "keep", "transport"),
    )

    def __init__(self, released: Callable[["Connection"], None], closed: Callable[["Connection"], None]) -> None:
        self._released, self._closed = released, closed
        self._loop = asyncio.get_running_loop()
        self.transport: asyncio.Transport | None = None
        self.alive = self.answered = False
        self.keep: float | None = None
        self._parser: HttpResponseParser | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._head: asyncio.Future[Reply] | None = None
        self._reply: Reply | None = None
        self._upload: Upload | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._patience = Patience()
        self._deadline = self._last = 0.0
        self._body_began = self._whole = self._dirty = False
        self._blank, self._mute = True, 0

    async def ask(self, request: tuple[bytes, ...], patience: Patience) -> Reply:
        """Send a request and wait for the head of its reply.

        Args:
            request: The bytes of the request: its head, and its body.
            patience: How long to wait.

        Raises:
            UpstreamError: There was none in time, or it was malformed.
        """
        transport = self.transport
        if transport is None or not self.alive:
            raise UpstreamError("connection_lost", "the connection was closed", sent=False)
        self._parser = HttpResponseParser(self)
        self._headers, self._patience = [], patience
        self.answered = self._body_began = self._whole = self._dirty = False
        self._mute = 0
        head: asyncio.Future[Reply] = self._loop.create_future()
        self._head = head
        self._last = self._loop.time()
        self._deadline = self._last + patience.total
        self._set_timer(self._last)
        try:
            if len(request[-1]) <= AT_ONCE:
                transport.writelines(request)
            else:
                self._upload = Upload(transport)
                await self._upload.send(request)
            return await head
        except asyncio.CancelledError:
            head.cancel()
            if self._head is head:  # else the reply was whole, and the connection may serve another request by now
                self._give_up()
            raise

    def close(self) -> None:
        """Close in good order, after what is on its way out."""
        if self.transport is not None and self.alive:
            self.alive = False
            self.transport.close()

    def abort(self) -> None:
        """Close at once, whatever is going on."""
        if self.transport is not None:
            self.alive = False
            self.transport.abort()

    # what the reply calls

    def flow(self, reply: Reply, *, on: bool) -> None:
        """Go on reading, or stop: the client is slower than the provider."""
        if self._reply is not reply or self.transport is None or not self.alive:
            return
        if on:
            self._last = self._loop.time()
            self.transport.resume_reading()
        else:
            self.transport.pause_reading()

    def drop(self, reply: Reply) -> None:
        """The rest of the reply is of no use."""
        if self._reply is reply:
            self._give_up()

    # what the transport calls

    def connection_made(self, transport: Any) -> None:
        """It is open."""
        self.transport, self.alive = transport, True

    def data_received(self, data: bytes) -> None:
        """Bytes came in."""
        parser = self._parser
        if parser is None:  # bytes that nobody asked for: what comes next could not be told from the next reply
            self.abort()
            return
        self.answered, self._blank = True, True
        if self._body_began:
            self._last = self._loop.time()
        try:
            parser.feed_data(data)
        except HttpParserUpgrade:
            self._spoilt("it wants to speak another protocol")
        except HttpParserError as error:
            self._spoilt(f"malformed HTTP: {error.__context__ or error}")
        if self._whole:
            self._finish()
        elif self._blank:
            self._mute += len(data)
            if self._mute > MOST_MUTE:
                self._spoilt(f"more than {MOST_MUTE:,} bytes came that are no body")

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self.alive = False
        if exc is None and self._reply is not None and _ends_by_closing(self._reply):
            self._reply.end()
        elif self._head is not None:
            self._fail(UpstreamError("connection_lost", "the connection was lost", sent=self.answered))
        self._rest()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._closed(self)

    def pause_writing(self) -> None:
        """The request is larger than the socket takes."""
        if self._upload is not None:
            self._upload.pause()

    def resume_writing(self) -> None:
        """The socket takes more again."""
        if self._upload is not None:
            self._last = self._loop.time()
            self._upload.resume()

    # what the parser calls

    def on_message_begin(self) -> None:
        """Another message begins: behind the whole reply, nobody asked for it."""
        self._dirty = self._dirty or self._whole

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header of the reply; trailers are none."""
        if self._reply is None:
            self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """The head is whole."""
        parser, head = self._parser, self._head
        if parser is None or head is None or head.done():
            return
        status = parser.get_status_code()
        if len(self._headers) > MOST_HEADERS:
            raise ValueError(f"more than {MOST_HEADERS} headers")
        if 100 <= status < 200:
            self._headers = []
            return
        self._reply = Reply(status, self._headers, self)
        head.set_result(self._reply)
        if self._upload is not None and status >= 300:
            self._upload.stop()

    def on_body(self, data: bytes) -> None:
        """A piece of the body."""
        if self._reply is not None and not self._whole:
            if not self._body_began:
                self._body_began, self._last = True, self._loop.time()
                self._set_timer(self._last)
            self._blank, self._mute = False, 0
            self._reply.feed(data)

    def on_message_complete(self) -> None:
        """The reply is whole."""
        if self._reply is not None and not self._whole:
            self._whole = True
            self._dirty = self._parser is None or not self._parser.should_keep_alive()

    # what it does itself

    def _finish(self) -> None:
        """The reply is whole: the connection is kept, unless it is not where a new request may begin."""
        reply, upload, transport = self._reply, self._upload, self.transport
        clean = not self._dirty and (upload is None or upload.whole)
        self._rest()
        if reply is not None:
            if self.keep is None:
                self.keep = _told_to_keep(reply)
            reply.end()
        if transport is None or not self.alive:
            return
        if not clean or transport.get_write_buffer_size():
            self.abort()
            return
        if not transport.is_reading():
            transport.resume_reading()
        self._released(self)

    def _set_timer(self, now: float) -> None:
        """One timer serves many requests: it is moved only when it would ring too late."""
        due = self._due(now)
        if self._timer is not None:
            if self._timer.when() <= due:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(due, self._watch)

    def _due(self, now: float) -> float:
        """When the phase takes too long."""
        if not self._body_began:
            due = self._last + self._patience.first_byte
        elif self.transport is not None and not self.transport.is_reading():
            due = now + self._patience.between  # it is the client that is slow
        else:
            due = self._last + self._patience.between
        return min(due, self._deadline)

    def _watch(self) -> None:
        """Look whether a phase took too long."""
        self._timer = None
        if self._head is None:
            return
        now = self._loop.time()
        due = self._due(now)
        if now < due:
            self._timer = self._loop.call_at(due, self._watch)
            return
        if now >= self._deadline:
            what = "it took longer than it may in all"
        elif self._body_began:
            what = f"nothing more came for {now - self._last:.1f} s"
        else:
            what = f"no answer within {now - self._last:.1f} s"
        self._fail(UpstreamError("timeout", what))
        self.abort()

    def _spoilt(self, what: str) -> None:
        """What comes in cannot be read on."""
        if self._whole:  # the reply itself is well
            self._dirty = True
            return
        self._fail(UpstreamError("bad_response", what))
        self.abort()

    def _give_up(self) -> None:
        self._fail(UpstreamError("cancelled", "the request was given up"))
        self.abort()

    def _fail(self, error: UpstreamError) -> None:
        reply, head = self._reply, self._head
        self._rest()
        if reply is not None:
            reply.end(error)
        elif head is not None and not head.done():
            head.set_exception(error)

    def _rest(self) -> None:
        if self._upload is not None:
            self._upload.stop()
        self._reply = self._head = self._parser = self._upload = None


def _ends_by_closing(reply: Reply) -> bool:
    """Whether the body has neither length nor chunks, so that the end of the connection is its end."""
    return reply.header(b"content-length") is None and reply.header(b"transfer-encoding") is None


def _told_to_keep(reply: Reply) -> float:
    """Seconds of `keep-alive: timeout=5`, which Node's servers and others say; infinite where nothing is said."""
    for part in (reply.header(b"keep-alive") or b"").split(b","):
        name, _, value = part.strip().partition(b"=")
        if name.lower() == b"timeout" and value.isdigit() and len(value) < 10:
            return float(value)
    return float("inf")
