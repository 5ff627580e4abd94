"""A reply on its way from the provider to the client: byte for byte, as it comes, and never whole when it is not."""

import time
from collections.abc import Awaitable, Callable

from seatrial.gateway.exchange import Exchange
from seatrial.gateway.routing.course import Answered
from seatrial.gateway.stages import Filter, House
from seatrial.gateway.upstream.reply import UpstreamError
from seatrial.gateway.wire.bodies import usage_in
from seatrial.gateway.wire.errors import Refusal
from seatrial.gateway.wire.stream_end import how_it_ended

Start = Callable[[int, list[tuple[bytes, bytes]]], Awaitable[None]]
Body = Callable[[bytes, bool], Awaitable[None]]
EVENT_STREAM = b"text/event-stream"


class Relay:
    """One reply.

    Args:
        exchange: Is told what passes.
        answered: The reply; its deployment is told when it is over.
        house: Whose guards look at it.
    """

    __slots__ = ("_answered", "_exchange", "_house")

    def __init__(self, exchange: Exchange, answered: Answered, house: House) -> None:
        self._exchange, self._answered, self._house = exchange, answered, house

    async def run(self, headers: list[tuple[bytes, bytes]], start: Start, body: Body) -> None:
        """Relay it.

        Raises:
            UpstreamError: It broke off, and the client was told so.
            Refusal: A guard ended it.
        """
        answered, exchange = self._answered, self._exchange
        if answered.body is not None:  # an error of the provider's that no other deployment could mend
            self._note(answered.body)
            exchange.fail(*_failure_of(answered.reply.status))
            await self._whole(answered.body, headers, start, body)
            return
        latency = None
        try:
            if (answered.reply.header(b"content-type") or b"").startswith(EVENT_STREAM):
                await self._stream(headers, start, body)
            else:
                whole = await answered.reply.body(self._house.limits.answer)
                self._note(whole)
                await self._judged(whole, headers, start, body)
            latency = (exchange.first - exchange.started - exchange.waited) / 1e9 if exchange.first else None
        except UpstreamError:
            answered.live.health.failed()
            raise
        finally:
            if not answered.reply.complete:
                answered.reply.abort()
            answered.live.done(latency)

    async def _judged(self, whole: bytes, headers: list[tuple[bytes, bytes]], start: Start, body: Body) -> None:
        exchange = self._exchange
        if exchange.status < 400:
            exchange.usage = usage_in(whole)
            whole = await self._house.guards.whole(exchange, whole)
        else:
            exchange.fail(*_failure_of(exchange.status))
        await self._whole(whole, headers, start, body)

    async def _whole(self, whole: bytes, headers: list[tuple[bytes, bytes]], start: Start, body: Body) -> None:
        await start(self._exchange.status, [*headers, (b"content-length", b"%d" % len(whole))])
        await body(whole, False)

    async def _stream(self, headers: list[tuple[bytes, bytes]], start: Start, body: Body) -> None:
        exchange, reply = self._exchange, self._answered.reply
        filter_ = self._house.guards.answer(exchange)
        await start(exchange.status, headers)
        broken: UpstreamError | None = None
        while True:
            try:
                chunk = await reply.chunk()
            except UpstreamError as error:
                broken = error
                break
            if not chunk:
                break
            self._note(chunk)
            shown = chunk if filter_ is None else filter_.feed(chunk)
            if shown:
                await body(shown, True)
        await self._ended(broken, filter_, body)

    async def _ended(self, broken: UpstreamError | None, filter_: Filter | None, body: Body) -> None:
        """End the stream: whole as it came, or with an error that no client can take for an end."""
        exchange = self._exchange
        rest = b"" if filter_ is None else filter_.end()
        ending = how_it_ended(exchange.chunks)
        exchange.usage = ending.usage
        if broken is None and (ending.whole or exchange.tags.get("record") == "cut"):
            await body(rest, False)
            return
        what = broken.what if broken is not None else "the provider ended its stream before the answer was whole"
        kind = "timeout" if broken is not None and broken.kind == "timeout" else "cut_stream"
        exchange.fail(kind, what, exchange.status)
        code = "upstream_stalled" if kind == "timeout" else "upstream_cut_stream"
        gap = b"" if _at_event_start(exchange.chunks) else b"\n\n"
        await body(rest + gap + Refusal(502, "api_error", code, f"The answer broke off: {what}.").event, False)
        if broken is not None:
            raise broken

    def _note(self, chunk: bytes) -> None:
        """Keep what passes for the record, up to its bound."""
        exchange = self._exchange
        now = time.time_ns()
        if exchange.first is None:
            exchange.first = now
        exchange.size += len(chunk)
        if exchange.size <= self._house.limits.record:
            exchange.chunks.append(chunk)
            exchange.moments.append(now)
        else:
            exchange.tags["record"] = "cut"


def _at_event_start(chunks: list[bytes]) -> bool:
    return not chunks or chunks[-1].endswith((b"\n\n", b"\r\n\r\n", b"\r\r"))


def _failure_of(status: int) -> tuple[str, str, int]:
    """Kind, sentence and status for an error that the provider gave."""
    kinds = {401: "unauthorised", 403: "unauthorised", 404: "not_found", 413: "too_large", 429: "rate_limited"}
    kind = kinds.get(status, "bad_request" if status < 500 else "server_error")
    return kind, f"the provider answered with status {status}", status
