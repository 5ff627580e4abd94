"""What an upstream answers, while it comes in: the head at once, the body piece by piece with back-pressure."""

import asyncio
from collections import deque
from collections.abc import Callable

HIGH_WATER = 256 * 1024
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


class Reply:
    """A reply whose head is there.

    Attributes:
        status: The HTTP status.
        headers: As they came, names in lower case.
    """

    __slots__ = (
        "_chunks",
        "_error",
        "_flow",
        "_paused",
        "_waiter",
        "_waiting_bytes",
        "abort",
        "complete",
        "headers",
        "status",
    )

    def __init__(
        self,
        status: int,
        headers: list[tuple[bytes, bytes]],
        flow: Callable[[bool], None],
        abort: Callable[[], None],
    ) -> None:
        self.status, self.headers, self.abort = status, headers, abort
        self.complete = False
        self._chunks: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._waiter: asyncio.Future[None] | None = None
        self._error: UpstreamError | None = None
        self._flow, self._paused = flow, False

    def header(self, name: bytes) -> bytes | None:
        """The first header of that name (in lower case)."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    async def chunk(self) -> bytes:
        """The next bytes as they came off the wire; empty when the body is whole.

        Raises:
            UpstreamError: The body broke off, or stalled.
        """
        while not self._chunks:
            if self._error is not None:
                raise self._error
            if self.complete:
                return b""
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        found = self._chunks.popleft()
        self._waiting_bytes -= len(found)
        if self._paused and self._waiting_bytes < HIGH_WATER // 2:
            self._paused = False
            self._flow(True)
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
                raise UpstreamError("too_large", f"the answer is larger than {most} bytes")
            parts.append(piece)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def feed(self, data: bytes) -> None:
        """Take bytes of the body from the connection."""
        self._chunks.append(data)
        self._waiting_bytes += len(data)
        if self._waiting_bytes > HIGH_WATER and not self._paused:
            self._paused = True
            self._flow(False)
        self._wake()

    def end(self, error: UpstreamError | None = None) -> None:
        """Nothing more will come: the body is whole, or broke off."""
        self.complete, self._error = error is None, error
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        self._waiter = None
