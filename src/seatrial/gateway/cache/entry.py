"""A kept answer."""

from collections.abc import Callable, Sequence
from typing import Final

from seatrial.gateway.asgi import Headers

OVERHEAD: Final = 1000
"""Bytes that an answer takes beside its own; more for each of its chunks."""
OVERHEAD_OF_CHUNK: Final = 48


class Entry:
    """What is given again.

    Args:
        status: The HTTP status.
        headers: Those that are given again.
        chunks: The body as it was streamed, or in one piece.
        model: The name that was asked for.
        tags: By which it can be forgotten.
        clock: Monotonic seconds.

    Attributes:
        size: Bytes that it takes in memory, about.
    """

    __slots__ = ("_born", "_clock", "chunks", "headers", "model", "size", "status", "tags")

    def __init__(
        self,
        status: int,
        headers: Headers,
        chunks: Sequence[bytes],
        model: str,
        tags: tuple[str, ...],
        clock: Callable[[], float],
    ) -> None:
        self.status, self.headers, self.chunks = status, headers, list(chunks)
        self.model, self.tags = model, tags
        self.size = OVERHEAD + sum(len(each) + OVERHEAD_OF_CHUNK for each in self.chunks)
        self._clock, self._born = clock, clock()

    @property
    def age(self) -> float:
        """Seconds since it came from the provider."""
        return self._clock() - self._born

    def about(self, model: str | None, tag: str | None, prefix: str | None) -> bool:
        """Whether it is of a model, has a tag, and has a tag that begins so; None is any."""
        return (
            (model is None or self.model == model)
            and (tag is None or tag in self.tags)
            and (prefix is None or any(each.startswith(prefix) for each in self.tags))
        )
