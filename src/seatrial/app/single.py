"""One case at a time, for test runners: asked and judged by the same engine, its numbers carried between processes."""

import asyncio
import math
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from seatrial.app.baselines import read_baseline
from seatrial.app.check import Silent
from seatrial.app.conclude import held_of
from seatrial.app.preflight import all_ready
from seatrial.app.probe_models import Writing
from seatrial.app.suite import load
from seatrial.core.batch import Batch
from seatrial.core.errors import SeatrialError
from seatrial.core.interaction import FailureKind
from seatrial.core.run import Attempt
from seatrial.core.score import combined
from seatrial.core.verdict import Verdict
from seatrial.run.engine import run
from seatrial.run.journal import Journal, replay
from seatrial.run.plan import Plan, Planned, Repeat, SuitePlan

Row = dict[str, Any]
"""An attempt's numbers as plain JSON: `case`, `cells`, `tags`, `failure`, `currency`."""


class Bench:
    """Asks the cases of a suite file one by one, in a loop of its own that lives until `close`.

    A suite that repeats until its gates are decided asks each case once here: no gate is looked at on the way.

    Raises:
        Mistake: The file or one of its cases is wrong.
    """

    def __init__(self, path: Path) -> None:
        self.trial = load(path, writing=Writing())
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._folder = tempfile.TemporaryDirectory(prefix="seatrial-")
        self.ready_was_told = False
        self._obstacle: SeatrialError | None = None

    @property
    def total(self) -> int:
        """How many cases there are."""
        return sum(suite.total for suite in self.trial.suites)

    def suites(self) -> Iterator[tuple[SuitePlan, Iterable[Planned]]]:
        """Each suite with its cases."""
        for suite in self.trial.suites:
            yield suite, suite.cases()

    def ready(self) -> SeatrialError | None:
        """What keeps the targets from being asked; found out once."""
        if not self.ready_was_told:
            self.ready_was_told = True
            try:
                self._runner.run(all_ready(self.trial))
            except SeatrialError as error:
                self._obstacle = error
        return self._obstacle

    def attempts(self, suite: SuitePlan, planned: Planned) -> list[Attempt]:
        """Ask a case as often as its suite says, and judge it.

        Raises:
            SeatrialError: The run broke.
        """
        times = suite.repeat if isinstance(suite.repeat, Repeat) else Repeat(1)
        single = replace(suite, cases=lambda: iter((planned,)), total=1, repeat=times, concurrency=1)
        path = Path(self._folder.name) / "case.jsonl"
        try:
            with Journal.begin(path, self.trial.info) as journal:
                result = self._runner.run(run(Plan(self.trial.info, (single,)), journal, Silent()))
            if result.error is not None:
                raise result.error
            return list(replay(path))
        finally:
            path.unlink(missing_ok=True)

    def close(self) -> None:
        """Give back connections; twice is fine."""
        if self._folder.name and Path(self._folder.name).exists():
            self._runner.run(self.trial.aclose())
            self._runner.close()
            self._folder.cleanup()


def rows(attempts: Iterable[Attempt]) -> list[Row]:
    """The numbers of attempts, to be judged by gates in another process."""
    found = []
    for attempt in attempts:
        batch = Batch.of([(attempt.dialogue, attempt.scores)])
        last = attempt.dialogue[-1]
        cells = {name: column[0] for name, column in batch.columns.items() if not math.isnan(column[0])}
        tags = {tag: labels.names[0] for tag, labels in batch.tags.items()}
        failure = last.failure.kind.value if last.failure else None
        found.append({"case": last.case, "cells": cells, "tags": tags, "failure": failure, "currency": batch.currency})
    return found


def judge_rows(path: Path, found: Iterable[Row]) -> Verdict:
    """Hold the numbers of all processes to the gates of their suite file.

    Raises:
        Mistake: The file is wrong by now.
    """
    trial, batch = load(path), Batch()
    for row in found:
        failure = FailureKind(row["failure"]) if row["failure"] else None
        batch.add_row(row["case"], row["cells"], row["tags"], failure)
        batch.currency = batch.currency or row["currency"]
    return held_of(_asked_once(trial.info), trial.suite_names, read_baseline(trial.folder)).verdict(batch)


def _asked_once(info: Any) -> Any:
    return msgspec.structs.replace(info, selection={})


def passed(attempts: Iterable[Attempt]) -> bool | None:
    """Whether all attempts passed: False if any failed or had no answer, None if any was not judged."""
    found = [False if each.dialogue[-1].failure else combined(each.scores) for each in attempts]
    return False if False in found else None if None in found or not found else True


def story(origin: str, attempts: list[Attempt]) -> str:
    """What a person must see of a case that did not pass: question, answer, the scores that failed, the place."""
    bad = [each for each in attempts if passed([each]) is not True]
    lines = [f"{origin}: {len(bad)} of {len(attempts)} attempts did not pass" if len(attempts) > 1 else origin]
    for attempt in bad[:3]:
        for turn in attempt.dialogue:
            lines += [f"  asked:    {_short(turn.request.question)}"]
            lines += [f"  answered: {_short(turn.text)}"] if turn.failure is None else []
        last = attempt.dialogue[-1]
        if last.failure is not None:
            lines.append(f"  no answer ({last.failure.kind}): {_short(last.failure.message)}")
        for score in attempt.scores:
            if score.passed is not True:
                state = "failed" if score.passed is False else "not judged"
                lines.append(f"  {state}: {score.name}: {_short(score.reason)}")
    return "\n".join(lines)


def _short(text: str, most: int = 600) -> str:
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    plain = " ".join(plain.split())
    return plain if len(plain) <= most else f"{plain[:most]}… ({len(text):,} characters)"
