"""What an upstream answers, while it comes in: the head at once, the body piece by piece with back-pressure."""

import asyncio
from collections import deque
from typing import Final, Protocol

HIGH_WATER: Final = 256 * 1024
"""Bytes that may wait for a slow client before the upstream is no longer read."""


class UpstreamError(Exception):
    """An upstream that did not answer as it should.

    Args:
        kind: One of `core.interaction.FailureKind`, as text.
        what: Half a sentence, without any secret.
        sent: Whether the request may have been worked on.
    """

    def __init__(self, kind: str, what: str, *, sent: bool = True) -> None:
        self.kind, self.what, self.sent = kind, what, sent
        super().__init__(what)


class Line(Protocol):
    """What a reply comes in by."""

    def flow(self, reply: "Reply", *, on: bool) -> None:
        """Go on reading, or stop for now."""
        ...

    def drop(self, reply: "Reply") -> None:
        """The rest of the reply is of no use."""
        ...


class Reply:
    """A reply whose head is there.

    Attributes:
        status: The HTTP status.
        headers: As they came, names in lower case.
        complete: Whether the body came to its end.
    """

    __slots__ = ("_chunks", "_error", "_line", "_paused", "_waiter", "_waiting_bytes", "complete", "headers", "status")

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], line: Line) -> None:
        self.status, self.headers, self._line = status, headers, line
        self.complete = self._paused = False
        self._chunks: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._waiter: asyncio.Future[None] | None = None
        self._error: UpstreamError | None = None

    def header(self, name: bytes) -> bytes | None:
        """The first header of that name (in lower case)."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    async def begun(self) -> None:
        """Wait until the first bytes of the body are there, or it is known that there are none.

        Raises:
            UpstreamError: The body broke off before its first byte.
        """
        while not self._chunks and not self.complete:
            await self._more()

    async def chunk(self) -> bytes:
        """The next bytes as they came off the wire; empty when the body is whole.

        Raises:
            UpstreamError: The body broke off, or stalled.
        """
        while not self._chunks:
            if self.complete:
                return b""
            await self._more()
        found = self._chunks.popleft()
        self._waiting_bytes -= len(found)
        if self._paused and self._waiting_bytes < HIGH_WATER // 2:
            self._paused = False
            self._line.flow(self, on=True)
        return found

    async def body(self, most: int) -> bytes:
        """The whole body.

        Raises:
            UpstreamError: It broke off, or is larger than `most` bytes.
        """
        parts, size = [], 0
        while piece := await self.chunk():
            size += len(piece)
            if size > most:
                self.abort()
                raise UpstreamError("too_large", f"the answer is larger than {most:,} bytes")
            parts.append(piece)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def abort(self) -> None:
        """Close the connection that it comes in by, unless the reply is over."""
        self._line.drop(self)

    def feed(self, data: bytes) -> None:
        """Take bytes of the body from the connection."""
        self._chunks.append(data)
        self._waiting_bytes += len(data)
        if self._waiting_bytes > HIGH_WATER and not self._paused:
            self._paused = True
            self._line.flow(self, on=False)
        self._wake()

    def end(self, error: UpstreamError | None = None) -> None:
        """Nothing more will come: the body is whole, or broke off."""
        self.complete, self._error = error is None, error
        self._wake()

    async def _more(self) -> None:
        if self._error is not None:
            raise self._error
        self._waiter = asyncio.get_running_loop().create_future()
        await self._waiter

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        self._waiter = None
