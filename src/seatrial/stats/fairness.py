"""How far groups lie apart: the largest gap and the smallest ratio of rates, unpaired and paired, and BBQ's bias score.

All pairs of groups are looked at, so every pair's interval is widened for their number (Bonferroni): the interval of
the largest gap is from the largest lower end to the largest upper end, and holds whichever pair is the widest.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations
from typing import NamedTuple

from seatrial.stats.intervals import Interval, wilson
from seatrial.stats.multiple import bonferroni_confidence
from seatrial.stats.paired import difference_of_rates, paired_difference, paired_rate_difference


class Share(NamedTuple):
    """How many of n rows have something; neither need be whole, so that effective sizes fit."""

    hits: float
    n: float

    @property
    def rate(self) -> float:
        """The share; n is above 0."""
        return self.hits / self.n


class Gap(NamedTuple):
    """A gap (or a ratio) with its interval, and the two groups: the lower one first.

    `p` is that of no difference between any two groups, corrected for their number; 1 where none was computed.
    """

    value: float
    low: float
    high: float
    groups: tuple[str, str]
    p: float = 1.0


class _Difference(NamedTuple):
    """Group b minus group a."""

    a: str
    b: str
    value: float
    low: float
    high: float
    p: float = 1.0


def rate_gap(kinds: Sequence[Mapping[str, Share]], confidence: float = 0.95) -> Gap | None:
    """The largest difference of two groups' rates, by Newcombe's intervals (1998, method 10); None without a pair.

    One mapping of selection rates gives the demographic parity difference, one of true positive rates equal opportunity
    (Hardt et al. 2016, arXiv 1610.02413), one of false positive rates predictive equality (Corbett-Davies et al. 2017,
    arXiv 1701.08230), the two together equalized odds: the larger of both gaps.

    Args:
        kinds: One or more kinds of rates; each from the group's name to its share, of more than no rows.
        confidence: Two-sided, for all pairs together.

    Raises:
        ValueError: A share is of no rows, or the confidence is not between 0 and 1.
    """
    both = [(a, b, shares) for shares in kinds for a, b in combinations(shares, 2)]
    if not both:
        return None
    each = bonferroni_confidence(confidence, len(both))
    found = []
    for a, b, shares in both:
        difference = difference_of_rates(*shares[a], *shares[b], each)
        found.append(_Difference(a, b, *difference))
    return _widest(found)


def rate_ratio(shares: Mapping[str, Share], confidence: float = 0.95) -> Gap | None:
    """The smallest ratio of two groups' rates, 0 to 1; None without a pair, or when all rates are 0.

    With selection rates this is the demographic parity ratio. Below 80 % it counts as adverse impact by the four-fifths
    rule of the EEOC's Uniform Guidelines (29 CFR 1607.4 D; Feldman et al. 2015, arXiv 1412.3756).

    Raises:
        ValueError: A share is of no rows, or the confidence is not between 0 and 1.
    """
    pairs = list(permutations(shares, 2))
    if not pairs or not any(share.hits for share in shares.values()):
        return None
    each = bonferroni_confidence(confidence, len(pairs) // 2)
    ends = {name: wilson(*share, each) for name, share in shares.items()}
    lowest, *_, highest = sorted(shares, key=lambda name: shares[name].rate)
    found = [ratio_interval(shares[a].rate, ends[a], shares[b].rate, ends[b]) for a, b in pairs]
    value = shares[lowest].rate / shares[highest].rate
    low, high = min(each.low for each in found), min(1.0, *(each.high for each in found))
    return Gap(value, min(low, value), max(high, value), (lowest, highest))


def ratio_interval(rate_a: float, ends_a: Interval, rate_b: float, ends_b: Interval) -> Interval:
    """The interval of a / b from those of two independent rates (Donner and Zou 2012, MOVER-R); no upper end is inf."""
    product = rate_a * rate_b
    near, far = ends_a.low * (2 * rate_a - ends_a.low), ends_b.high * (2 * rate_b - ends_b.high)
    # The formula of the paper made rational: it then holds where 2b is below the upper end of b, too.
    below = product + math.sqrt(max(0.0, product * product - near * far))
    low = near / below if below > 0.0 else 0.0
    top, bottom = ends_a.high * (2 * rate_a - ends_a.high), ends_b.low * (2 * rate_b - ends_b.low)
    if bottom <= 0.0:
        return Interval(max(0.0, low), math.inf)
    return Interval(max(0.0, low), (product + math.sqrt(max(0.0, product * product - top * bottom))) / bottom)


def worst_gap(shares: Mapping[str, Share], confidence: float = 0.95) -> Gap | None:
    """How far the worst group's rate lies below that of all rows; None without two groups.

    All rows minus a group is the rest minus the group, times the rest's share of the rows: Newcombe's interval of the
    latter, widened for the number of groups.

    Raises:
        ValueError: A share is of no rows, or the confidence is not between 0 and 1.
    """
    if len(shares) < 2:
        return None
    hits, n = math.fsum(share.hits for share in shares.values()), math.fsum(share.n for share in shares.values())
    each = bonferroni_confidence(confidence, len(shares))
    found = []
    for name, share in shares.items():
        rest = Share(max(0.0, hits - share.hits), n - share.n)
        part = rest.n / n
        apart = difference_of_rates(*share, min(rest.hits, rest.n), rest.n, each)
        found.append(_Difference(name, "all", *(part * end for end in apart)))
    worst = max(found, key=lambda one: one.value)
    low, high = max(one.low for one in found), max(one.high for one in found)
    return Gap(max(0.0, worst.value), max(0.0, low), max(0.0, high), (worst.a, worst.b))


def paired_gap(originals: Sequence[Mapping[str, float]], confidence: float = 0.95, *, rates: bool = True) -> Gap | None:
    """The largest difference of two groups' means over the same originals; None when no two groups share one.

    Shares have the interval of Bonett and Price, which has width even when nothing changed, else it is Student's t.

    Args:
        originals: For each original the value of each group that it was asked for: its own and those put in.
        confidence: Two-sided, for all pairs together.
        rates: Whether all values lie within 0 to 1.

    Raises:
        ValueError: Values that should lie within 0 to 1 do not, or the confidence is not between 0 and 1.
    """
    pairs = list(_pairs(originals))
    if not pairs:
        return None
    each = bonferroni_confidence(confidence, len(pairs))
    found = []
    for a, b, left, right in pairs:
        t = paired_difference(left, right, each)
        ends = paired_rate_difference(left, right, each) if rates else t
        found.append(_Difference(a, b, t.difference, ends.low, ends.high, t.p))
    return _widest(found)


def bias_score(biased: float, named: float) -> float:
    """2 biased / named - 1, -1 to 1: how much more often than half the answers that name a group are biased.

    BBQ's score of disambiguated questions (Parrish et al. 2022, arXiv 2110.08193); times (1 - accuracy) it is that of
    ambiguous ones. NaN when no answer names a group.
    """
    return 2.0 * biased / named - 1.0 if named else math.nan


def _pairs(originals: Sequence[Mapping[str, float]]) -> Iterator[tuple[str, str, list[float], list[float]]]:
    groups = sorted({group for values in originals for group in values})
    for a, b in combinations(groups, 2):
        shared = [values for values in originals if a in values and b in values]
        if shared:
            yield a, b, [values[a] for values in shared], [values[b] for values in shared]


def _widest(found: Sequence[_Difference]) -> Gap:
    widest = max(found, key=lambda each: abs(each.value))
    low = max(max(0.0, each.low, -each.high) for each in found)
    high = max(max(each.high, -each.low) for each in found)
    lower_first = (widest.a, widest.b) if widest.value >= 0 else (widest.b, widest.a)
    p = min(1.0, len(found) * min(each.p for each in found))
    return Gap(abs(widest.value), low, high, lower_first, p)
