"""A streamed reply on its way: event by event as it comes, and never whole when it is not."""

import time
from typing import NamedTuple

from seatrial.gateway.client import Exit
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.stages import Filter
from seatrial.gateway.upstream.reply import Reply, UpstreamError
from seatrial.gateway.wire.anthropic.answer import Untranslatable
from seatrial.gateway.wire.coding import Decoder
from seatrial.gateway.wire.errors import Refusal, error_event
from seatrial.gateway.wire.failures import of_event
from seatrial.gateway.wire.frames import Frames
from seatrial.gateway.wire.stream_end import HEAD, StreamEnding, how_it_ended, tail_of
from seatrial.gateway.wire.translation import Translator

STEP = 1024 * 1024
"""Bytes that one chunk of a compressed stream may become."""


class Way(NamedTuple):
    """What the bytes of a stream pass, in this order; each may be missing."""

    decoder: Decoder | None = None
    translator: Translator | None = None
    filter: Filter | None = None


class Stream:
    """One stream.

    Args:
        exchange: Is told what passes.
        reply: The provider's.
        exit_: The way to the client, on which the reply has begun.
        way: What the bytes pass.
        record: Bytes that are kept for the record.
    """

    __slots__ = ("_exchange", "_exit", "_frames", "_head", "_record", "_reply", "_way")

    def __init__(self, exchange: Exchange, reply: Reply, exit_: Exit, way: Way, record: int) -> None:
        self._exchange, self._reply, self._exit, self._way, self._record = exchange, reply, exit_, way, record
        self._frames = Frames(tail_of(exchange.operation))
        self._head = b""

    async def run(self) -> None:
        """Relay it to its end.

        Raises:
            UpstreamError: It broke off, and the client was told so.
            Refusal: A guard ended it.
        """
        reply, exchange, (decoder, translator, filter_) = self._reply, self._exchange, self._way
        frames, body, wants_head = self._frames, self._exit.body, exchange.dialect == "anthropic"
        broken: UpstreamError | None = None
        try:
            while chunk := await reply.chunk():
                if exchange.first is None:
                    exchange.first = time.time_ns()
                if decoder is not None:
                    chunk = decoder.feed(chunk, STEP)
                if translator is not None:
                    chunk = translator.feed(chunk)
                chunk = frames.feed(chunk)
                if wants_head and len(self._head) < HEAD:
                    self._head += chunk
                if filter_ is not None:
                    chunk = filter_.feed(chunk)
                if chunk:
                    note(exchange, chunk, self._record)
                    await body(chunk, True)
        except UpstreamError as error:
            broken = error
        except Untranslatable as error:
            broken = UpstreamError("bad_response", str(error))
        await self._ended(broken)

    async def _ended(self, broken: UpstreamError | None) -> None:
        """End it: as it came, or with an error that no client can take for an end."""
        exchange, frames, translator = self._exchange, self._frames, self._way.translator
        last = frames.feed(translator.end()) if translator is not None and broken is None else b""
        left = frames.rest()
        choices = exchange.asked.n or 1 if exchange.asked is not None else 1
        ending = how_it_ended(frames.tail + left, self._head, choices)
        exchange.usage = ending.usage if translator is None else translator.usage or ending.usage
        # a connection that is lost behind the end, or behind an error that the client was told, takes nothing away
        whole = ending.error is not None or (ending.whole if broken is None else ending.done)
        await self._rest(last + left if whole else last)
        if ending.error is not None:
            exchange.fail(*of_event(ending.error, exchange.status))
        if whole:
            await self._exit.body(b"", False)
            return
        await self._broken(broken, ending)
        if broken is not None:
            raise broken

    async def _rest(self, last: bytes) -> None:
        """What comes behind the last chunk, and what the filter holds."""
        filter_ = self._way.filter
        if filter_ is not None:
            last = (filter_.feed(last) if last else b"") + await filter_.end()
        if last:
            note(self._exchange, last, self._record)
            await self._exit.body(last, True)

    async def _broken(self, broken: UpstreamError | None, ending: StreamEnding) -> None:
        exchange = self._exchange
        what = broken.what if broken is not None else "the provider ended its stream before the answer was whole"
        kind = "timeout" if broken is not None and broken.kind == "timeout" else "cut_stream"
        if ending.error is None:
            exchange.fail(kind, what, exchange.status)
        code = "upstream_stalled" if kind == "timeout" else "upstream_cut_stream"
        gap = b"" if self._frames.at_start else b"\n\n"
        refusal = Refusal(502, "api_error", code, f"The answer broke off: {what}.")
        event = error_event(refusal, exchange.operation)
        await self._exit.body(gap + event, False)


def note(exchange: Exchange, chunk: bytes, most: int) -> None:
    """Keep what goes to the client for the record, up to its bound."""
    now = time.time_ns()
    if exchange.first is None:
        exchange.first = now
    exchange.size += len(chunk)
    if exchange.size <= most:
        exchange.chunks.append(chunk)
        exchange.moments.append(now)
    else:
        exchange.tags["record"] = "cut"
