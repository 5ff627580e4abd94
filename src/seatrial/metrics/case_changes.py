"""Cases with their repeats folded, for a comparison of two runs."""

import math
from collections.abc import Iterable, Mapping
from typing import Final, Literal

import msgspec

from seatrial.core.batch import Batch

Majority = Literal["passes", "fails", "not judged"]
MOST_LISTED: Final = 1_000
"""So many cases of a kind are listed; all are counted."""


class Tally:
    """How often a case was judged and passed in one run, while it is counted."""

    __slots__ = ("case", "judged", "passed", "suite")

    def __init__(self, suite: str, case: str) -> None:
        self.suite, self.case = suite, case
        self.judged = self.passed = 0

    @property
    def majority(self) -> Majority:
        """A case passes if more than half of its judged attempts do; a tie is no pass."""
        if not self.judged:
            return "not judged"
        return "passes" if 2 * self.passed > self.judged else "fails"

    @property
    def is_flaky(self) -> bool:
        """Whether attempts of this case both passed and failed."""
        return 0 < self.passed < self.judged


class CaseChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """One case in both runs: passes of judged attempts in each; `suite` is empty where there are no suites."""

    suite: str
    case: str
    before_passed: int = 0
    before_judged: int = 0
    now_passed: int = 0
    now_judged: int = 0


class CaseSet(msgspec.Struct, frozen=True, omit_defaults=True):
    """Cases of one kind: all are counted, at most `MOST_LISTED` are listed."""

    count: int = 0
    cases: tuple[CaseChange, ...] = ()


def tallies(batch: Batch) -> dict[str, Tally]:
    """Every case of a Batch by its name there, in order of first appearance."""
    suites, names = batch.tags.get("suite"), batch.cases.names
    found: dict[str, Tally] = {}
    for row, (case, passed) in enumerate(zip(batch.cases.rows, batch.column("passed"), strict=True)):
        name = names[case]
        tally = found.get(name)
        if tally is None:
            suite = suites.names[suites.rows[row]] if suites and suites.rows[row] >= 0 else ""
            tally = found[name] = Tally(suite, name.removeprefix(f"{suite}/") if suite else name)
        if not math.isnan(passed):
            tally.judged += 1
            tally.passed += passed == 1
    return found


def case_set(names: Iterable[str], before: Mapping[str, Tally], now: Mapping[str, Tally]) -> CaseSet:
    """The named cases, each of which is in at least one of the runs."""
    names = list(names)
    return CaseSet(len(names), tuple(_change(before.get(name), now.get(name)) for name in names[:MOST_LISTED]))


def _change(before: Tally | None, now: Tally | None) -> CaseChange:
    known = now or before or Tally("", "")
    old, new = before or Tally("", ""), now or Tally("", "")
    return CaseChange(known.suite, known.case, old.passed, old.judged, new.passed, new.judged)
