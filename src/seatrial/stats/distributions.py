"""Distribution functions and quantiles: normal, Student's t, beta, binomial tail.

The regularised incomplete beta function is a continued fraction (Didonato and Morris 1992, ACM TOMS
708) times a prefactor in Loader's saddle-point form (C. Loader 2000, "Fast and accurate computation of binomial
probabilities"), which keeps its digits for parameters in the millions. Its quantile is found by Newton's method on the
logarithm of the smaller tail as a function of the log-odds u = log(x / (1 - x)): a beta variable's log-odds have a
log-concave density, so both log tails are concave and Newton's method arrives from any start. Student's t is the same
function: df / (df + t^2) is beta(df / 2, 1 / 2).
"""

import math
import sys
from statistics import NormalDist

_STANDARD = NormalDist()
_HALF_LOG_TWO_PI = 0.5 * math.log(2.0 * math.pi)
_LOG_LARGEST = math.log(sys.float_info.max)
_TINY = 1e-300
_MOST_STEPS = 200
_MOST_TERMS = 1_000_000


def tail_of(confidence: float) -> float:
    """The probability left in each tail by a two-sided confidence: .95 leaves .025.

    Raises:
        ValueError: The confidence is not strictly between 0 and 1.
    """
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"a confidence must lie between 0 and 1, not {confidence}")
    return (1.0 - confidence) / 2.0


def normal_cdf(z: float) -> float:
    """P(Z <= z) of the standard normal distribution."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def normal_quantile(p: float) -> float:
    """The z with P(Z <= z) = p; minus and plus infinity for 0 and 1.

    Raises:
        ValueError: p is not within 0 to 1.
    """
    _check_probability(p)
    if p in (0.0, 1.0):
        return math.inf if p else -math.inf
    return _STANDARD.inv_cdf(p)


def t_cdf(t: float, df: float) -> float:
    """P(T <= t) of Student's t with `df` degrees of freedom (a positive number, infinity is the normal).

    Raises:
        ValueError: df is not positive.
    """
    _check_positive(df)
    if t == 0.0 or math.isinf(df):
        return normal_cdf(t)
    if math.isinf(t):
        return 0.0 if t < 0 else 1.0
    lower, _ = _log_tails(math.log(df) - 2.0 * math.log(abs(t)), 0.5 * df, 0.5)
    tail = 0.5 * math.exp(lower)
    return tail if t < 0 else 1.0 - tail


def t_quantile(p: float, df: float) -> float:
    """The t with P(T <= t) = p for Student's t with `df` degrees of freedom.

    Raises:
        ValueError: p is not within 0 to 1, or df is not positive.
    """
    _check_probability(p)
    _check_positive(df)
    if p in (0.0, 0.5, 1.0) or math.isinf(df):
        return normal_quantile(p)
    below = min(p, 1.0 - p)
    odds = _beta_log_odds(2.0 * below, abs(2.0 * p - 1.0), 0.5 * df, 0.5)
    log_size = 0.5 * (math.log(df) - odds)
    size = math.exp(log_size) if log_size < _LOG_LARGEST else math.inf
    return size if p > 0.5 else -size


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b): P(X <= x) for X of beta(a, b).

    Raises:
        ValueError: a or b is not positive.
    """
    _check_positive(a)
    _check_positive(b)
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    return math.exp(_log_tails(math.log(x) - math.log1p(-x), a, b)[0])


def beta_quantile(p: float, a: float, b: float) -> float:
    """The x with I_x(a, b) = p.

    Raises:
        ValueError: p is not within 0 to 1, or a or b is not positive.
    """
    _check_probability(p)
    _check_positive(a)
    _check_positive(b)
    if p in (0.0, 1.0):
        return p
    return _logistic(_beta_log_odds(p, 1.0 - p, a, b))


def log_binomial_tail(k: int, n: int, p: float) -> float:
    """The logarithm of P(X >= k) for X the number of successes in n tries of chance p.

    Minus infinity when that cannot be.

    Raises:
        ValueError: n is negative or p is not within 0 to 1.
    """
    _check_probability(p)
    if n < 0:
        raise ValueError(f"a number of tries cannot be negative, but is {n}")
    if k <= 0 or (p == 1.0 and k <= n):
        return 0.0
    if k > n or p == 0.0:
        return -math.inf
    return _log_tails(math.log(p) - math.log1p(-p), k, n - k + 1)[0]


