"""Several systems on the same cases: who is best how often, who beats whom, how strong each is."""

import math
import random
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

import msgspec

from seatrial.core.errors import Mistake
from seatrial.core.reading import Direction, Reading
from seatrial.metrics.rows import finite
from seatrial.stats.bradley_terry import strengths
from seatrial.stats.distributions import tail_of
from seatrial.stats.intervals import EVERYTHING, student_mean, wilson
from seatrial.stats.multiple import holm
from seatrial.stats.paired import mcnemar_exact
from seatrial.stats.quantiles import quantile

MOST_SYSTEMS: Final = 20
PRIOR: Final = 1.0
"""Pseudo-ties between every two systems, so that one that never loses has a strength, too."""
RESAMPLES: Final = 200
GROUPS: Final = 256
MARGIN: Final = 1e-9
"""Values that are nearer than this are a tie."""
ALPHA: Final = 0.05

Scores = Mapping[tuple[str, str], Sequence[float]]
"""Of two systems: for each case 1 when the first one is better, 0.5 for a tie, 0 when it is not."""


class Standing(msgspec.Struct, frozen=True):
    """A system: its mean value, how often it alone is best or shares the best place, its log-strength."""

    system: str
    mean: Reading
    best: int
    shared: int
    strength: float
    low: float | None
    high: float | None


class Duel(msgspec.Struct, frozen=True):
    """Two systems, the stronger first: cases won, tied and lost, and the p-value adjusted (Holm) for all duels.

    `rate` is the share of cases won, ties half, with its interval.
    """

    one: str
    other: str
    won: int
    tied: int
    lost: int
    rate: float
    low: float
    high: float
    p: float

    @property
    def is_decided(self) -> bool:
        """Whether they can be told apart."""
        return self.p < ALPHA


class Ranking(msgspec.Struct, frozen=True):
    """Systems from the strongest on, over the cases that all of them have a value for."""

    metric: str
    direction: Direction
    cases: int
    left_out: int
    standings: tuple[Standing, ...]
    duels: tuple[Duel, ...]

    @property
    def leaders(self) -> tuple[str, ...]:
        """The strongest system and those that cannot be told from it."""
        first = self.standings[0].system
        open_ = {duel.one if duel.other == first else duel.other for duel in self.duels if _open(duel, first)}
        return tuple(each.system for each in self.standings if each.system == first or each.system in open_)


def rank(
    values: Mapping[str, Mapping[str, float]], metric: str, direction: Direction = "up", confidence: float = 0.95
) -> Ranking:
    """Rank systems by a value that each has for each case.

    Args:
        values: System -> case -> value; cases that some system has no value for are left out.
        metric: What the values are, for the reader.
        direction: Which way is better.
        confidence: Of the intervals.

    Raises:
        Mistake: Fewer than two systems, too many, or no case in common.
    """
    if not 2 <= len(values) <= MOST_SYSTEMS:
        raise Mistake(f"a ranking needs 2 to {MOST_SYSTEMS} systems, there are {len(values)}")
    common = sorted(set.intersection(*(set(each) for each in values.values())))
    if not common:
        raise Mistake(f"there is no case for which all of {', '.join(values)} have a value of `{metric}`")
    sign = 1.0 if direction == "up" else -1.0
    table = {system: [sign * each[case] for case in common] for system, each in values.items()}
    systems, scores, cases = tuple(table), _scored(table), len(common)
    found = _strengths(systems, scores, range(cases), [1] * cases)
    spread = _spread(systems, scores, cases, confidence)
    order = sorted(table, key=lambda system: (-found[system], system))
    every = {case for each in values.values() for case in each}
    standings = tuple(
        Standing(
            system,
            _mean(metric, direction, [sign * value for value in table[system]], confidence),
            *_best(table, system),
            found[system],
            *spread[system],
        )
        for system in order
    )
    return Ranking(metric, direction, cases, len(every) - cases, standings, _duels(table, order, confidence))


