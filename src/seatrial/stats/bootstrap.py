"""Bootstrap intervals for any number that can be computed from values (Efron 1979), by rows or by whole clusters.

The time is that of `resamples` computations of the statistic over as many values as were given; the accelerated
interval needs one more for each row or cluster.
"""

import math
import random
from collections.abc import Callable, Sequence

from seatrial.stats.distributions import normal_cdf, normal_quantile, tail_of
from seatrial.stats.intervals import Interval
from seatrial.stats.quantiles import quantile

Statistic = Callable[[Sequence[float]], float]


def bootstrap_interval(
    values: Sequence[float],
    statistic: Statistic,
    *,
    clusters: Sequence[int] | None = None,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Percentile interval: the middle of the statistic's values over resamples.

    Args:
        values: At least one number.
        statistic: What is computed of values in any order.
        clusters: The cluster of each value; whole clusters are drawn then.
        resamples: At least 2; 1000 or more for 95 %.
        confidence: Two-sided.
        seed: The same seed gives the same interval.

    Raises:
        ValueError: No values, lengths that differ, fewer than two resamples, or a confidence that is none.
    """
    tail = tail_of(confidence)
    found = _resampled(_groups(values, clusters), statistic, resamples, seed)
    return Interval(quantile(found, tail), quantile(found, 1.0 - tail))


def bca_interval(
    values: Sequence[float],
    statistic: Statistic,
    *,
    clusters: Sequence[int] | None = None,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Interval:
    """The same, corrected for bias and for a spread that grows with the value (BCa, Efron 1987).

    Better than the percentile interval for skewed statistics; the percentile interval when nothing can be corrected.

    Raises:
        ValueError: As `bootstrap_interval`.
    """
    tail = tail_of(confidence)
    groups = _groups(values, clusters)
    found = _resampled(groups, statistic, resamples, seed)
    whole = statistic(values)
    share = (sum(value < whole for value in found) + 0.5 * sum(value == whole for value in found)) / len(found)
    if not 0.0 < share < 1.0 or len(groups) < 2:
        return Interval(quantile(found, tail), quantile(found, 1.0 - tail))
    bias, pull = normal_quantile(share), _acceleration(groups, statistic)

    def corrected(p: float) -> float:
        z = bias + normal_quantile(p)
        # Past 1 the correction has no meaning; the outermost resample is then the end.
        return normal_cdf(bias + z / (1.0 - pull * z)) if pull * z < 1.0 else float(p > 0.5)

    return Interval(quantile(found, corrected(tail)), quantile(found, corrected(1.0 - tail)))


def _groups(values: Sequence[float], clusters: Sequence[int] | None) -> list[list[float]]:
    """What is drawn: each value, or each cluster's values."""
    if not values:
        raise ValueError("a bootstrap of no values does not exist")
    if clusters is None:
        return [[value] for value in values]
    found: dict[int, list[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        found.setdefault(cluster, []).append(value)
    return list(found.values())


def _resampled(groups: list[list[float]], statistic: Statistic, resamples: int, seed: int) -> list[float]:
    if resamples < 2:
        raise ValueError(f"a bootstrap needs at least 2 resamples, not {resamples}")
    draw = random.Random(seed)  # noqa: S311  statistics, no secret
    found = []
    for _ in range(resamples):
        drawn = draw.choices(groups, k=len(groups))
        found.append(statistic([value for group in drawn for value in group]))
    return sorted(found)


def _acceleration(groups: list[list[float]], statistic: Statistic) -> float:
    """Skewness of the jackknife over groups, divided by 6."""
    without = []
    for index in range(len(groups)):
        rest = groups[:index] + groups[index + 1 :]
        without.append(statistic([value for group in rest for value in group]))
    middle = math.fsum(without) / len(without)
    largest = max(abs(middle - value) for value in without)
    if largest == 0.0:
        return 0.0
    # In units of the largest, so that no power of a tiny difference vanishes.
    apart = [(middle - value) / largest for value in without]
    return math.fsum(d**3 for d in apart) / (6.0 * math.hypot(*apart) ** 3)
