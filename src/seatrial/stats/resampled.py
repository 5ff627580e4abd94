"""Intervals for any number that is computed of rows, when rows of one cluster belong together.

Up to `FEW` rows the bootstrap of clusters (Efron 1979), beyond that the delete-a-group jackknife (Kott 2001), which
computes the statistic as often as there are groups, however many rows there are.
"""

import math
import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from seatrial.stats.distributions import t_quantile, tail_of
from seatrial.stats.intervals import Interval
from seatrial.stats.quantiles import quantile

FEW = 3_000
GROUPS = 50
RESAMPLES = 400
Row = TypeVar("Row")


def resampled_interval(
    rows: Sequence[Row],
    clusters: Sequence[int],
    statistic: Callable[[Sequence[Row]], float],
    confidence: float = 0.95,
    seed: int = 0,
) -> Interval | None:
    """An interval for `statistic(rows)`; None when fewer than two clusters or too few of the resamples have a value.

    Args:
        rows: Whatever the statistic is computed of, in any order.
        clusters: The cluster of each row.
        statistic: NaN where the rows say nothing.
        confidence: Two-sided.
        seed: The same seed gives the same interval.

    Raises:
        ValueError: Lengths differ, or a confidence that is none.
    """
    tail = tail_of(confidence)
    groups: dict[int, list[Row]] = {}
    for row, cluster in zip(rows, clusters, strict=True):
        groups.setdefault(cluster, []).append(row)
    if len(groups) < 2:
        return None
    draw = random.Random(seed)  # noqa: S311  statistics, no secret
    if len(rows) <= FEW:
        return _bootstrap(list(groups.values()), statistic, tail, draw)
    return _jackknife(list(groups.values()), rows, statistic, tail, draw)


def _bootstrap(
    groups: list[list[Row]], statistic: Callable[[Sequence[Row]], float], tail: float, draw: random.Random
) -> Interval | None:
    found = []
    for _ in range(RESAMPLES):
        value = statistic([row for group in draw.choices(groups, k=len(groups)) for row in group])
        if not math.isnan(value):
            found.append(value)
    if len(found) < RESAMPLES / 2:
        return None
    found.sort()
    return Interval(quantile(found, tail), quantile(found, 1.0 - tail))


def _jackknife(
    groups: list[list[Row]],
    rows: Sequence[Row],
    statistic: Callable[[Sequence[Row]], float],
    tail: float,
    draw: random.Random,
) -> Interval | None:
    whole = statistic(rows)
    draw.shuffle(groups)
    parts = min(GROUPS, len(groups))
    without = [
        statistic([row for i, group in enumerate(groups) if i % parts != part for row in group])
        for part in range(parts)
    ]
    if math.isnan(whole) or any(map(math.isnan, without)):
        return None
    middle = math.fsum(without) / parts
    error = math.sqrt((parts - 1) / parts * math.fsum((value - middle) ** 2 for value in without))
    reach = t_quantile(1.0 - tail, parts - 1) * error
    return Interval(whole - reach, whole + reach)
