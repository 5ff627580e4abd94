"""Several ways to the same thing, each begun a little after the one before it: the first that leads there wins."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

T = TypeVar("T")
DELAY: Final = 0.25
"""Seconds after which the next address is tried beside the first (RFC 8305, section 5)."""


async def race(attempts: Sequence[Callable[[], Awaitable[T]]], discard: Callable[[T], None], delay: float = DELAY) -> T:
    """Begin attempts one after the other, the next when one has failed or none is ready in time.

    Args:
        attempts: At least one.
        discard: Called with what came second.
        delay: Seconds between two beginnings.

    Raises:
        OSError: All failed; the first's failure.
    """
    if len(attempts) == 1:
        return await attempts[0]()
    running: list[asyncio.Task[T]] = []
    failures: list[OSError] = []
    won: asyncio.Task[T] | None = None
    try:
        left = list(attempts)
        while won is None:
            if left:
                running.append(asyncio.ensure_future(left.pop(0)()))
            pending = [task for task in running if not task.done()]
            if not pending:
                raise failures[0]
            done, _ = await asyncio.wait(pending, timeout=delay if left else None, return_when=asyncio.FIRST_COMPLETED)
            won = _first_good(done, failures)
        return won.result()
    finally:
        await _end(running, won, discard)


def _first_good(done: set[asyncio.Task[T]], failures: list[OSError]) -> asyncio.Task[T] | None:
    """One that is there; failures that are no failed connections go up."""
    found = None
    for task in done:
        error = task.exception()
        if error is None:
            found = task
        elif isinstance(error, OSError):
            failures.append(error)
        else:
            raise error
    return found


async def _end(running: list[asyncio.Task[T]], won: asyncio.Task[T] | None, discard: Callable[[T], None]) -> None:
    """Nobody is left running, and nothing that came second is kept."""
    for task in running:
        task.cancel()
    for task, outcome in zip(running, await asyncio.gather(*running, return_exceptions=True), strict=True):
        if task is not won and not isinstance(outcome, BaseException):
            discard(outcome)
