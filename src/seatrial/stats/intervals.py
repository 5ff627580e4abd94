"""Confidence intervals for one rate, one mean, one quantile, from rows that do not depend on each other.

Rows that belong together (repeats of a case, questions on one text) need `clustered`.
"""

import math
import statistics
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from seatrial.stats.distributions import beta_quantile, log_binomial_tail, normal_quantile, t_quantile, tail_of


class Interval(NamedTuple):
    """Both ends; minus or plus infinity where the data set no bound."""

    low: float
    high: float


EVERYTHING = Interval(-math.inf, math.inf)
"""What is known of a mean before there are two values."""


def wilson(successes: float, n: float, confidence: float = 0.95) -> Interval:
    """Score interval of a rate (E. B. Wilson 1927); numbers need not be whole, so that effective sizes fit.

    Holds its confidence on average from about ten rows on, where the normal interval fails under a few hundred (Bowyer
    et al., arXiv 2503.01747). No rows at all give 0 to 1.

    Raises:
        ValueError: Successes are not within 0 to n, or the confidence is not between 0 and 1.
    """
    z = -normal_quantile(tail_of(confidence))
    _check_counts(successes, n)
    if n == 0:
        return Interval(0.0, 1.0)
    share = z * z / n
    rate = successes / n
    middle = (rate + share / 2.0) / (1.0 + share)
    half = z * math.sqrt((rate * (1.0 - rate) + share / 4.0) / n) / (1.0 + share)
    # The ends lie on 0 and 1 exactly there; rounding must not say otherwise, nor put the rate outside.
    low = 0.0 if successes == 0 else min(middle - half, rate)
    high = 1.0 if successes == n else max(middle + half, rate)
    return Interval(max(low, 0.0), min(high, 1.0))


def clopper_pearson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Exact interval of a rate (Clopper and Pearson 1934): never below its confidence, wider than Wilson's.

    Raises:
        ValueError: Successes are not within 0 to n, or the confidence is not between 0 and 1.
    """
    tail = tail_of(confidence)
    _check_counts(successes, n)
    low = beta_quantile(tail, successes, n - successes + 1) if successes > 0 else 0.0
    # The upper end is one minus the lower end of the failures: so a small tail keeps its digits.
    high = 1.0 - beta_quantile(tail, n - successes, successes + 1) if successes < n else 1.0
    return Interval(low, high)


def upper_bound_after_no_failures(n: float, confidence: float = 0.95) -> float:
    """The failure rate that n rows without a failure rule out, one-sided: 1 - (1 - confidence)^(1 / n).

    About 3 / n at 95 % (the "rule of three"); 1 when there are no rows.

    Raises:
        ValueError: n is negative, or the confidence is not between 0 and 1.
    """
    tail_of(confidence)
    _check_counts(0, n)
    return 1.0 if n == 0 else -math.expm1(math.log1p(-confidence) / n)


def standard_error(values: Sequence[float]) -> float:
    """Standard deviation (divisor n - 1) over the square root of n; infinity for fewer than two values."""
    if len(values) < 2:
        return math.inf
    middle = statistics.fmean(values)
    return math.hypot(*(value - middle for value in values)) / math.sqrt((len(values) - 1) * len(values))


def normal_mean(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """Interval of a mean by the normal distribution: too narrow for few values, use `student_mean`.

    Raises:
        ValueError: The confidence is not between 0 and 1.
    """
    return _around_mean(values, -normal_quantile(tail_of(confidence)))


def student_mean(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """Interval of a mean by Student's t with n - 1 degrees of freedom; everything for fewer than two values.

    Values that are all equal give no width: that says little when they are few and can take two values only.

    Raises:
        ValueError: The confidence is not between 0 and 1.
    """
    tail = tail_of(confidence)
    return EVERYTHING if len(values) < 2 else _around_mean(values, -t_quantile(tail, len(values) - 1))


def quantile_interval(sorted_values: Sequence[float], q: float, confidence: float = 0.95) -> Interval:
    """Interval of the q-quantile between two of the values themselves (order statistics, Conover 1999, section 3.2).

    The number of values below the true quantile is binomial, whatever the distribution; each tail is at most half of
    what the confidence leaves. An end that no value can bound is infinite: see `smallest_n_for_quantile`.

    Args:
        sorted_values: Numbers in ascending order.
        q: Share of the distribution below the quantile, strictly between 0 and 1.
        confidence: Two-sided.

    Raises:
        ValueError: q or the confidence is not between 0 and 1.
    """
    _check_share(q)
    tail = math.log(tail_of(confidence))
    n = len(sorted_values)
    above = _first_improbable(n, q, tail)
    below = n + 1 - _first_improbable(n, 1.0 - q, tail)
    low = sorted_values[below - 1] if below >= 1 else -math.inf
    high = sorted_values[above - 1] if above <= n else math.inf
    return Interval(low, high)


def smallest_n_for_quantile(q: float, confidence: float = 0.95) -> int:
    """How many values `quantile_interval` needs before both its ends exist: 72 for the 95 % interval of a p95.

    Raises:
        ValueError: q or the confidence is not between 0 and 1.
    """
    _check_share(q)
    tail = math.log(tail_of(confidence))
    n = max(1, math.floor(tail / math.log(max(q, 1.0 - q))) - 1)
    while log_binomial_tail(n, n, q) > tail or log_binomial_tail(n, n, 1.0 - q) > tail:
        n += 1
    return n


def _first_improbable(n: int, chance: float, log_tail: float) -> int:
    """The smallest k with log P(X >= k) <= log_tail for X binomial (n, chance); n + 1 if there is none."""
    return bisect_left(range(n + 1), -log_tail, key=lambda k: -log_binomial_tail(k, n, chance))


def _around_mean(values: Sequence[float], width: float) -> Interval:
    if len(values) < 2:
        return EVERYTHING
    middle, half = statistics.fmean(values), width * standard_error(values)
    return Interval(middle - half, middle + half)


def _check_share(q: float) -> None:
    if not 0.0 < q < 1.0:
        raise ValueError(f"a quantile's share must lie between 0 and 1, not {q}")


def _check_counts(successes: float, n: float) -> None:
    if not 0.0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n} are not possible")
