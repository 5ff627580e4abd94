"""Looking again and again: what repeated tests of growing data do to false alarms, and boundaries that hold them.

After each of K equal portions the sum S_k of standard normal steps is held against a boundary b_k; a test rejects at
the first |S_k| >= b_k. The density of S_k among the sums not yet rejected follows from that of S_{k-1} by one integral
(Armitage, McPherson and Rowe 1969, JRSS A 132), here by Gauss-Legendre quadrature over half of the symmetric range.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

from seatrial.stats.distributions import normal_cdf, normal_quantile, tail_of

MOST_LOOKS = 100
"""More looks cost seconds; the boundary hardly moves any more."""


def false_alarm_of_looks(z: float, looks: int) -> float:
    """Chance that at least one of `looks` tests of accumulating data without any effect reaches |z|.

    Raises:
        ValueError: z is not positive, or looks is not within 1 to MOST_LOOKS.
    """
    _check(looks)
    return _crossing([z * math.sqrt(k) for k in range(1, looks + 1)])


def false_alarm_of_obrien_fleming(constant: float, looks: int) -> float:
    """The same for boundaries constant * sqrt(looks / k) at look k.

    Raises:
        ValueError: The constant is not positive, or looks is not within 1 to MOST_LOOKS.
    """
    _check(looks)
    return _crossing([constant * math.sqrt(looks)] * looks)


@lru_cache(maxsize=256)
def pocock(looks: int, alpha: float = 0.05) -> float:
    """The z that, used at each of `looks` equally spaced looks, gives a false alarm with chance alpha (Pocock 1977).

    Raises:
        ValueError: looks is not within 1 to MOST_LOOKS, or alpha is not between 0 and 1.
    """
    return _constant(false_alarm_of_looks, looks, alpha)


@lru_cache(maxsize=256)
def obrien_fleming(looks: int, alpha: float = 0.05) -> float:
    """The constant C for which z = C sqrt(looks / k) at look k gives chance alpha in all (O'Brien and Fleming 1979).

    Raises:
        ValueError: looks is not within 1 to MOST_LOOKS, or alpha is not between 0 and 1.
    """
    return _constant(false_alarm_of_obrien_fleming, looks, alpha)


def confidence_of_looks(looks: int, confidence: float = 0.95) -> float:
    """The confidence of each of `looks` intervals for the first that decides to be wrong no oftener than one alone.

    Pocock's boundary as a two-sided confidence: .9842 for each of five looks at 95 %.

    Raises:
        ValueError: looks is not within 1 to MOST_LOOKS, or the confidence is not between 0 and 1.
    """
    tail_of(confidence)
    return confidence if looks == 1 else math.erf(pocock(looks, 1.0 - confidence) / math.sqrt(2.0))


def _constant(false_alarm: Callable[[float, int], float], looks: int, alpha: float) -> float:
    """Solves false_alarm(z, looks) = alpha on the normal scale, where it is almost a straight line."""
    _check(looks)
    wanted = -normal_quantile(tail_of(1.0 - alpha))
    z, step = wanted, 1.0
    before = (0.0, 0.0)
    for _ in range(30):
        miss = -normal_quantile(false_alarm(z, looks) / 2.0) - wanted
        slope = (miss - before[1]) / (z - before[0]) if z != before[0] and step < 1.0 else 1.0
        before = (z, miss)
        step = abs(miss / slope)
        z -= miss / slope
        if step < 1e-9:
            break
    return z


def _crossing(bounds: Sequence[float]) -> float:
    """Chance that |S_k| >= bounds[k - 1] for some k."""
    if not bounds[0] > 0.0:
        raise ValueError(f"a boundary must be positive, not {bounds[0]}")
    crossed = 2.0 * normal_cdf(-bounds[0])
    nodes, weights = _half_range(bounds[0])
    masses = [w * 2.0 * _density(x) for x, w in zip(nodes, weights, strict=True)]
    for bound in bounds[1:]:
        # What leaves at this look: from a sum x by more than the way up, or all the way down.
        crossed += math.fsum(m * _leaving(bound, x) for x, m in zip(nodes, masses, strict=True))
        to, weights = _half_range(bound)
        masses = [
            w * math.fsum(m * (_density(y - x) + _density(y + x)) for x, m in zip(nodes, masses, strict=True))
            for y, w in zip(to, weights, strict=True)
        ]
        nodes = to
    return crossed


def _leaving(bound: float, x: float) -> float:
    return normal_cdf(x - bound) + normal_cdf(-x - bound)


def _density(x: float) -> float:
    return math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)


def _half_range(bound: float) -> tuple[list[float], list[float]]:
    """Nodes and weights over 0 to bound; steps of a unit density need about two and a half nodes per unit."""
    points, weights = _gauss_legendre(16 + math.ceil(2.5 * bound))
    half = 0.5 * bound
    return [half * (1.0 + point) for point in points], [half * weight for weight in weights]


@lru_cache(maxsize=256)
def _gauss_legendre(n: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Nodes and weights on -1 to 1 (Abramowitz and Stegun 25.4.29), each node by Newton's method."""
    nodes, weights = [], []
    for i in range(n):
        x = math.cos(math.pi * (i + 0.75) / (n + 0.5))
        for _ in range(10):
            value, slope = _legendre(n, x)
            x -= value / slope
        _, slope = _legendre(n, x)
        nodes.append(x)
        weights.append(2.0 / ((1.0 - x * x) * slope * slope))
    return tuple(nodes), tuple(weights)


def _legendre(n: int, x: float) -> tuple[float, float]:
    """The Legendre polynomial of degree n at x and its derivative."""
    before, value = 1.0, x
    for k in range(2, n + 1):
        before, value = value, ((2 * k - 1) * x * value - (k - 1) * before) / k
    return value, n * (x * value - before) / (x * x - 1.0)


def _check(looks: int) -> None:
    if not 1 <= looks <= MOST_LOOKS:
        raise ValueError(f"a number of looks must lie within 1 to {MOST_LOOKS}, not {looks}")
