"""From the frames of an OpenAI-compatible stream to a Result."""

import aiohttp

from seatrial.core.interaction import NANOSECONDS, FailureKind, Usage
from seatrial.targets.http_failures import not_json
from seatrial.targets.openai_answer import Gathering, first_choice, frame_of
from seatrial.targets.reply import Reply
from seatrial.targets.result import Fault, Result
from seatrial.targets.sse import Event, EventTooLarge, SseParser

DONE = b"[DONE]"
EVENT_STREAM = "text/event-stream"


class Stream:
    """A streamed answer while it comes in: fragments, and the moments at which they came (UTC nanoseconds)."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._parser = SseParser()
        self._gathering = Gathering()
        self._usage: Usage | None = None
        self._model: str | None = None
        self._tokens = 0
        self._last = 0
        self._gap_max = 0
        self.first_token: int | None = None
        self.done = False
        self.start = b""
        """The first bytes until there is an event, for the sentence on a body that is no stream."""
        self.events = 0

    @property
    def finished(self) -> bool:
        """Whether the answer is whole, with or without `[DONE]`."""
        return self.done or self._gathering.finish_reason is not None

    @property
    def partial(self) -> str:
        """The text so far."""
        return self._gathering.text

    def feed(self, chunk: bytes, now: int) -> None:
        """Take what one read brought.

        Raises:
            Fault: A frame is malformed, too large or an error.
        """
        if not self.events:
            self.start = (self.start + chunk)[:2000]
        try:
            events = self._parser.feed(chunk)
        except EventTooLarge as error:
            raise Fault(FailureKind.TOO_LARGE, f"in the stream of {self._host} {error}") from None
        for event in events:
            self._event(event, now)

    def result(self, ended: int) -> Result:
        """The answer as it stands."""
        gap_mean = gap_max = None
        if self._tokens > 1 and self.first_token is not None:
            gap_mean = (self._last - self.first_token) / NANOSECONDS / (self._tokens - 1)
            gap_max = self._gap_max / NANOSECONDS
        answer = self._gathering.answer()
        return Result(answer, None, self._usage, self._model, self.first_token, gap_mean, gap_max, ended)

    def _event(self, event: Event, now: int) -> None:
        if self.done:
            return
        self.events += 1
        data = event.data.strip()
        if data == DONE:
            self.done = True
            return
        if not data:
            return  # a keep-alive
        frame = frame_of(data, self._host)
        self._model = frame.model or self._model
        if frame.usage is not None:
            self._usage = frame.usage.usage() or self._usage
        choice = first_choice(frame)
        if choice is not None and self._gathering.add(choice):
            self._token(now)

    def _token(self, now: int) -> None:
        self._tokens += 1
        if self.first_token is None:
            self.first_token = now
        elif now - self._last > self._gap_max:
            self._gap_max = now - self._last
        self._last = now


async def read_stream(reply: Reply) -> Result:
    """Read a stream to its end; the text that has come stays at hand as the reply's `partial`.

    Raises:
        Fault: It was cut, malformed or an error.
    """
    stream = Stream(reply.host)
    reply.partial = lambda: stream.partial
    try:
        await _take(stream, reply)
    except (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError, ConnectionError):
        if not stream.finished:
            raise _cut(stream, reply) from None
    ended = reply.now()
    if not stream.finished:
        raise _cut(stream, reply)
    if stream.done:
        await reply.drain()
    return stream.result(ended)


async def _take(stream: Stream, reply: Reply) -> None:
    flowing = False
    async for chunk in reply.chunks():
        stream.feed(chunk, reply.now())
        if stream.done:
            return
        if not flowing and stream.first_token is not None:
            flowing = True
            reply.flowing()


def _cut(stream: Stream, reply: Reply) -> Fault:
    host, start = reply.host, stream.start
    if stream.events:
        return Fault(FailureKind.CUT_STREAM, f"{host} cut its stream before the end of the answer")
    if reply.content_type == EVENT_STREAM:
        return Fault(FailureKind.CUT_STREAM, f"{host} ended its stream before the first event")
    if start.lstrip()[:1] in (b"", b"<"):
        return Fault(FailureKind.BAD_RESPONSE, not_json(start, host))
    return Fault(FailureKind.BAD_RESPONSE, f"{host} sent something else where a stream of events was asked for")
