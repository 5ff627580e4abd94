"""Makes the document of a run, in one pass over its attempts and one over its cases; neither is ever held."""

import math
from collections.abc import Iterable

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.case import Case
from seatrial.core.reading import Reading
from seatrial.core.run import Attempt, RunInfo, RunState
from seatrial.core.verdict import Verdict
from seatrial.metrics.compare import Comparison
from seatrial.metrics.readings import by_slice, headline
from seatrial.metrics.slices import compare_slices
from seatrial.metrics.table import find_metric
from seatrial.report.attempts import Kept
from seatrial.report.cases import Folded, Key
from seatrial.report.histogram import distributions
from seatrial.report.model import FORMAT, CheckCount, Counts, FailureCount, Report, SliceSection, SuiteSection, why_not
from seatrial.report.patterns import cases_of, placed, watch
from seatrial.report.probes import Probed, written
from seatrial.report.text import shorten

METRIC = "pass_rate"
"""What slices are compared by."""
SLICES = 200
WHYS = 10_000
WHY = 1_000


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What the numbers do not say: how the run ended, what was asked again or taken over, what a reader must know."""

    state: RunState = "done"
    planned: int = 0
    asked_again: int = 0
    resumed: int = 0
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def build_report(
    info: RunInfo,
    verdict: Verdict,
    batch: Batch,
    attempts: Iterable[Attempt],
    cases: Iterable[tuple[str, Case]] = (),
    *,
    comparison: Comparison | None = None,
    circumstances: Circumstances = Circumstances(),  # noqa: B008  (frozen)
) -> Report:
    """The document of a run.

    Args:
        info: The head of the run.
        verdict: All its Gates together.
        batch: The run's rows.
        attempts: The run's attempts, read once (from its journal, for example).
        cases: Each suite's name with each of its cases, read once; without them, the report has no origins and no
            expected answers.
        comparison: The run against a baseline.
        circumstances: How the run ended, and what else must be said.
    """
    own = written(batch)
    tally, watched, probed = _Tally(), watch(own), Probed(batch)
    for attempt in attempts:
        tally.put(attempt)
        probed.watched.put(attempt)
        # What Probes made has sections of its own; here it would hide what the written cases have in common.
        if watched is not None and (own is batch or attempt.dialogue[-1].original is None):
            watched.put(attempt.dialogue, attempt.scores)
    explanation = watched.explained() if watched is not None else None
    folded = Folded(batch)
    wanted = tally.kept.wanted() | folded.kept() | (cases_of(explanation) if explanation is not None else set())
    known = {(suite, case.id): case for suite, case in cases if (suite, case.id) in wanted}
    return Report(
        format=FORMAT,
        run=info,
        state=circumstances.state,
        counts=_counts(batch, circumstances),
        verdict=verdict,
        suites=tuple(_suites(info, batch)),
        slices=_slices(own),
        failures=tuple(sorted(tally.failures.values(), key=lambda each: -each.count)),
        checks=tuple(tally.checks.values()),
        attempts=tally.kept.listed(known),
        cases=folded.listed(tally.whys, known),
        explanation=placed(explanation, known) if explanation is not None else None,
        probes=probed.sections(),
        comparison=comparison,
        notes=circumstances.notes,
        warnings=circumstances.warnings,
    )


class _Tally:
    """What is counted while the attempts go by."""

    def __init__(self) -> None:
        self.kept = Kept()
        self.failures: dict[str, FailureCount] = {}
        self.checks: dict[tuple[str, str], CheckCount] = {}
        self.whys: dict[Key, str] = {}

    def put(self, attempt: Attempt) -> None:
        self.kept.put(attempt)
        last = attempt.dialogue[-1]
        key = (last.suite or "", last.case or last.id)
        if last.failure is not None:
            kind = last.failure.kind.value
            new = FailureCount(kind, 0, shorten(last.failure.message, WHY), key[1])
            found = self.failures.get(kind, new)
            self.failures[kind] = msgspec.structs.replace(found, count=found.count + 1)
        else:
            self._score(key[0], attempt)
        if key not in self.whys and len(self.whys) < WHYS:
            why = f"{last.failure.kind}: {last.failure.message}" if last.failure else why_not(attempt.scores)
            if why:
                self.whys[key] = shorten(why, WHY)

    def _score(self, suite: str, attempt: Attempt) -> None:
        for score in attempt.scores:
            found = self.checks.get((suite, score.name)) or CheckCount(suite, score.name)
            field = {True: "passed", False: "failed", None: "not_judged"}[score.passed]
            changes = {field: getattr(found, field) + 1}
            failed_first, silent_first = not found.failed, not found.example
            first = failed_first if score.passed is False else silent_first if score.passed is None else False
            example = shorten(score.reason, WHY) if first else found.example
            self.checks[suite, score.name] = msgspec.structs.replace(found, example=example, **changes)


def _counts(batch: Batch, circumstances: Circumstances = Circumstances()) -> Counts:  # noqa: B008  (frozen)
    failed = sum(value == 1 for value in batch.column("failed"))
    passed = batch.column("passed")
    judged = sum(not math.isnan(value) for value in passed)
    return Counts(
        asked=len(batch),
        answered=len(batch) - failed,
        failed=failed,
        judged=judged,
        passed=sum(value == 1 for value in passed),
        not_judged=len(batch) - failed - judged,
        asked_again=circumstances.asked_again,
        resumed=circumstances.resumed,
        planned=circumstances.planned,
        cached=sum(value == 1 for value in batch.column("cached")),
    )


def _suites(info: RunInfo, batch: Batch) -> Iterable[SuiteSection]:
    for suite in info.suites:
        part = batch if batch.values_of("suite") == [suite.name] else batch.slice(suite=suite.name)
        readings: tuple[Reading, ...] = tuple(headline(part)) if len(part) else ()
        yield SuiteSection(suite.name, suite.target, _counts(part), readings, distributions(part))


def _slices(batch: Batch) -> SliceSection:
    metric = find_metric(METRIC)
    found = compare_slices(batch, metric)
    table = by_slice(batch, metric)
    return SliceSection(METRIC, found.worst, found.compared, tuple(table[:SLICES]), len(table[SLICES:]))
