"""Patterns before they are reported: single conditions on all rows, and what a search on half of the cases proposes."""

import heapq
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from seatrial.metrics.patterns.effects import Outcomes, quick_p, standardised
from seatrial.metrics.patterns.records import Condition, Settings
from seatrial.metrics.patterns.rows import Rows

ALIKE = 0.8
"""Common rows over all rows of two patterns (Jaccard), from which on they say the same."""
_PROMISING = 2.0
"""Standard errors by which a longer pattern must be worse than each of its parts where it is searched."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Conditions by number, sorted, and the rows for which all of them hold."""

    parts: tuple[int, ...]
    rows: Rows


class Known(NamedTuple):
    """A pattern within the rows that are searched: rows, how many, how many failed."""

    parts: tuple[int, ...]
    rows: Rows
    n: int
    failed: int

    def worse_than(self, n: int, failed: int) -> float:
        """Standard errors by which it is worse than the rest of `n` rows that hold it; no rest, no difference."""
        rest = n - self.n
        return standardised(self.failed, self.n, failed - self.failed, rest) if rest else -math.inf


def alike(a: Rows, b: Rows) -> float:
    """The rows that two sets have in common over all rows of both."""
    both = (a & b).bit_count()
    return both / (a.bit_count() + b.bit_count() - both) if both else 0.0


class Search:
    """Looks for two- and three-part patterns on some of the rows, by beam search.

    All pairs of the `conditions` that separate best are looked at; those that stand out most are made longer. What is
    proposed is worse than each of its parts without the rest.
    """

    def __init__(
        self, conditions: Sequence[tuple[Condition, Rows]], outcomes: Outcomes, within: Rows, settings: Settings
    ) -> None:
        self._settings = settings
        self._n, self._failed = outcomes.count(within)
        self._failures = outcomes.failed & within
        self._support = max(2, settings.support // 2, within.bit_count() // 1_000)
        self._names = [condition.name for condition, _ in conditions]
        singles = [self._known((i,), rows & within) for i, (_, rows) in enumerate(conditions)]
        usable = [each for each in singles if self._support <= each.n < self._n]
        self._singles = heapq.nlargest(settings.conditions, usable, key=self._against_rest)
        self.tried = 0

    def proposed(self) -> list[tuple[int, ...]]:
        """The parts of each pattern worth a test on other rows, the most promising first, pairs before triples."""
        if self._settings.longest < 2:
            return []
        pairs = list(self._pairs())
        found = self._best(pairs)
        if self._settings.longest > 2:
            beam = heapq.nlargest(self._settings.beam, (pair for _, pair in pairs), key=self._against_rest)
            found += self._best(self._triples(beam))
        return [each.parts for each in found]

    def _against_rest(self, each: Known) -> float:
        return each.worse_than(self._n, self._failed)

    def _known(self, parts: tuple[int, ...], rows: Rows) -> Known:
        return Known(parts, rows, rows.bit_count(), (rows & self._failures).bit_count())

    def _pairs(self) -> Iterator[tuple[float, Known]]:
        """Pairs that are worse than either part, with how clearly."""
        for a, b in combinations(self._singles, 2):
            if self._names[a.parts[0]] == self._names[b.parts[0]]:
                continue
            self.tried += 1
            rows = a.rows & b.rows
            n = rows.bit_count()
            if n < self._support or n in (a.n, b.n):
                continue
            failed = (rows & self._failures).bit_count()
            if failed * a.n <= a.failed * n or failed * b.n <= b.failed * n:
                continue
            pair = Known((min(a.parts[0], b.parts[0]), max(a.parts[0], b.parts[0])), rows, n, failed)
            by = min(pair.worse_than(a.n, a.failed), pair.worse_than(b.n, b.failed), self._against_rest(pair))
            yield by, pair

    def _triples(self, beam: Sequence[Known]) -> Iterator[tuple[float, Known]]:
        singles = {each.parts[0]: each.rows for each in self._singles}
        seen = set[tuple[int, ...]]()
        for pair in beam:
            names = {self._names[part] for part in pair.parts}
            for single in self._singles:
                parts = tuple(sorted((*pair.parts, *single.parts)))
                if self._names[single.parts[0]] in names or parts in seen:
                    continue
                seen.add(parts)
                self.tried += 1
                triple = self._known(parts, pair.rows & single.rows)
                if triple.n < self._support or triple.worse_than(pair.n, pair.failed) < _PROMISING:
                    continue
                within = [self._known(two, singles[two[0]] & singles[two[1]]) for two in combinations(parts, 2)]
                yield min(triple.worse_than(each.n, each.failed) for each in within), triple

    def _best(self, scored: Iterable[tuple[float, Known]]) -> list[Known]:
        """The most promising, no two of them of nearly the same rows."""
        ranked = heapq.nlargest(20 * self._settings.candidates, scored, key=lambda pair: pair[0])
        kept: list[Known] = []
        for by, each in ranked:
            if by < _PROMISING or len(kept) == self._settings.candidates:
                break
            if all(alike(each.rows, other.rows) < ALIKE for other in kept):
                kept.append(each)
        return kept


def single_p(outcomes: Outcomes, rows: Rows) -> float:
    """The p-value of a condition as if no row depended on another: never above the right one."""
    n, failed = outcomes.count(rows)
    total, all_failed = outcomes.n, outcomes.failed.bit_count()
    return quick_p(failed, n, all_failed - failed, total - n)
