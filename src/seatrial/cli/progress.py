"""Progress: a bar at a terminal, a line now and then elsewhere."""

import sys
import time
from typing import Any, TextIO

from seatrial.app.check import Silent
from seatrial.core.run import Attempt, Progress
from seatrial.core.score import combined

EVERY = 10.0
"""Seconds between lines."""


class Lines:
    """Plain lines, for logs: one when a suite begins, one every ten seconds, one when it ends."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._total = self._done = self._failed = 0
        self._told = 0.0

    def begin(self, suite: str, total: int, done: int) -> None:
        """A suite begins."""
        self._total, self._done, self._failed, self._told = total, done, 0, time.monotonic()
        again = f", {done:,} of them done before" if done else ""
        self._say(f"{suite}: {total:,} attempts{again}")

    def attempted(self, suite: str, attempt: Attempt) -> None:
        """An attempt is judged."""
        self._done += 1
        self._failed += _is_bad(attempt)
        now = time.monotonic()
        if now - self._told >= EVERY:
            self._told = now
            self._say(f"{suite}: {self._done:,} of {self._total:,}, {self._failed:,} not passed")

    def end(self, suite: str) -> None:
        """A suite is over."""
        self._say(f"{suite}: {self._done:,} of {self._total:,} done, {self._failed:,} not passed")

    def _say(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()


class Bar:
    """A bar that is drawn by rich."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns: list[Any] = [
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failed]} not passed", markup=False),
            TimeRemainingColumn(),
        ]
        self._drawn = Progress(*columns, console=Console(file=stream), transient=True, refresh_per_second=5)
        self._task: Any = None
        self._failed = 0

    def begin(self, suite: str, total: int, done: int) -> None:
        """A suite begins."""
        self._failed = 0
        self._task = self._drawn.add_task(suite[:30], total=total, completed=done, failed="0")
        self._drawn.start()

    def attempted(self, suite: str, attempt: Attempt) -> None:
        """An attempt is judged."""
        self._failed += _is_bad(attempt)
        self._drawn.update(self._task, advance=1, failed=f"{self._failed:,}")

    def end(self, suite: str) -> None:
        """A suite is over."""
        self._drawn.stop()
        self._drawn.remove_task(self._task)


def progress(*, quiet: bool = False, stream: TextIO | None = None) -> Progress:
    """What fits the place where it is shown."""
    stream = stream or sys.stderr
    if quiet:
        return Silent()
    return Bar(stream) if stream.isatty() else Lines(stream)


def _is_bad(attempt: Attempt) -> bool:
    return attempt.dialogue[-1].failure is not None or combined(attempt.scores) is False
