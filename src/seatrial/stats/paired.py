"""Differences between two sets of answers, paired by case or not, and tests of them.

Everywhere the difference is from a to b: b minus a.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from seatrial.stats.clustered import ClusteredMean, clustered_mean
from seatrial.stats.distributions import log_binomial_tail, normal_quantile, t_cdf, t_quantile, tail_of
from seatrial.stats.intervals import Interval, standard_error, wilson

_EQUALLY_LIKELY = 1e-7
"""Chances this close on the log scale are equal, as in R's fisher.test: symmetric tables must tie."""


class PairedDifference(NamedTuple):
    """Mean of b - a over n cases, its standard error and interval, and the two-sided p-value of no difference."""

    difference: float
    se: float
    low: float
    high: float
    n: int
    p: float


class RateDifference(NamedTuple):
    """Rate b minus rate a, and its interval."""

    difference: float
    low: float
    high: float


class MeanDifference(NamedTuple):
    """Mean b minus mean a, its standard error, interval and degrees of freedom, and the p-value of no difference."""

    difference: float
    se: float
    low: float
    high: float
    df: float
    p: float


def paired_difference(a: Sequence[float], b: Sequence[float], confidence: float = 0.95) -> PairedDifference:
    """Difference of per-case values by the paired t-test; a[i] and b[i] are one case (its mean, if repeated).

    The error is infinite and p is 1 for one case. Cases that all differ alike give no width; for values within 0 to 1
    see `paired_rate_difference`, which gives some.

    Raises:
        ValueError: There are no cases, the lengths differ, or the confidence is not between 0 and 1.
    """
    differences = _differences(a, b)
    n = len(differences)
    found = _by_t(math.fsum(differences) / n, standard_error(differences), n - 1, confidence)
    return PairedDifference(found.difference, found.se, found.low, found.high, n, found.p)


def paired_rate_difference(a: Sequence[float], b: Sequence[float], confidence: float = 0.95) -> RateDifference:
    """Difference of per-case values within 0 to 1 with an interval that has width even when no case changed.

    Two cases are added, one for each direction (Bonett and Price 2012, Statistical Methods in Medical Research); for 0
    and 1 this is their interval, for shares of right repeats the same sum over cases.

    Raises:
        ValueError: There are no cases, the lengths differ, a value is not within 0 to 1, or the confidence is none.
    """
    z = -normal_quantile(tail_of(confidence))
    differences = _differences(a, b)
    if not all(0.0 <= value <= 1.0 for values in (a, b) for value in values):
        raise ValueError("a difference of rates is of values within 0 to 1")
    n = len(differences) + 2
    total = math.fsum(differences)
    spread = (math.fsum(d * d for d in differences) + 2.0) / n - (total / n) ** 2
    half = z * math.sqrt(spread / n)
    difference = total / len(differences)
    low, high = max(-1.0, total / n - half), min(1.0, total / n + half)
    return RateDifference(difference, min(low, difference), max(high, difference))


def mcnemar_exact(b: int, c: int) -> float:
    """Two-sided p-value of the two numbers of discordant pairs, by the binomial (McNemar 1947): 1 when there are none.

    Raises:
        ValueError: A number is negative.
    """
    _check_counts(b, c)
    return min(1.0, 2.0 * math.exp(log_binomial_tail(max(b, c), b + c, 0.5)))


def difference_of_rates(
    successes_a: float, n_a: float, successes_b: float, n_b: float, confidence: float = 0.95
) -> RateDifference:
    """Rate b minus rate a of unpaired rows, by Newcombe's hybrid of two Wilson intervals (1998, method 10).

    Numbers need not be whole, so that effective sizes fit.

    Raises:
        ValueError: There are no rows on a side, successes are not within 0 to n, or the confidence is none.
    """
    if not (n_a > 0 and n_b > 0):
        raise ValueError("a difference of rates needs rows on both sides")
    ends_a, ends_b = wilson(successes_a, n_a, confidence), wilson(successes_b, n_b, confidence)
    return _hybrid(successes_a / n_a, ends_a, successes_b / n_b, ends_b)


def difference_of_means(a: Sequence[float], b: Sequence[float], confidence: float = 0.95) -> MeanDifference:
    """Mean of b minus mean of a of unpaired values with spreads of their own (Welch 1947).

    Raises:
        ValueError: There are no values on a side, or the confidence is not between 0 and 1.
    """
    if not (a and b):
        raise ValueError("a difference of means needs values on both sides")
    difference = math.fsum(b) / len(b) - math.fsum(a) / len(a)
    return _welch(difference, (standard_error(a), len(a) - 1), (standard_error(b), len(b) - 1), confidence)


