"""An endpoint's answer while it comes in: bounded in size, each wait bounded in time."""

import asyncio
from collections.abc import AsyncIterator, Callable

import aiohttp

from seatrial.core.interaction import FailureKind
from seatrial.targets.http_failures import request_id
from seatrial.targets.options import Options, Timeouts
from seatrial.targets.result import Fault

DRAIN = 0.25
"""Seconds given to the end of a stream after `[DONE]`, so that its connection can be used again."""


class Watch:
    """Knows which phase an attempt is in, and when that phase is over; times are the event loop's seconds."""

    __slots__ = ("_end", "_timeouts", "limit", "phase")

    def __init__(self, timeouts: Timeouts, now: float) -> None:
        self._timeouts = timeouts
        self._end = now + timeouts.total
        self.phase = "first_byte"
        self.limit = asyncio.timeout_at(now + min(timeouts.first_byte, timeouts.total))

    def read(self, now: float) -> None:
        """A read came after the first byte or token: the next one has `between_chunks` seconds."""
        self.phase = "between_chunks"
        self.limit.reschedule(min(self._end, now + self._timeouts.between_chunks))

    def expired(self, host: str, now: float) -> str:
        """One sentence on the phase that took too long."""
        if now >= self._end:
            return f"{host} had not finished its answer after {self._timeouts.total:g} s (total)"
        if self.phase == "first_byte":
            return f"{host} sent no first byte or token within {self._timeouts.first_byte:g} s (first_byte)"
        return f"{host} fell silent for {self._timeouts.between_chunks:g} s in its answer (between_chunks)"


class Reply:
    """What a reader of answers works with; status 200 has come, the body has not.

    Attributes:
        host: `host:port` for messages.
        now: UTC nanoseconds.
        partial: Gives the text that has come; whoever reads a stream puts it here.
    """

    __slots__ = ("_clock", "_max", "_response", "_watch", "host", "now", "partial")

    def __init__(
        self,
        response: aiohttp.ClientResponse,
        watch: Watch,
        options: Options,
        host: str,
        now: Callable[[], int],
    ) -> None:
        self._response, self._watch, self.host, self.now = response, watch, host, now
        self._max = options.max_bytes
        self._clock = asyncio.get_running_loop().time
        self.partial: Callable[[], str] = str

    @property
    def request_id(self) -> str | None:
        """The endpoint's own id of the request."""
        return request_id(self._response.headers)

    @property
    def content_type(self) -> str:
        """The media type, lower case; empty when the endpoint does not say."""
        return self._response.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    async def body(self) -> bytes:
        """The whole body.

        Raises:
            Fault: It is over the size that may be read.
        """
        response, content = self._response, self._response.content
        if content.is_eof() and not response.headers.get("Content-Encoding") and content.total_bytes <= self._max:
            return await response.read()
        self._bounded(response.content_length or 0)
        pieces, size = [], 0
        self._watch.read(self._clock())
        async for piece in content.iter_any():
            size += len(piece)
            self._bounded(size)
            pieces.append(piece)
            self._watch.read(self._clock())
        return b"".join(pieces)

    async def error_body(self, size: int = 65536) -> bytes:
        """The beginning of an error's body; a broken one is as good as none."""
        pieces = bytearray()
        self._watch.read(self._clock())
        async for piece in self._response.content.iter_any():
            pieces += piece
            if len(pieces) >= size:
                break
        return bytes(pieces[:size])

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it comes in; until `flowing` is called, all of it has the time of the first token.

        Raises:
            Fault: It is over the size that may be read.
        """
        size, content = 0, self._response.content
        while piece := await content.readany():
            size += len(piece)
            self._bounded(size)
            if self._watch.phase != "first_byte":
                self._watch.read(self._clock())
            yield piece

    def flowing(self) -> None:
        """Say that the first token is there: from now on each wait is one between chunks."""
        self._watch.read(self._clock())

    async def drain(self) -> None:
        """Read what is left after the end of a stream, briefly; what it is does not matter."""
        content = self._response.content
        if content.at_eof():
            return
        try:
            async with asyncio.timeout(DRAIN):
                left = 65536
                while left > 0 and (piece := await content.readany()):
                    left -= len(piece)
        except (TimeoutError, aiohttp.ClientError):
            self._response.close()

    def _bounded(self, size: int) -> None:
        if size > self._max:
            raise Fault(FailureKind.TOO_LARGE, f"the answer of {self.host} is over {self._max / 1e6:g} MB")
