"""The true rate behind the verdicts of a judge that errs, from its errors on items whose truth is known.

Rogan and Gladen 1978 (Am. J. Epidemiol. 107, 71-76), with the interval of Lang and Reiczigel 2014 (Prev. Vet. Med. 113,
13-22), which counts in that sensitivity and specificity are themselves estimated. Both are shares within a true class,
so items chosen by their true class, or items of another population on which the judge errs as often, serve as well.
"""

import math
from typing import NamedTuple

from seatrial.stats.distributions import normal_quantile, tail_of


class Tally(NamedTuple):
    """So many of so many; the numbers need not be whole, so that effective sizes fit."""

    hits: float
    n: float

    @property
    def rate(self) -> float:
        """Hits over n; 0 of nothing."""
        return self.hits / self.n if self.n else 0.0


class CorrectedRate(NamedTuple):
    """A corrected rate with its interval, and where its variance comes from: the known items, the judged ones."""

    rate: float
    low: float
    high: float
    by_labels: float
    by_answers: float


def rogan_gladen(rate: float, sensitivity: float, specificity: float) -> float | None:
    """The true rate: (rate + specificity - 1) / (sensitivity + specificity - 1), kept within 0 to 1.

    None when the judge is no better than chance (sensitivity + specificity <= 1): then its verdicts say nothing.
    """
    better = sensitivity + specificity - 1.0
    return min(max((rate + specificity - 1.0) / better, 0.0), 1.0) if better > 0.0 else None


def corrected_rate(
    passed: Tally, sensitivity: Tally, specificity: Tally, confidence: float = 0.95
) -> CorrectedRate | None:
    """The true rate with the interval of Lang and Reiczigel.

    Args:
        passed: Of all judged items, those that the judge passed.
        sensitivity: Of the truly good ones, those that it passed.
        specificity: Of the truly bad ones, those that it failed.
        confidence: Two-sided.

    Returns:
        None when nothing was judged, one of the classes is empty, or the judge is no better than chance.

    Raises:
        ValueError: A tally is not within 0 to n, or the confidence is not between 0 and 1.
    """
    z = -normal_quantile(tail_of(confidence))
    for tally in (passed, sensitivity, specificity):
        if not 0.0 <= tally.hits <= tally.n:
            raise ValueError(f"{tally.hits} of {tally.n} are not possible")
    if not (passed.n and sensitivity.n and specificity.n):
        return None
    point = rogan_gladen(passed.rate, sensitivity.rate, specificity.rate)
    # The paper's pseudo-counts: half of z^2 more hits and misses for the rate, one more of each for the errors.
    raw = Tally(passed.hits + z * z / 2.0, passed.n + z * z)
    sens, spec = (Tally(each.hits + 1.0, each.n + 2.0) for each in (sensitivity, specificity))
    better = sens.rate + spec.rate - 1.0
    if point is None or better <= 0.0:
        return None
    middle = (raw.rate + spec.rate - 1.0) / better
    sens_part, spec_part = _spread(sens), _spread(spec)
    shift = 2.0 * z * z * (middle * sens_part - (1.0 - middle) * spec_part)
    by_labels = (middle * middle * sens_part + (1.0 - middle) ** 2 * spec_part) / (better * better)
    by_answers = _spread(raw) / (better * better)
    half = z * math.sqrt(by_labels + by_answers)
    low, high = (min(max(middle + shift + end, 0.0), 1.0) for end in (-half, half))
    return CorrectedRate(point, min(low, point), max(high, point), by_labels, by_answers)


def double_sampled_rate(
    passed: Tally, good_passed: Tally, good_failed: Tally, confidence: float = 0.95
) -> CorrectedRate:
    """The true rate from shares of good items within each verdict (double sampling, Tenenbein 1970, JASA 65, 1350).

    Unlike sensitivity and specificity, these shares are right when known items were chosen by their verdict; they hold
    for this population only. Spreads have one more hit and one more miss, as in `corrected_rate`.

    Args:
        passed: Of all judged items, those that the judge passed.
        good_passed: Of the known items that it passed, the truly good ones.
        good_failed: Of the known items that it failed, the truly good ones.
        confidence: Two-sided.

    Raises:
        ValueError: Nothing was judged, a verdict has no known items, or the confidence is not between 0 and 1.
    """
    z = -normal_quantile(tail_of(confidence))
    if not (passed.n and good_passed.n and good_failed.n):
        raise ValueError("both verdicts need known items")
    rate = passed.rate
    one, other = (Tally(each.hits + 1.0, each.n + 2.0) for each in (good_passed, good_failed))
    by_labels = rate * rate * _spread(one) + (1.0 - rate) ** 2 * _spread(other)
    by_answers = (one.rate - other.rate) ** 2 * _spread(Tally(passed.hits + z * z / 2.0, passed.n + z * z))
    middle = rate * one.rate + (1.0 - rate) * other.rate
    point = rate * good_passed.rate + (1.0 - rate) * good_failed.rate
    half = z * math.sqrt(by_labels + by_answers)
    return CorrectedRate(
        point, min(max(middle - half, 0.0), point), max(min(middle + half, 1.0), point), by_labels, by_answers
    )


def _spread(tally: Tally) -> float:
    """Variance of a rate."""
    return tally.rate * (1.0 - tally.rate) / tally.n
