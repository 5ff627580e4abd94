"""Two deployments for one request: the second is asked when the first is silent for long, the first good reply wins.

After Dean and Barroso, "The tail at scale" (2013): hedged requests.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from seatrial.gateway.routing.asking import Outcome, is_good
from seatrial.gateway.routing.live import Answered

Asking = Coroutine[Any, Any, Outcome]


async def hedged(first: Asking, second: Callable[[], Asking | None], delay: float) -> Outcome:
    """The first good outcome, else the last.

    Args:
        first: Asked at once.
        second: Gives what is asked after `delay`, if there is anything.
        delay: Seconds.

    Raises:
        Refusal: What is asked cannot be said to a deployment.
    """
    running = [asyncio.ensure_future(first)]
    won: asyncio.Task[Outcome] | None = None
    try:
        done, pending = await asyncio.wait(running, timeout=delay)
        other = second() if pending else None
        if other is not None:
            running.append(asyncio.ensure_future(other))
            pending = set(running)
        while True:
            for task in done:
                won = task
                if is_good(task.result()):
                    return task.result()
            if not pending:
                assert won is not None  # noqa: S101  one has ended
                return won.result()
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _end(running, won)


async def _end(running: "list[asyncio.Task[Outcome]]", won: "asyncio.Task[Outcome] | None") -> None:
    """Whoever did not win is withdrawn, and what it had is given back."""
    for task in running:
        task.cancel()
    for task, outcome in zip(running, await asyncio.gather(*running, return_exceptions=True), strict=True):
        if task is not won and isinstance(outcome, Answered):
            outcome.drop()
