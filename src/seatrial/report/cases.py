"""Cases with their repeats folded, from a Batch's columns; a hundred thousand of them stay a few megabytes."""

import math
from collections.abc import Mapping

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.case import Case
from seatrial.report.model import CaseLine, CaseList

MOST = 10_000

Key = tuple[str, str]
"""A suite's name and a case's id."""


def fold(batch: Batch) -> tuple[list[CaseLine], int]:
    """The lines of at most `MOST` cases in the order they were asked, and how many that passed are left out.

    Cases that did not pass come before those that passed when there are too many; of these, too, at most `MOST`.
    """
    tallies = _tallies(batch)
    not_passed = [i for i, tally in enumerate(tallies) if not tally.all_passed]
    room = max(0, MOST - len(not_passed))
    passed = [i for i, tally in enumerate(tallies) if tally.all_passed]
    kept = sorted([*not_passed[:MOST], *passed[:room]])
    return [tallies[i].line(batch.cases.names[i]) for i in kept], len(passed) - len(passed[:room])


def listed(batch: Batch, whys: Mapping[Key, str], cases: Mapping[Key, Case]) -> CaseList:
    """The folded cases with where they stand and why they did not pass."""
    lines, passed_left_out = fold(batch)
    shown = []
    for line in lines:
        key = (line.suite, line.case)
        origin = cases[key].origin if key in cases else ""
        shown.append(msgspec.structs.replace(line, origin=origin, why=whys.get(key, "")))
    left_out = len(batch.cases.names) - len(shown) - passed_left_out
    return CaseList(tuple(shown), not_passed_left_out=left_out, passed_left_out=passed_left_out)


class _Tally:
    """What the attempts at one case came to, while they are counted."""

    __slots__ = ("counts", "seconds", "suite")

    def __init__(self, suite: str) -> None:
        self.suite = suite
        self.counts = [0, 0, 0, 0]
        self.seconds = 0.0

    @property
    def all_passed(self) -> bool:
        return self.counts[0] > 0 and not any(self.counts[1:])

    def line(self, name: str) -> CaseLine:
        case = name.removeprefix(f"{self.suite}/") if self.suite else name
        passed, failed, no_answer, not_judged = self.counts
        return CaseLine(self.suite, case, passed, failed, no_answer, not_judged, self.seconds)


def _tallies(batch: Batch) -> list[_Tally]:
    suites = batch.tags.get("suite")
    tallies: list[_Tally | None] = [None] * len(batch.cases.names)
    rows = zip(batch.cases.rows, batch.column("passed"), batch.column("failed"), batch.column("latency"), strict=True)
    for number, (case, passed, failed, latency) in enumerate(rows):
        tally = tallies[case]
        if tally is None:
            suite = suites.names[suites.rows[number]] if suites and suites.rows[number] >= 0 else ""
            tally = tallies[case] = _Tally(suite)
        kind = 2 if failed == 1 else 3 if math.isnan(passed) else 0 if passed else 1
        tally.counts[kind] += 1
        tally.seconds += 0.0 if math.isnan(latency) else latency
    return [tally for tally in tallies if tally is not None]