def _beta_log_odds(lower: float, upper: float, a: float, b: float) -> float:
    """Log-odds of the beta quantile; both tails are given so that neither loses its digits."""
    if lower > upper:
        return -_beta_log_odds(upper, lower, b, a)
    wanted = math.log(lower)
    u = math.log(a) - math.log(b)
    for _ in range(_MOST_STEPS):
        log_lower, _ = _log_tails(u, a, b)
        # The density of the log-odds is the prefactor itself: x^a (1 - x)^b / B(a, b).
        slope = math.exp(_log_prefactor(u, a, b) - log_lower)
        step = (log_lower - wanted) / slope
        u -= step
        if abs(step) <= 1e-14 * max(1.0, abs(u)):
            break
    return u


def _log_tails(u: float, a: float, b: float) -> tuple[float, float]:
    """Logarithms of P(X <= x) and P(X > x), where x has log-odds u."""
    if _logistic(u) > (a + 1.0) / (a + b + 2.0):
        upper, lower = _log_tails_left(-u, b, a)
        return lower, upper
    return _log_tails_left(u, a, b)


def _log_tails_left(u: float, a: float, b: float) -> tuple[float, float]:
    """The same for an x left of the mean, where the continued fraction converges fast."""
    lower = _log_prefactor(u, a, b) - math.log(_continued_fraction(_logistic(u), _logistic(-u), a, b))
    lower = min(lower, 0.0)
    return lower, math.log1p(-math.exp(lower)) if lower < 0.0 else -math.inf


def _log_prefactor(u: float, a: float, b: float) -> float:
    """The logarithm of x^a (1 - x)^b / B(a, b), where x has log-odds u."""
    total = a + b
    far = _far(_log_logistic(u), _logistic(u), a, total) + _far(_log_logistic(-u), _logistic(-u), b, total)
    size = 0.5 * (math.log(a) + math.log(b) - math.log(total)) - _HALF_LOG_TWO_PI
    return size - far + _stirling(total) - _stirling(a) - _stirling(b)


def _far(log_x: float, x: float, part: float, total: float) -> float:
    """Loader's deviance part * (v - log(1 + v)), where 1 + v = x * total / part."""
    v = (x * total - part) / part
    if abs(v) > 0.3:
        return part * (v - log_x - math.log(total / part))
    r = v / (2.0 + v)
    term, far, square = r, v * r, r * r
    for odd in range(3, 40, 2):
        term *= square
        change = 2.0 * term / odd
        far -= change
        if abs(change) <= 1e-17 * abs(far):
            break
    return part * far


def _stirling(x: float) -> float:
    """What Stirling's formula leaves out: log Gamma(x) - ((x - 1/2) log x - x + log(2 pi) / 2)."""
    if x < 16.0:
        return math.lgamma(x) - ((x - 0.5) * math.log(x) - x + _HALF_LOG_TWO_PI)
    s = 1.0 / (x * x)
    return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * 691 / 360360))))) / x


def _continued_fraction(x: float, y: float, a: float, b: float) -> float:
    """The denominator of equation 9 of Didonato and Morris 1992, by Lentz's method; x + y = 1.

    Needs about sqrt(max(a, b)) terms. Both x and y are given because near x = 1 only y has digits left.
    """
    distance = a * y - b * x + 1.0
    value = c = _away_from_zero(a * distance / (a + 1.0))
    d = 0.0
    for n in range(1, _MOST_TERMS):
        middle = a + 2 * n - 1.0
        weight = n * (b - n) * x
        numerator = (a + n - 1.0) / middle * ((a + b + n - 1.0) / middle) * weight * x
        constant = n + weight / middle + (a + n) * (distance + n * (1.0 + y)) / (middle + 2.0)
        d = 1.0 / _away_from_zero(constant + numerator * d)
        c = _away_from_zero(constant + numerator / c)
        value *= d * c
        if abs(d * c - 1.0) < 3e-16:
            return value
    raise ArithmeticError(f"the incomplete beta function did not settle for a = {a}, b = {b}")


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _logistic(u: float) -> float:
    if u >= 0.0:
        return 1.0 / (1.0 + math.exp(-u))
    odds = math.exp(u)
    return odds / (1.0 + odds)


def _log_logistic(u: float) -> float:
    return -math.log1p(math.exp(-u)) if u >= 0.0 else u - math.log1p(math.exp(u))


def _check_probability(p: float) -> None:
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"a probability must lie within 0 to 1, not {p}")


def _check_positive(value: float) -> None:
    if not value > 0.0:
        raise ValueError(f"degrees of freedom and shapes must be positive, not {value}")
