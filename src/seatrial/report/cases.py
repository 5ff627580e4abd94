"""Cases with their repeats folded, from a Batch's columns; a hundred thousand of them stay a few megabytes."""

import math
from array import array
from collections.abc import Mapping

from seatrial.core.batch import Batch
from seatrial.core.case import Case
from seatrial.report.model import CaseLine, CaseList

MOST = 10_000

Key = tuple[str, str]
"""A suite's name and a case's id."""


class Folded:
    """How the attempts at each case of a Batch ended; the first `MOST` cases are kept for a report.

    Cases that did not pass come before those that passed when there are too many, and of these, too, only `MOST`.
    """

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._names = batch.cases.names
        suites = batch.tags.get("suite")
        self._suite_names = suites.names if suites else []
        self._suites = array("l", [-1]) * len(self._names)
        self._seconds = array("d", [0.0]) * len(self._names)
        self._counts = tuple(array("L", [0]) * len(self._names) for _ in range(4))
        """Passed, failed, no answer, not judged; by case."""
        self._count()
        passed = [case for case in range(len(self._names)) if self._all_passed(case)]
        not_passed = [case for case in range(len(self._names)) if not self._all_passed(case)]
        room = max(0, MOST - len(not_passed))
        self._kept = sorted([*not_passed[:MOST], *passed[:room]])
        self._left_out = (len(not_passed[MOST:]), len(passed[room:]))

    def kept(self) -> set[Key]:
        """The cases that a report lists."""
        return {self._key(case) for case in self._kept}

    def listed(self, whys: Mapping[Key, str], cases: Mapping[Key, Case]) -> CaseList:
        """The cases in the order they were asked, with where they stand and why they did not pass."""
        return CaseList(tuple(self._line(case, whys, cases) for case in self._kept), *self._left_out)

    def _count(self) -> None:
        batch = self._batch
        suites = batch.tags["suite"].rows if self._suite_names else array("l", [-1]) * len(batch)
        columns = (batch.cases.rows, suites, batch.column("passed"), batch.column("failed"), batch.column("latency"))
        for case, suite, passed, failed, latency in zip(*columns, strict=True):
            self._suites[case] = suite
            self._counts[2 if failed == 1 else 3 if math.isnan(passed) else 0 if passed else 1][case] += 1
            self._seconds[case] += 0.0 if math.isnan(latency) else latency

    def _all_passed(self, case: int) -> bool:
        passed, *others = self._counts
        return passed[case] > 0 and not any(column[case] for column in others)

    def _key(self, case: int) -> Key:
        suite = self._suite_names[self._suites[case]] if self._suites[case] >= 0 else ""
        name = self._names[case]
        return suite, name.removeprefix(f"{suite}/") if suite else name

    def _line(self, case: int, whys: Mapping[Key, str], cases: Mapping[Key, Case]) -> CaseLine:
        key = self._key(case)
        passed, failed, no_answer, not_judged = (column[case] for column in self._counts)
        origin = cases[key].origin if key in cases else ""
        return CaseLine(*key, passed, failed, no_answer, not_judged, self._seconds[case], origin, whys.get(key, ""))
