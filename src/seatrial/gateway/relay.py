"""A reply on its way from the provider to the client: byte for byte, as it comes, and never whole when it is not."""

from seatrial.gateway.asgi import Headers
from seatrial.gateway.client import Exit
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.routing.course import Answered
from seatrial.gateway.stages import House
from seatrial.gateway.streaming import Stream, Way, note
from seatrial.gateway.upstream.reply import UpstreamError
from seatrial.gateway.wire.anthropic.answer import Untranslatable
from seatrial.gateway.wire.bodies import read_reply
from seatrial.gateway.wire.coding import decoder_of
from seatrial.gateway.wire.errors import answer_useless, error_body
from seatrial.gateway.wire.failures import of_event, of_reply
from seatrial.gateway.wire.headers import in_dialect
from seatrial.gateway.wire.translation import Translation, translation
from seatrial.gateway.wire.usage import read_usage

EVENT_STREAM = b"text/event-stream"


class Relay:
    """One reply.

    Args:
        exchange: Is told what passes.
        answered: The reply; its deployment is told when it is over.
        house: Whose guards look at it.
        exit_: The way to the client.
    """

    __slots__ = ("_answered", "_exchange", "_exit", "_house", "_translation")

    def __init__(self, exchange: Exchange, answered: Answered, house: House, exit_: Exit) -> None:
        self._exchange, self._answered, self._house, self._exit = exchange, answered, house, exit_
        self._translation: Translation | None = translation(exchange, answered.live.deployment)

    async def run(self, headers: Headers) -> None:
        """Relay it.

        Args:
            headers: Of the reply to the client, without its length.

        Raises:
            UpstreamError: It broke off; the client was told so if its reply had begun.
            Refusal: A guard ended it.
        """
        answered, exchange = self._answered, self._exchange
        if self._translation is not None:
            headers = in_dialect(headers, exchange.dialect)
        if answered.body is not None:  # an error of the provider's that no other deployment could mend
            await self._whole(answered.body, headers)
            return
        try:
            kind = answered.reply.header(b"content-type") or b""
            if kind.lower().startswith(EVENT_STREAM) and exchange.status < 400:
                await self._stream(headers)
            else:
                await self._whole(await self._body(), headers)
        except UpstreamError:
            answered.broke()
            raise
        finally:
            if not answered.reply.complete:
                answered.reply.abort()
            answered.done(exchange)

    async def _stream(self, headers: Headers) -> None:
        exchange, reply, house = self._exchange, self._answered.reply, self._house
        translator = self._translation.stream() if self._translation is not None else None
        way = Way(decoder_of(reply), translator, house.guards.answer(exchange))
        await self._exit.start(exchange.status, headers)
        await Stream(exchange, reply, self._exit, way, house.limits.record).run()

    async def _body(self) -> bytes:
        reply, most = self._answered.reply, self._house.limits.answer
        decoder = decoder_of(reply)
        body = await reply.body(most)
        if decoder is not None:
            body = decoder.feed(body, most)
            decoder.end()
        return body

    async def _whole(self, body: bytes, headers: Headers) -> None:
        exchange, status = self._exchange, self._exchange.status
        html = b"html" in (self._answered.reply.header(b"content-type") or b"")
        if status >= 400:
            exchange.fail(*of_reply(status, body))
            body = self._error(body, html=html)
        elif exchange.operation is not None:
            body = await self._judged(body)
            if "guard" in exchange.tags:
                told = (b"x-seatrial-guard", exchange.tags["guard"].encode("ascii", "replace"))
                headers = [*(each for each in headers if each[0] != told[0]), told]
        note(exchange, body, self._house.limits.record)
        if html:
            headers = [(name, b"application/json" if name == b"content-type" else value) for name, value in headers]
        await self._exit.whole(status, headers, body)

    async def _judged(self, body: bytes) -> bytes:
        """The answer for the client, once it was read, translated and guarded."""
        exchange = self._exchange
        told = read_reply(body)
        if told is None:
            exchange.fail("bad_response", "the provider's answer is no JSON object", exchange.status)
        elif told.error is not None:
            exchange.fail(*of_event(told.error, exchange.status))
        else:
            exchange.usage = read_usage(told.usage).usage()
        if self._translation is not None:
            try:
                body = self._translation.whole(body)
            except Untranslatable as error:
                raise UpstreamError("bad_response", str(error)) from None
        return await self._house.guards.whole(exchange, body)

    def _error(self, body: bytes, *, html: bool) -> bytes:
        """The provider's error as it came, unless the client could not read it."""
        exchange = self._exchange
        if html:
            refusal = answer_useless("bad_response", f"it answered with a page of status {exchange.status}")
            refusal.status = exchange.status
            return error_body(refusal, exchange.dialect, exchange.id)
        return body if self._translation is None else self._translation.error(body, exchange.status)