def difference_of_clustered(a: ClusteredMean, b: ClusteredMean, confidence: float = 0.95) -> MeanDifference:
    """Mean b minus mean a, where no cluster stands on both sides; Welch's degrees of freedom from C - 1 of each.

    Raises:
        ValueError: The confidence is not between 0 and 1.
    """
    return _welch(b.mean - a.mean, (a.se, a.clusters - 1), (b.se, b.clusters - 1), confidence)


def two_cluster_difference(
    values_a: Sequence[float],
    clusters_a: Sequence[int],
    values_b: Sequence[float],
    clusters_b: Sequence[int],
    confidence: float = 0.95,
) -> MeanDifference:
    """Mean of b minus mean of a from rows with clusters (`clustered_mean`), where no cluster stands on both sides.

    Raises:
        ValueError: There are no rows on a side, lengths differ, a value is not finite, or the confidence is none.
    """
    a, b = clustered_mean(values_a, clusters_a), clustered_mean(values_b, clusters_b)
    return difference_of_clustered(a, b, confidence)


def _differences(a: Sequence[float], b: Sequence[float]) -> list[float]:
    if not a:
        raise ValueError("a paired difference needs at least one case")
    return [after - before for before, after in zip(a, b, strict=True)]


def _hybrid(rate_a: float, ends_a: Interval, rate_b: float, ends_b: Interval) -> RateDifference:
    difference = rate_b - rate_a
    down = math.hypot(rate_b - ends_b.low, ends_a.high - rate_a)
    up = math.hypot(ends_b.high - rate_b, rate_a - ends_a.low)
    return RateDifference(difference, difference - down, difference + up)


def _welch(difference: float, a: tuple[float, float], b: tuple[float, float], confidence: float) -> MeanDifference:
    """Both sides give their standard error and degrees of freedom."""
    (se_a, df_a), (se_b, df_b) = a, b
    se = math.hypot(se_a, se_b)
    if math.isinf(se):
        return _by_t(difference, se, 0.0, confidence)
    if se == 0.0:
        return _by_t(difference, se, df_a + df_b, confidence)
    share_a, share_b = (se_a / se) ** 2, (se_b / se) ** 2
    return _by_t(difference, se, 1.0 / (share_a**2 / df_a + share_b**2 / df_b), confidence)


def _by_t(difference: float, se: float, df: float, confidence: float) -> MeanDifference:
    tail = tail_of(confidence)
    if math.isinf(se):
        return MeanDifference(difference, se, -math.inf, math.inf, df, 1.0)
    half = -t_quantile(tail, df) * se
    p = float(difference == 0.0) if se == 0.0 else 2.0 * t_cdf(-abs(difference) / se, df)
    return MeanDifference(difference, se, difference - half, difference + half, df, p)


def _check_counts(*counts: int) -> None:
    if min(counts) < 0:
        raise ValueError(f"counts cannot be negative, but one is {min(counts)}")


def fisher_exact(a: int, b: int, c: int, d: int) -> float:
    """Two-sided p-value of the table [[a, b], [c, d]]: all tables with its margins that are no likelier (Fisher 1935).

    Only terms that count are added up, so large tables are cheap.

    Raises:
        ValueError: A count is negative.
    """
    _check_counts(a, b, c, d)
    row, column, total = a + b, a + c, a + b + c + d
    first, last = max(0, row + column - total), min(row, column)
    limit = _log_table(a, row, column, total) + _EQUALLY_LIKELY
    mode = min(max((row + 1) * (column + 1) // (total + 2), first), last)
    # Chances rise up to the mode and fall after it: the tables that count are one run at each end.
    left = bisect_left(range(first, mode + 1), True, key=lambda x: _log_table(x, row, column, total) > limit)
    right = bisect_left(range(mode, last + 1), True, key=lambda x: _log_table(x, row, column, total) <= limit)
    if first + left > mode:
        return 1.0
    down = _sum_outwards(range(first + left - 1, first - 1, -1), row, column, total)
    up = _sum_outwards(range(mode + right, last + 1), row, column, total)
    return min(1.0, down + up)


def _sum_outwards(tables: range, row: int, column: int, total: int) -> float:
    """Sum of chances that fall along the range, up to where they no longer count."""
    found = 0.0
    for x in tables:
        chance = math.exp(_log_table(x, row, column, total))
        found += chance
        if chance <= 1e-17 * found:
            break
    return found


def _log_table(x: int, row: int, column: int, total: int) -> float:
    """The logarithm of the hypergeometric chance of x in the first cell."""
    return _log_choose(row, x) + _log_choose(total - row, column - x) - _log_choose(total, column)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
