"""Do answers differ? Across cases sameness is a sign of canned text, among repeats of steadiness."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from seatrial.core.batch import Batch
from seatrial.metrics.resampled import Picked, Resampled
from seatrial.stats.diversity import simpson_resampled

PAIRS = 10
"""Of the repeats of a case, so many neighbouring pairs are compared."""


def across_cases() -> Resampled:
    """`diversity.cases`: the chance that the answers to two different cases differ (Simpson 1949)."""
    return Resampled(name="diversity.cases", pick=_firsts, statistic=_simpson)


def among_repeats() -> Resampled:
    """`diversity.repeats`: the chance that two answers to the same case differ."""
    return Resampled(name="diversity.repeats", pick=_neighbours, statistic=_share, unit="rate", direction="down")


def _answers(batch: Batch) -> Iterable[tuple[int, float]]:
    pairs = zip(batch.cases.rows, batch.column("answer"), strict=True)
    return ((case, answer) for case, answer in pairs if not math.isnan(answer))


def _firsts(batch: Batch) -> Picked:
    """One answer of each case: repeats of a case are alike for another reason."""
    firsts: dict[int, float] = {}
    for case, answer in _answers(batch):
        firsts.setdefault(case, answer)
    if len(firsts) < 2:
        return Picked((), (), "diversity needs the answers to at least two cases")
    return Picked(list(firsts.items()), list(firsts))


def _neighbours(batch: Batch) -> Picked:
    """Whether answers that follow each other among the repeats of a case differ."""
    last: dict[int, list[float]] = {}
    differ: list[float] = []
    cases: list[int] = []
    for case, answer in _answers(batch):
        before = last.setdefault(case, [])
        if before and len(before) <= PAIRS:
            differ.append(float(before[-1] != answer))
            cases.append(case)
        before.append(answer)
        del before[: -PAIRS - 1]
    return Picked(differ, cases, "" if differ else "no case was answered twice: ask with `repeat`")


def _simpson(rows: Sequence[Any]) -> float:
    found = simpson_resampled(rows)
    return math.nan if found is None else found


def _share(rows: Sequence[Any]) -> float:
    return sum(rows) / len(rows) if rows else math.nan
