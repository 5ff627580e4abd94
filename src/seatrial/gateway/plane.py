"""The data plane: a raw ASGI application that takes a request in, through the stages, to an upstream and back."""

import asyncio
import logging
import time
import traceback
from typing import Final

from seatrial.gateway.asgi import Headers, Receive, Scope, Send
from seatrial.gateway.client import JSON, ClientGone, Exit, Gone, read_body, read_json
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.listing import MODELS, listed, may_ask, no_model
from seatrial.gateway.passing import METHODS, Passing, passed_path
from seatrial.gateway.relay import Relay
from seatrial.gateway.routing.course import Answered
from seatrial.gateway.stages import House, Kept
from seatrial.gateway.streaming import note
from seatrial.gateway.upstream.reply import UpstreamError
from seatrial.gateway.wire.bodies import read_request
from seatrial.gateway.wire.errors import Refusal, answer_useless
from seatrial.gateway.wire.failures import of_reply, of_status
from seatrial.gateway.wire.headers import back, request_id
from seatrial.gateway.wire.operations import OPERATIONS, Operation
from seatrial.gateway.wire.outgoing import Outgoing

_LOG: Final = logging.getLogger("seatrial.gateway")
__all__ = ["DataPlane", "Receive", "Scope", "Send"]


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
        exit_ = Exit(send)
        try:
            await _serve(house, exchange, scope, receive, exit_)
        except Refusal as refusal:
            _failed(exchange, refusal)
            await exit_.refuse(refusal, exchange)
        except ClientGone:
            if exchange.failure is None:
                exchange.fail("cancelled", "the client hung up")
        except asyncio.CancelledError:
            exchange.fail("cancelled", "the server was stopped")
            await _stopped(exchange, exit_)
            raise
        except Exception as error:  # noqa: BLE001  a mistake of ours: a named failure, and the next request is served
            what = f"{type(error).__name__} in the gateway"
            exchange.fail("crashed", what)
            # without its words: they may quote what was asked
            _LOG.error("request %s: %s\n%s", exchange.id, what, "".join(traceback.format_tb(error.__traceback__)))
            await exit_.refuse(Refusal(500, "api_error", "gateway_crashed", "The gateway made a mistake."), exchange)
        finally:
            exchange.ended = time.time_ns()
            exchange.status = exchange.status or exit_.status
            house.recorder.put(exchange)


async def _serve(house: House, exchange: Exchange, scope: Scope, receive: Receive, exit_: Exit) -> None:
    operation = exchange.operation = OPERATIONS.get(exchange.path)
    client = scope.get("client")
    await house.door.enter(exchange, client[0] if client else None)
    if operation is None:
        await _other(house, exchange, scope, receive, exit_)
        return
    _only(scope, "POST")
    exchange.body = await read_json(exchange, receive, house.limits.body)
    asked = exchange.asked = read_request(exchange.body)
    route = house.routes.get(asked.model)
    if route is None or not may_ask(exchange.caller, asked.model):
        raise no_model(asked.model)
    exchange.route = route
    exchange.estimate = len(exchange.body) // 4 + _most_output(exchange, operation)
    gone = Gone(receive)
    await house.limiter.admit(exchange)
    try:
        with gone:
            await house.guards.request(exchange)
            kept = await house.cache.find(exchange)
        if kept is not None:
            await _replay(kept, exchange, house, exit_)
        else:
            await _fetched(house, exchange, gone, exit_)
    finally:
        gone.stop()
        await house.limiter.settle(exchange)


async def _fetched(house: House, exchange: Exchange, gone: Gone, exit_: Exit) -> None:
    """Ask a deployment and relay its reply; what was reserved is settled and what was promised is kept."""
    headers: Headers = []
    try:
        await house.ledger.reserve(exchange)
        try:
            with gone:
                answered = await house.courier.answer(exchange, Outgoing(exchange))
                headers = await _relayed(house, exchange, answered, exit_)
        finally:
            await house.ledger.settle(exchange)
    except Refusal as refusal:
        _failed(exchange, refusal)
        raise
    finally:
        await house.cache.keep(exchange, headers)


async def _relayed(house: House, exchange: Exchange, answered: Answered, exit_: Exit) -> Headers:
    """The reply's headers, once it is with the client; none where it broke off."""
    reply, exchange.deployment = answered.reply, answered.live.deployment
    found, limits = request_id(reply.headers), house.limiter.headers(exchange)
    exchange.request_id = found.decode("latin-1") if found is not None else None
    headers = back(reply.headers, limits=not limits)
    exchange.status = reply.status
    try:
        await Relay(exchange, answered, house, exit_).run([*headers, *_ours(exchange), *limits])
    except UpstreamError as error:
        if exchange.failure is None:
            exchange.fail(error.kind, error.what, exchange.status)
        if not exit_.status:
            exchange.status = 0
            raise answer_useless(error.kind, error.what) from None
        return []
    return headers


