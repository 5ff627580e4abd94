"""Which candidates are more than chance: single conditions on all rows, longer patterns on rows no search has seen.

Each of the two families gets half of alpha, by Holm's method, so that the chance of any false pattern is at most alpha.
A longer pattern must be worse than the rest, and than each of its parts without it: the largest of these p-values is
its own (an intersection-union test, Berger 1982), so that a condition which adds nothing is never reported.
"""

import random
from array import array
from dataclasses import dataclass
from itertools import combinations

from seatrial.metrics.patterns.candidates import Candidate, Search, single_p
from seatrial.metrics.patterns.effects import Difference, Outcomes, Side, compared
from seatrial.metrics.patterns.records import Settings, Share
from seatrial.metrics.patterns.rows import Rows, Table
from seatrial.stats.multiple import holm

FAMILIES = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern that is more than chance: its difference on all rows, its p-value corrected for all that was tried."""

    parts: tuple[int, ...]
    rows: Rows
    difference: Difference
    p: float
    replicated: Share | None = None


def single_conditions(table: Table, outcomes: Outcomes, settings: Settings) -> list[Found]:
    """The conditions for which more of the rows fail than of the others, corrected for all conditions."""
    quick = [single_p(outcomes, rows) for _, rows in table.conditions]
    bounds = [_corrected(p) for p in holm(quick)]
    tested: dict[int, Difference] = {}
    for i, (_, rows) in enumerate(table.conditions):
        # A quick p-value is never above the right one, so nothing that this leaves out could be found.
        if bounds[i] <= settings.alpha:
            tested[i] = compared(outcomes.side(rows), outcomes.side(table.all & ~rows))
    right = [_corrected(p) for p in holm([tested[i].p if i in tested else p for i, p in enumerate(quick)])]
    return [
        Found((i,), table.conditions[i][1], difference, right[i])
        for i, difference in tested.items()
        if right[i] <= settings.alpha and difference.difference > 0
    ]


def replicated(table: Table, outcomes: Outcomes, settings: Settings) -> tuple[list[Found], int]:
    """Patterns of several conditions that hold on the half of the cases on which they were not searched.

    Returns:
        The patterns, and how many were looked at.
    """
    searched = half_of(table, settings.seed)
    other = table.all & ~searched
    search = Search(table.conditions, outcomes, searched, settings)
    proposed = [_candidate(table, parts) for parts in search.proposed()]
    tests = [_test(table, outcomes, each, other) for each in proposed]
    found = []
    for each, p in zip(proposed, (_corrected(p) for p in holm(tests)), strict=True):
        if p <= settings.alpha:
            whole = compared(outcomes.side(each.rows), outcomes.side(table.all & ~each.rows))
            share = outcomes.share(outcomes.failed, each.rows & other)
            found.append(Found(each.parts, each.rows, whole, p, share))
    return found, search.tried


def half_of(table: Table, seed: int) -> Rows:
    """The rows of a random half of the cases; the same half in whatever order the cases came."""
    names = table.names
    order = sorted(range(len(names)), key=lambda case: (names[case].suite, names[case].case))
    random.Random(seed).shuffle(order)  # noqa: S311  (a split of cases, no secret)
    chosen = bytearray(len(order))
    for case in order[: len(order) // 2]:
        chosen[case] = 1
    return _rows_of(chosen, table.clusters)


def _rows_of(chosen: bytearray, clusters: "array[int]") -> Rows:
    digits = bytes(48 + chosen[case] for case in clusters)
    return int(digits[::-1], 2) if digits else 0


def _candidate(table: Table, parts: tuple[int, ...]) -> Candidate:
    rows = table.all
    for part in parts:
        rows &= table.conditions[part][1]
    return Candidate(parts, rows)


def _test(table: Table, outcomes: Outcomes, candidate: Candidate, within: Rows) -> float:
    """The largest p-value of the candidate against the rest and against each of its parts without it."""
    inside = outcomes.side(candidate.rows & within)
    shorter = combinations(candidate.parts, len(candidate.parts) - 1)
    wider = [table.all, *(_candidate(table, parts).rows for parts in shorter)]
    largest = 0.0
    for rows in wider:
        found = _worse(inside, outcomes.side(rows & within & ~candidate.rows))
        largest = max(largest, found)
        if largest == 1.0:
            break
    return largest


def _worse(inside: Side, outside: Side) -> float:
    found = compared(inside, outside)
    return found.p if found.difference > 0 else 1.0


def _corrected(p: float) -> float:
    return min(1.0, FAMILIES * p)
