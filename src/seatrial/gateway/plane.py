"""The data plane: a raw ASGI application that takes a request in, through the stages, to an upstream and back.

Source of the messages: the ASGI specification, "HTTP & WebSocket ASGI Message Format" 2.5.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from seatrial.gateway.exchange import Exchange
from seatrial.gateway.relay import Relay
from seatrial.gateway.stages import House, Kept
from seatrial.gateway.upstream.reply import UpstreamError
from seatrial.gateway.wire.bodies import read_request
from seatrial.gateway.wire.errors import Refusal, bad_request
from seatrial.gateway.wire.headers import back
from seatrial.gateway.wire.outgoing import Outgoing

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

UPSTREAM: Final = {
    "/v1/chat/completions": b"/chat/completions",
    "/v1/completions": b"/completions",
    "/v1/embeddings": b"/embeddings",
    "/v1/moderations": b"/moderations",
    "/v1/responses": b"/responses",
}
"""The paths that are relayed, with what stands behind a deployment's base."""
JSON: Final = (b"content-type", b"application/json")


class ClientGone(Exception):
    """The client hung up before it had its reply."""


class DataPlane:
    """Answers `/v1/...`.

    Attributes:
        house: What requests that come in now will meet.
    """

    def __init__(self, house: House) -> None:
        self.house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; it always ends as one record."""
        house = self.house
        exchange = Exchange(scope["path"], scope["headers"])
        exit_ = _Exit(send)
        try:
            client = scope.get("client")
            await self._serve(house, exchange, client[0] if client else None, receive, exit_)
        except Refusal as refusal:
            _failed(exchange, refusal)
            await exit_.refuse(refusal, exchange)
        except ClientGone:
            exchange.fail("cancelled", "the client hung up")
        except asyncio.CancelledError:
            exchange.fail("cancelled", "the server was stopped")
            raise
        finally:
            exchange.ended = time.time_ns()
            exchange.status = exchange.status or exit_.status
            house.recorder.put(exchange)

    async def _serve(
        self, house: House, exchange: Exchange, client: str | None, receive: Receive, exit_: "_Exit"
    ) -> None:
        await house.door.enter(exchange, client)
        path = UPSTREAM.get(exchange.path)
        if path is None:
            raise Refusal(404, "invalid_request_error", "unknown_path", f"There is no {exchange.path[:100]} here.")
        exchange.body = await _body(exchange, receive, house.limits.body)
        asked = exchange.asked = read_request(exchange.body)
        route = house.routes.get(asked.model)
        if route is None or exchange.caller is None or not exchange.caller.may_ask(asked.model):
            message = f"The model `{asked.model[:100]}` does not exist, or this key may not ask it."
            raise Refusal(404, "invalid_request_error", "model_not_found", message, param="model")
        exchange.route = route
        exchange.estimate = len(exchange.body) // 4 + (asked.most_output or 256) * (asked.n or 1)
        await house.limiter.admit(exchange)
        try:
            await house.guards.request(exchange)
            kept = await house.cache.find(exchange)
            if kept is not None:
                await _replay(kept, exchange, house, exit_)
                return
            await _fetched(house, exchange, path, receive, exit_)
        finally:
            await house.limiter.settle(exchange)


async def _fetched(house: House, exchange: Exchange, path: bytes, receive: Receive, exit_: "_Exit") -> None:
    """Ask a deployment and relay its reply; what was reserved is settled and what was promised is kept."""
    headers: list[tuple[bytes, bytes]] = []
    try:
        await house.ledger.reserve(exchange)
        try:
            headers = await _relayed(house, exchange, path, receive, exit_)
        finally:
            await house.ledger.settle(exchange)
    finally:
        await house.cache.keep(exchange, headers)


async def _relayed(
    house: House, exchange: Exchange, path: bytes, receive: Receive, exit_: "_Exit"
) -> list[tuple[bytes, bytes]]:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  a coroutine that runs
    gone = _Gone(receive, task)
    try:
        answered = await house.courier.answer(exchange, path, Outgoing(exchange))
        headers = back(answered.reply.headers)
        exchange.status = answered.reply.status
        relay = Relay(exchange, answered, house)
        await relay.run(headers + _ours(exchange, house), exit_.start, exit_.body)
    except asyncio.CancelledError:
        if gone.left:
            task.uncancel()
            raise ClientGone from None
        raise
    except UpstreamError as error:
        exchange.fail(error.kind, error.what, exchange.status)
        return []
    else:
        return headers
    finally:
        gone.stop()


async def _replay(kept: Kept, exchange: Exchange, house: House, exit_: "_Exit") -> None:
    exchange.served_by, exchange.status = "cache", kept.status
    age = [(b"x-seatrial-cache", b"hit"), (b"age", b"%d" % kept.age)]
    exchange.first = time.time_ns()
    await exit_.start(kept.status, [*kept.headers, *age, *_ours(exchange, house)])
    exchange.chunks = list(kept.chunks)
    exchange.moments = [exchange.first] * len(exchange.chunks)
    for chunk in kept.chunks:
        await exit_.body(chunk, True)
    await exit_.body(b"", False)


def _ours(exchange: Exchange, house: House) -> list[tuple[bytes, bytes]]:
    """The gateway's own headers of a reply."""
    found = [(b"x-seatrial-id", exchange.id.encode()), *house.limiter.headers(exchange)]
    if exchange.deployment is not None:
        found.append((b"x-seatrial-deployment", exchange.deployment.name.encode("ascii", "replace")))
    return found