async def _replay(kept: Kept, exchange: Exchange, house: House, exit_: Exit) -> None:
    """Give a kept reply again; guards look at it as at a new one."""
    exchange.served_by, exchange.status = "cache", kept.status
    most, chunks = house.limits.record, kept.chunks
    streamed = any(name == b"content-type" and value.startswith(b"text/event-stream") for name, value in kept.headers)
    if not streamed:
        whole = await house.guards.whole(exchange, b"".join(chunks))
        note(exchange, whole, most)
        await exit_.whole(kept.status, _again(kept, exchange, house), whole)
        return
    filter_ = house.guards.answer(exchange)
    await exit_.start(kept.status, _again(kept, exchange, house))
    for chunk in chunks:
        shown = chunk if filter_ is None else filter_.feed(chunk)
        if shown:
            note(exchange, shown, most)
            await exit_.body(shown, True)
    await exit_.body(b"" if filter_ is None else await filter_.end(), False)


async def _other(house: House, exchange: Exchange, scope: Scope, receive: Receive, exit_: Exit) -> None:
    """What is no operation: the list of models, what is passed, and all that there is not."""
    path = exchange.path
    if path == MODELS or path.startswith(MODELS + "/"):
        _only(scope, "GET", "HEAD")
        exchange.status = 200
        await exit_.whole(200, [JSON, *_ours(exchange), *house.limiter.headers(exchange)], listed(house, exchange))
    elif (behind := passed_path(scope)) is not None:
        _only(scope, *METHODS)
        await _passed(house, exchange, Passing(scope, behind), receive, exit_)
    else:
        raise Refusal(404, "invalid_request_error", "unknown_path", f"There is no {path[:100]} here.")


async def _passed(house: House, exchange: Exchange, passing: Passing, receive: Receive, exit_: Exit) -> None:
    exchange.route = passing.route(house, exchange)
    exchange.body = await read_body(exchange, receive, house.limits.body)
    gone = Gone(receive)
    await house.limiter.admit(exchange)
    try:
        with gone:
            answered = await house.courier.pinned(exchange, passing)
            await _raw(house, exchange, answered, exit_)
    finally:
        gone.stop()
        await house.limiter.settle(exchange)


async def _raw(house: House, exchange: Exchange, answered: Answered, exit_: Exit) -> None:
    """Relay a reply of any kind as it comes; one that breaks off is left without its end."""
    reply, most = answered.reply, house.limits.record
    exchange.status = reply.status
    headers = [*back(reply.headers), *_ours(exchange), *house.limiter.headers(exchange)]
    if reply.status >= 400:
        exchange.fail(*of_reply(reply.status, answered.body or b""))
    if answered.body is not None:
        note(exchange, answered.body, most)
        await exit_.whole(reply.status, headers, answered.body)
        return
    try:
        length, coding = reply.header(b"content-length"), reply.header(b"content-encoding")
        headers += [(b"content-length", length)] if length is not None else []
        headers += [(b"content-encoding", coding)] if coding is not None else []
        await exit_.start(reply.status, headers)
        while chunk := await reply.chunk():
            note(exchange, chunk, most)
            await exit_.body(chunk, True)
        await exit_.body(b"", False)
    except UpstreamError as error:
        answered.broke()
        exchange.fail(error.kind, error.what, exchange.status)
    finally:
        if not reply.complete:
            reply.abort()
        answered.done()


def _again(kept: Kept, exchange: Exchange, house: House) -> Headers:
    """The headers of a kept reply."""
    return [*kept.headers, (b"age", b"%d" % kept.age), *_ours(exchange), *house.limiter.headers(exchange)]


def _ours(exchange: Exchange) -> Headers:
    """The gateway's own headers of a reply."""
    found = [(b"x-seatrial-id", exchange.id.encode())]
    if exchange.deployment is not None:
        found.append((b"x-seatrial-deployment", exchange.deployment.name.encode("ascii", "replace")))
    if "cache" in exchange.tags:
        found.append((b"x-seatrial-cache", exchange.tags["cache"].encode()))
    if "guard" in exchange.tags:
        found.append((b"x-seatrial-guard", exchange.tags["guard"].encode("ascii", "replace")))
    return found


def _most_output(exchange: Exchange, operation: Operation) -> int:
    """Tokens that it may write at the most, as far as that is known."""
    asked, route = exchange.asked, exchange.route
    if operation.most is None or asked is None or route is None:
        return 0
    most = asked.most_output or 256
    return (min(most, route.most_tokens) if route.most_tokens is not None else most) * (asked.n or 1)


def _only(scope: Scope, *methods: str) -> None:
    """Refuse other methods."""
    if scope["method"] not in methods:
        allow = ((b"allow", ", ".join(methods).encode()),)
        message = f"This path takes {' or '.join(methods)}."
        raise Refusal(405, "invalid_request_error", "method_not_allowed", message, headers=allow)


async def _stopped(exchange: Exchange, exit_: Exit) -> None:
    """Tell the client that the server stops, as far as it can be told."""
    stopped = Refusal(503, "api_error", "server_stopped", "The server was stopped.")
    await exit_.refuse(stopped, exchange)


def _failed(exchange: Exchange, refusal: Refusal) -> None:
    if exchange.failure is None:
        exchange.fail(of_status(refusal.status), refusal.message, refusal.status)
