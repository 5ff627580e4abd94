"""How many cases a question needs, and what so many cases can answer."""

import math

from seatrial.stats.distributions import normal_quantile, tail_of
from seatrial.stats.intervals import wilson
from seatrial.stats.paired import fisher_exact


def cases_needed(
    d: float,
    w2: float,
    s2_a: float = 0.0,
    k_a: int = 1,
    s2_b: float = 0.0,
    k_b: int = 1,
    alpha: float = 0.05,
    power: float = 0.8,
) -> int:
    """Cases for a paired comparison to find a difference d (Miller 2024, arXiv 2411.00640, equation 9).

    n = (z_{alpha / 2} + z_{power})^2 (w2 + s2_a / k_a + s2_b / k_b) / d^2.

    Args:
        d: The difference of means to be found, not 0.
        w2: Variance over cases of the difference of true means.
        s2_a: Mean variance of one case's repeats on side a.
        k_a: Repeats of each case on side a.
        s2_b: As s2_a, on side b.
        k_b: As k_a, on side b.
        alpha: Chance of a false alarm, two-sided.
        power: Chance of finding the difference if it is there.

    Raises:
        ValueError: d is 0, a variance is negative, a number of repeats is less than 1, or alpha or power is no chance.
    """
    if d == 0.0:
        raise ValueError("no number of cases finds a difference of 0")
    variance = _variance(w2, s2_a, k_a, s2_b, k_b)
    return max(1, _up(_reach(alpha, power) ** 2 * variance / (d * d)))


def smallest_detectable(
    n: int,
    w2: float,
    s2_a: float = 0.0,
    k_a: int = 1,
    s2_b: float = 0.0,
    k_b: int = 1,
    alpha: float = 0.05,
    power: float = 0.8,
) -> float:
    """The smallest difference that n cases find; the same formula and arguments as `cases_needed`.

    Raises:
        ValueError: n is less than 1, or as `cases_needed`.
    """
    if n < 1:
        raise ValueError(f"a number of cases must be at least 1, not {n}")
    return _reach(alpha, power) * math.sqrt(_variance(w2, s2_a, k_a, s2_b, k_b) / n)


def cases_needed_two_rates(p1: float, p2: float, alpha: float = 0.05, power: float = 0.8) -> int:
    """Rows per arm for an unpaired two-sided z-test to tell rate p1 from p2 (Fleiss, equal arms, no correction).

    Raises:
        ValueError: The rates are equal or not within 0 to 1, or alpha or power is no chance.
    """
    if p1 == p2 or not (0.0 <= p1 <= 1.0 and 0.0 <= p2 <= 1.0):
        raise ValueError(f"two rates within 0 to 1 that differ are needed, not {p1} and {p2}")
    _reach(alpha, power)
    middle = (p1 + p2) / 2.0
    same = -normal_quantile(alpha / 2.0) * math.sqrt(2.0 * middle * (1.0 - middle))
    different = normal_quantile(power) * math.sqrt(p1 * (1.0 - p1) + p2 * (1.0 - p2))
    return max(1, _up(((same + different) / (p1 - p2)) ** 2))


def cases_to_decide(rate: float, limit: float, confidence: float = 0.95, most: int = 1_000_000) -> int | None:
    """The smallest n for which the Wilson interval around a rate no longer holds the limit.

    None when the rate is the limit, so that no number decides, and when more than `most` would be needed.

    Raises:
        ValueError: Rate or limit is not within 0 to 1, or the confidence is not between 0 and 1.
    """
    if not (0.0 <= rate <= 1.0 and 0.0 <= limit <= 1.0):
        raise ValueError(f"a rate and its limit lie within 0 to 1, not {rate} and {limit}")
    z = -normal_quantile(tail_of(confidence))
    if rate == limit:
        return None
    # The limit is an end of Wilson's interval when |rate - limit| = z sqrt(limit (1 - limit) / n).
    needed = limit * (1.0 - limit) * (z / (rate - limit)) ** 2
    if needed >= most:
        return None
    n = max(1, math.floor(needed))
    while _holds(rate, limit, n, confidence):
        n += 1
    return n


def smallest_p_of_repeats(k: int) -> float:
    """The smallest two-sided p that k repeats a side of one case can give: all right against none, by Fisher's test.

    Three repeats give .1: they can never show one case's regression at 5 %.

    Raises:
        ValueError: k is less than 1.
    """
    if k < 1:
        raise ValueError(f"a number of repeats must be at least 1, not {k}")
    return fisher_exact(k, 0, 0, k)


def _holds(rate: float, limit: float, n: int, confidence: float) -> bool:
    low, high = wilson(rate * n, n, confidence)
    return low <= limit <= high


def _reach(alpha: float, power: float) -> float:
    """Quantiles of alpha / 2 and of power together: how many standard errors away a difference must be."""
    if not (0.0 < alpha < 1.0 and 0.0 < power < 1.0):
        raise ValueError(f"alpha and power must lie between 0 and 1, not {alpha} and {power}")
    return max(0.0, normal_quantile(power) - normal_quantile(alpha / 2.0))


def _variance(w2: float, s2_a: float, k_a: int, s2_b: float, k_b: int) -> float:
    if min(w2, s2_a, s2_b) < 0.0 or min(k_a, k_b) < 1:
        raise ValueError("variances must not be negative and repeats must be at least 1")
    return w2 + s2_a / k_a + s2_b / k_b


def _up(number: float) -> int:
    """The next whole number; what lies above one by rounding only is that one."""
    return math.ceil(number - 1e-9 * number)
