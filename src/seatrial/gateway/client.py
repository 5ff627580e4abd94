"""The client's side of a request: its body, its hanging up, and the way back to it."""

import asyncio
from collections.abc import Generator
from types import TracebackType
from typing import Any, Final, Self

from seatrial.gateway.asgi import Headers, Message, Receive, Send
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.wire.errors import Refusal, bad_request, error_body, error_event

JSON: Final = (b"content-type", b"application/json")


class ClientGone(Exception):
    """The client hung up before it had its reply."""


class Exit:
    """The way back to the client, which knows whether the reply has begun.

    Attributes:
        status: Of the reply; 0 before it has begun.
    """

    __slots__ = ("_send", "status")

    def __init__(self, send: Send) -> None:
        self._send, self.status = send, 0

    async def start(self, status: int, headers: Headers) -> None:
        """Begin the reply."""
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        self.status = status

    async def body(self, data: bytes, more: bool) -> None:
        """Go on with it, or end it."""
        await self._send({"type": "http.response.body", "body": data, "more_body": more})

    async def whole(self, status: int, headers: Headers, body: bytes) -> None:
        """A reply in one piece."""
        await self.start(status, [*headers, (b"content-length", b"%d" % len(body))])
        await self.body(body, False)

    async def refuse(self, refusal: Refusal, exchange: Exchange) -> None:
        """The refusal in the reply's place; as its last event where a stream has begun.

        A reply of another kind that has begun is left without its end: the server then closes the connection.
        """
        if not self.status:
            ours = (b"x-seatrial-id", exchange.id.encode())
            body = error_body(refusal, exchange.dialect, exchange.id)
            await self.whole(refusal.status, [JSON, ours, *refusal.headers], body)
        elif exchange.streamed:
            await self.body(error_event(refusal, exchange.operation), False)


class Gone:
    """Notices that the client hangs up, and then cancels what is done for it: only inside `with`.

    May be entered several times; what is done between is never cancelled by it.

    Args:
        receive: Of the request, whose body was read.

    Raises:
        ClientGone: By the block, when the client hangs up in it or had before.
    """

    __slots__ = ("_armed", "_left", "_next", "_receive", "_task", "_waiting")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._armed = self._left = False
        self._task: asyncio.Task[Any] | None = None
        self._next: Generator[Any, None, Message] | None = None
        self._waiting: asyncio.Future[Any] | None = None

    def __enter__(self) -> Self:
        if self._task is None:
            self._task = asyncio.current_task()
            self._step(None)
        if self._left:
            raise ClientGone
        self._armed = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._armed = False
        cancelled = self._left and isinstance(error, asyncio.CancelledError)
        # the server may have cancelled it, too: then it stays cancelled
        if cancelled and self._task is not None and self._task.uncancel() == 0:
            raise ClientGone from None

    def stop(self) -> None:
        """The reply is over: nobody waits any more."""
        if self._waiting is not None:
            self._waiting.remove_done_callback(self._step)
        if self._next is not None:
            self._next.close()
        self._next = self._waiting = None

    def _step(self, _: "asyncio.Future[Any] | None") -> None:
        """Go on with `receive` as a task would; a task for each request would cost more than all the rest of this."""
        self._waiting = None
        while not self._left:
            if self._next is None:
                self._next = self._receive().__await__()
            try:
                waiting = next(self._next)
            except StopIteration as stopped:
                self._next = None
                self._left = stopped.value["type"] == "http.disconnect"
                continue
            if waiting is None:  # it only lets others go first
                self._waiting = asyncio.get_running_loop().create_future()
                self._waiting.set_result(None)
            else:
                waiting._asyncio_future_blocking = False  # as asyncio.Task says that it has seen it
                self._waiting = waiting
            self._waiting.add_done_callback(self._step)
            return
        if self._armed and self._task is not None:
            self._task.cancel()


async def read_body(exchange: Exchange, receive: Receive, most: int) -> bytes:
    """The whole body of the request.

    Raises:
        Refusal: It is larger than `most` bytes.
        ClientGone: The client hung up while it sent it.
    """
    length = exchange.header(b"content-length")
    if length is not None and length.isdigit() and int(length) > most:
        raise _too_large(most)
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        piece = message.get("body", b"")
        size += len(piece)
        if size > most:
            raise _too_large(most)
        parts.append(piece)
        if not message.get("more_body"):
            break
    return bytes(parts[0] if len(parts) == 1 else b"".join(parts))


async def read_json(exchange: Exchange, receive: Receive, most: int) -> bytes:
    """The body of a request that must be JSON; whether it is is seen when it is decoded.

    Raises:
        Refusal: It is said to be something else, is empty or too large.
        ClientGone: The client hung up while it sent it.
    """
    coding = kind = None
    for name, value in exchange.headers:
        if name == b"content-type":
            kind = value
        elif name == b"content-encoding":
            coding = value
    if kind is not None and b"json" not in kind.lower():
        message = "Send JSON: content-type application/json."
        raise Refusal(415, "invalid_request_error", "unsupported_media_type", message)
    if coding is not None and coding.lower() != b"identity":
        message = "Send the body as it is, without content-encoding."
        raise Refusal(415, "invalid_request_error", "unsupported_media_type", message)
    body = await read_body(exchange, receive, most)
    if not body:
        raise bad_request("The request has no body.", "invalid_json")
    return body


def _too_large(most: int) -> Refusal:
    message = f"The request is larger than {most:,} bytes."
    return Refusal(413, "invalid_request_error", "request_too_large", message)
