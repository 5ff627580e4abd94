"""The cases of a Baseline: from the rows of a Batch, and back to rows."""

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.interaction import FailureKind
from seatrial.core.reading import Reading
from seatrial.metrics.check_metrics import UNJUDGED
from seatrial.metrics.measurable import measurable
from seatrial.metrics.rates import RETRIED, retried

_DIGITS = 6
_COUNTED: Final = ("passed", "failed")
_KINDS: Final = frozenset(kind.value for kind in FailureKind)
_OF_FAILURES_TOO: Final = ("attempts", "requests", "turns", "cached", RETRIED)


class BaselineCase(msgspec.Struct, frozen=True, omit_defaults=True):
    """One case: how often it was asked, judged, passed and failed, and the mean of every other column that it has.

    `passed` counts passes of `judged` attempts, `failed` those without an answer, `failures` the same by kind. `means`
    has the names of a Batch's columns (`score`, `latency`, `cost`, `check:NAME`, ...), rounded to six figures.
    """

    case: str
    asked: int
    judged: int = 0
    passed: int = 0
    failed: int = 0
    failures: dict[str, int] = {}
    suite: str | None = None
    means: dict[str, float] = {}

    @property
    def key(self) -> str:
        """The case's name as a Batch has it."""
        return self.case if self.suite is None else f"{self.suite}/{self.case}"

    @property
    def is_sound(self) -> bool:
        """Whether the numbers can be: no negative counts, no more passed than judged, known failures, finite means."""
        counts = (self.asked, self.judged, self.passed, self.failed, *self.failures.values())
        fits = self.passed <= self.judged and self.judged + self.failed <= self.asked
        kinds = self.failures.keys() <= _KINDS and sum(self.failures.values()) <= self.failed
        return min(counts) >= 0 and fits and kinds and all(map(math.isfinite, self.means.values()))


def cases_of(batch: Batch) -> tuple[BaselineCase, ...]:
    """The cases of a Batch, sorted by suite and id."""
    rows: dict[int, list[int]] = {}
    for row, case in enumerate(batch.cases.rows):
        rows.setdefault(case, []).append(row)
    columns = {
        name: cells
        for name, cells in sorted({**batch.columns, RETRIED: retried(batch)}.items())
        if name not in _COUNTED and not name.startswith(UNJUDGED)
    }
    found = (_case(batch, columns, batch.cases.names[case], own) for case, own in rows.items())
    return tuple(sorted(found, key=lambda each: (each.suite or "", each.case)))


def _case(batch: Batch, columns: "Mapping[str, array[float]]", name: str, own: list[int]) -> BaselineCase:
    suites, kinds = batch.tags.get("suite"), batch.failures
    suite = suites.names[suites.rows[own[0]]] if suites and suites.rows[own[0]] >= 0 else None
    passed = _there(batch.column("passed"), own)
    return BaselineCase(
        case=name if suite is None else name.removeprefix(f"{suite}/"),
        asked=len(own),
        judged=len(passed),
        passed=round(sum(passed)),
        failed=round(sum(_there(batch.column("failed"), own))),
        failures=dict(sorted(Counter(kinds.names[kinds.rows[row]] for row in own if kinds.rows[row] >= 0).items())),
        suite=suite,
        means={
            column: rounded(math.fsum(values) / len(values))
            for column, cells in columns.items()
            if (values := _there(cells, own))
        },
    )


def batch_of(cases: Iterable[BaselineCase], currency: str | None) -> Batch:
    """Rows that say what the cases know: as many as were asked, each with its case's means."""
    batch = Batch()
    batch.currency = currency
    for each in cases:
        tags = {} if each.suite is None else {"suite": each.suite}
        kinds = iter([kind for kind, times in each.failures.items() for _ in range(times)])
        for row in range(each.asked):
            failed = each.judged <= row < each.judged + each.failed
            kind = next(kinds, None) if failed else None
            batch.add_row(each.case, _cells(each, row, failed), tags, FailureKind(kind) if kind else None)
    return batch


def readings_of(batch: Batch) -> Iterator[Reading]:
    """All metrics that can be measured, of the whole and of each suite."""
    whole = [_short(found) for found in measurable(batch)]
    yield from whole
    for name, part in batch.slices("suite"):
        readings = whole if len(part) == len(batch) else [_short(found) for found in measurable(part)]
        yield from (msgspec.structs.replace(found, slice=(("suite", name),)) for found in readings)


def _short(found: Reading) -> Reading:
    ends = {"value": found.value, "low": found.low, "high": found.high}
    return msgspec.structs.replace(
        found, **{name: None if value is None else rounded(value) for name, value in ends.items()}
    )


def rounded(value: float) -> float:
    """Six figures: what a git diff should not show is dropped."""
    return float(f"{value:.{_DIGITS}g}")


def _there(cells: "array[float]", own: list[int]) -> list[float]:
    return [cells[row] for row in own if not math.isnan(cells[row])]


def _cells(case: BaselineCase, row: int, failed: bool) -> dict[str, float]:
    """Row `row` of a case: passes first, then what failed a check, what failed to answer, and what was not judged."""
    if failed:
        return {"failed": 1.0, **{name: case.means[name] for name in _OF_FAILURES_TOO if name in case.means}}
    judged = {"passed": float(row < case.passed)} if row < case.judged else {}
    return {"failed": 0.0, **case.means, **judged}