async def _body(exchange: Exchange, receive: Receive, most: int) -> bytes:
    """The whole body of the request.

    Raises:
        Refusal: It is too large, or is said to be no JSON.
        ClientGone: The client hung up while it sent it.
    """
    length, kind = exchange.header(b"content-length"), exchange.header(b"content-type")
    if length is not None and length.isdigit() and int(length) > most:
        raise _too_large(most)
    if kind is not None and b"json" not in kind.lower():
        raise Refusal(
            415, "invalid_request_error", "unsupported_media_type", "Send JSON: content-type application/json."
        )
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
    body = parts[0] if len(parts) == 1 else b"".join(parts)
    if not body:
        raise bad_request("The request has no body.", "invalid_json")
    return bytes(body)


def _too_large(most: int) -> Refusal:
    message = f"The request is larger than {most:,} bytes."
    return Refusal(413, "invalid_request_error", "request_too_large", message)


def _failed(exchange: Exchange, refusal: Refusal) -> None:
    kinds = {401: "unauthorised", 403: "unauthorised", 404: "not_found", 413: "too_large", 429: "rate_limited"}
    if exchange.failure is None:
        kind = kinds.get(refusal.status, "bad_request" if refusal.status < 500 else "server_error")
        exchange.fail("timeout" if refusal.status == 504 else kind, refusal.message, refusal.status)


class _Exit:
    """The way back to the client, which knows whether the reply has begun."""

    __slots__ = ("_send", "status")

    def __init__(self, send: Send) -> None:
        self._send, self.status = send, 0

    async def start(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        """Begin the reply."""
        self.status = status
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def body(self, data: bytes, more: bool) -> None:
        """Go on with it, or end it."""
        await self._send({"type": "http.response.body", "body": data, "more_body": more})

    async def refuse(self, refusal: Refusal, exchange: Exchange) -> None:
        """The refusal in the reply's place; or as its last event, if it has begun."""
        if self.status:
            await self.body(refusal.event if exchange.streamed else b"", False)
            return
        body = refusal.body
        length = (b"content-length", b"%d" % len(body))
        ours = (b"x-seatrial-id", exchange.id.encode())
        await self.start(refusal.status, [JSON, length, ours, *refusal.headers])
        await self.body(body, False)


class _Gone:
    """Waits for the client to hang up, beside the reply, and then cancels whoever makes it."""

    __slots__ = ("_watch", "left")

    def __init__(self, receive: Receive, task: "asyncio.Task[Any]") -> None:
        self.left = False
        self._watch = asyncio.ensure_future(self._wait(receive, task))

    async def _wait(self, receive: Receive, task: "asyncio.Task[Any]") -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left = True
        task.cancel()

    def stop(self) -> None:
        """The reply is over: nobody waits any more."""
        self._watch.cancel()
