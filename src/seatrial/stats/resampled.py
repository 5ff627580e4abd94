"""The standard error of any number that is computed of rows, when rows of one cluster belong together.

Up to `FEW` rows the bootstrap of clusters (Efron 1979), beyond that the delete-a-group jackknife (Kott 2001), which
computes the statistic as often as there are groups, however many rows there are.
"""

import math
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from seatrial.stats.distributions import normal_quantile, t_quantile, tail_of
from seatrial.stats.intervals import Interval, wilson

FEW = 3_000
GROUPS = 50
RESAMPLES = 400
ROUNDING = 1e-9
"""Errors below this part of a range are those of floating point."""
Row = TypeVar("Row")


class Spread(NamedTuple):
    """How far a statistic may be off by chance: its standard error, and the degrees of freedom that this has."""

    error: float
    degrees: int


def resampled_spread(
    rows: Sequence[Row], clusters: Sequence[int], statistic: Callable[[Sequence[Row]], float], seed: int = 0
) -> Spread | None:
    """The spread of `statistic(rows)`; None with fewer than two clusters, or when too few resamples have a value.

    Args:
        rows: Whatever the statistic is computed of, in any order.
        clusters: The cluster of each row.
        statistic: NaN where the rows say nothing.
        seed: The same seed gives the same spread.

    Raises:
        ValueError: Lengths differ.
    """
    groups: dict[int, list[Row]] = {}
    for row, cluster in zip(rows, clusters, strict=True):
        groups.setdefault(cluster, []).append(row)
    if len(groups) < 2:
        return None
    draw = random.Random(seed)  # noqa: S311  statistics, no secret
    way = _bootstrap if len(rows) <= FEW else _jackknife
    return way(list(groups.values()), statistic, draw)


def interval_within(
    value: float, spread: Spread | None, most: float, within: tuple[float, float], confidence: float = 0.95
) -> Interval:
    """An interval for a number that lies in a range, never outside of it and never a point.

    The place of the number in its range is taken as a rate, and gets Wilson's interval for as many rows as would give a
    rate this standard error, less what Student's t takes for few clusters (as `clustered.ClusterSums.rate` does).

    Args:
        value: The number, in its range.
        spread: Of the number; None when nothing is known of it.
        most: As how many rows the number counts when all resamples agree on it.
        within: The range; where it is endless above, twice the value is its end, at least 1.
        confidence: Two-sided.

    Raises:
        ValueError: A confidence that is none.
    """
    start, end = within
    end = max(1.0, 2 * value) if math.isinf(end) else end
    start, width = min(start, value), max(end, value) - min(start, value)
    place = (value - start) / width
    size = most
    if spread is not None and spread.error > ROUNDING * width and 0 < place < 1:
        tail = tail_of(confidence)
        size = place * (1 - place) * (width / spread.error) ** 2
        size *= (normal_quantile(tail) / t_quantile(tail, spread.degrees)) ** 2
    low, high = wilson(place * size, size, confidence)
    return Interval(start + width * low, start + width * high)


def _bootstrap(
    groups: list[list[Row]], statistic: Callable[[Sequence[Row]], float], draw: random.Random
) -> Spread | None:
    found = []
    for _ in range(RESAMPLES):
        value = statistic([row for group in draw.choices(groups, k=len(groups)) for row in group])
        if not math.isnan(value):
            found.append(value)
    if len(found) < RESAMPLES / 2:
        return None
    middle = math.fsum(found) / len(found)
    # Resamples of m clusters vary by (m - 1) / m of what they stand for.
    variance = math.fsum((value - middle) ** 2 for value in found) / (len(found) - 1)
    return Spread(math.sqrt(variance * len(groups) / (len(groups) - 1)), len(groups) - 1)


def _jackknife(
    groups: list[list[Row]], statistic: Callable[[Sequence[Row]], float], draw: random.Random
) -> Spread | None:
    draw.shuffle(groups)
    parts = min(GROUPS, len(groups))
    without = [
        statistic([row for i, group in enumerate(groups) if i % parts != part for row in group])
        for part in range(parts)
    ]
    if any(map(math.isnan, without)):
        return None
    middle = math.fsum(without) / parts
    variance = (parts - 1) / parts * math.fsum((value - middle) ** 2 for value in without)
    return Spread(math.sqrt(variance), parts - 1)