def _mean(metric: str, direction: Direction, values: Sequence[float], confidence: float) -> Reading:
    n = len(values)
    mean = math.fsum(values) / n
    if set(values) <= {0.0, 1.0}:
        low, high = wilson(math.fsum(values), n, confidence)
        method = "Wilson over cases"
    else:
        # Values that are all alike show no spread; that is not to know their mean.
        low, high = student_mean(values, confidence) if len(set(values)) > 1 else EVERYTHING
        method = "Student's t over cases"
    return Reading(
        metric,
        mean,
        finite(low),
        finite(high),
        n=n,
        asked=n,
        clusters=n,
        direction=direction,
        confidence=confidence,
        method=method,
    )


def _best(table: Mapping[str, Sequence[float]], system: str) -> tuple[int, int]:
    """How often a system alone has the best value of a case, and how often together with others but not with all."""
    alone = shared = 0
    for i, value in enumerate(table[system]):
        level = sum(abs(each[i] - value) <= MARGIN for each in table.values())
        if value + MARGIN >= max(each[i] for each in table.values()) and level < len(table):
            alone, shared = alone + (level == 1), shared + (level > 1)
    return alone, shared


def _score(one: float, other: float) -> float:
    return 0.5 if abs(one - other) <= MARGIN else float(one > other)


def _scored(table: Mapping[str, Sequence[float]]) -> Scores:
    """For each pair of systems, what the first one gets of each case."""
    return {(a, b): list(map(_score, table[a], table[b])) for a, b in combinations(table, 2)}


def _strengths(systems: Sequence[str], scores: Scores, parts: Sequence[int], sizes: Sequence[int]) -> dict[str, float]:
    """Log-strengths by these parts of the cases; `sizes` says how many cases each part has."""
    cases = sum(sizes[i] for i in parts)
    wins = {}
    for (a, b), row in scores.items():
        won = math.fsum([row[i] for i in parts])
        wins[a, b], wins[b, a] = won, cases - won
    return strengths(systems, wins, PRIOR)


def _spread(
    systems: Sequence[str], scores: Scores, cases: int, confidence: float
) -> dict[str, tuple[float | None, float | None]]:
    """Intervals of the strengths by resampling cases; of many cases, groups of cases, which are drawn faster."""
    if cases < 2:
        return dict.fromkeys(systems, (None, None))
    draw, tail = random.Random(0), tail_of(confidence)  # noqa: S311  statistics, no secret
    order = draw.sample(range(cases), cases)
    groups = [order[start :: min(GROUPS, cases)] for start in range(min(GROUPS, cases))]
    sizes = [len(group) for group in groups]
    sums = {pair: [math.fsum([row[i] for i in group]) for group in groups] for pair, row in scores.items()}
    drawn = [draw.choices(range(len(groups)), k=len(groups)) for _ in range(RESAMPLES)]
    found = [_strengths(systems, sums, parts, sizes) for parts in drawn]
    ordered = {system: sorted(each[system] for each in found) for system in systems}
    return {system: (quantile(each, tail), quantile(each, 1 - tail)) for system, each in ordered.items()}


def _duels(table: Mapping[str, Sequence[float]], order: Sequence[str], confidence: float) -> tuple[Duel, ...]:
    pairs = list(combinations(order, 2))
    counts = []
    for one, other in pairs:
        scores = [_score(a, b) for a, b in zip(table[one], table[other], strict=True)]
        counts.append((scores.count(1.0), scores.count(0.5), scores.count(0.0)))
    adjusted = holm([mcnemar_exact(won, lost) for won, _, lost in counts])
    duels = []
    for (one, other), (won, tied, lost), p in zip(pairs, counts, adjusted, strict=True):
        n = won + tied + lost
        low, high = wilson(won + tied / 2, n, confidence)
        duels.append(Duel(one, other, won, tied, lost, (won + tied / 2) / n, low, high, p))
    return tuple(duels)


def _open(duel: Duel, system: str) -> bool:
    return system in (duel.one, duel.other) and not duel.is_decided
