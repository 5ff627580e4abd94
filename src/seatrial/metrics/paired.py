"""A metric of two Batches of the same cases: the difference, case by case where the metric has values by case."""

import math
from collections.abc import Mapping

import msgspec

from seatrial.core.reading import Reading
from seatrial.metrics.rows import finite
from seatrial.stats.distributions import normal_quantile
from seatrial.stats.paired import PairedDifference, paired_difference, paired_rate_difference


class Pairs(msgspec.Struct, frozen=True):
    """Values of the cases that both sides have, in one order."""

    before: list[float]
    now: list[float]

    @property
    def within_one(self) -> bool:
        """Whether all values lie within 0 to 1."""
        return all(0 <= value <= 1 for values in (self.before, self.now) for value in values)


def pairs(before: Mapping[str, float], now: Mapping[str, float]) -> Pairs:
    """The cases that both have."""
    both = [case for case in now if case in before]
    return Pairs([before[case] for case in both], [now[case] for case in both])


def paired_reading(like: Reading, found: Pairs) -> Reading:
    """`now` minus `before` over at least one pair, in the unit and at the confidence of another Reading.

    Shares get the interval of Bonett and Price, which has width even when no case changed; else it is Student's t. The
    p-value is that of the paired t-test.
    """
    t = t_test(found, like.confidence)
    if like.unit == "rate" and found.within_one:
        change = paired_rate_difference(found.before, found.now, like.confidence)
        low, high, method = change.low, change.high, "paired by case, Bonett and Price"
    else:
        low, high, method = t.low, t.high, "paired by case, Student's t"
    return msgspec.structs.replace(
        like,
        value=t.difference,
        low=finite(low),
        high=finite(high),
        n=t.n,
        clusters=t.n,
        p=t.p,
        method=method,
        note="",
    )


def t_test(found: Pairs, confidence: float = 0.95) -> PairedDifference:
    """The paired t-test of the cases' values."""
    return paired_difference(found.before, found.now, confidence)


def unpaired_reading(now: Reading, before: Reading) -> Reading:
    """`now` minus `before` from the two intervals alone.

    The interval adds the distances of both values to their ends in squares (Zou and Donner 2008, "Construction of
    confidence limits about effect measures"); an end that one side lacks, the difference lacks, too. Where the two
    have different confidences, the distances of `before` are stretched by the ratio of the normal quantiles.
    """
    if now.value is None or before.value is None:
        raise ValueError("a difference needs two values")
    stretch = _z(now.confidence) / _z(before.confidence)
    difference = now.value - before.value
    down = _together(_distance(now.value, now.low), _distance(before.value, before.high), stretch)
    up = _together(_distance(now.value, now.high), _distance(before.value, before.low), stretch)
    return msgspec.structs.replace(
        now,
        value=difference,
        low=None if down is None else difference - down,
        high=None if up is None else difference + up,
        p=None,
        method="unpaired, from both intervals",
        note="",
    )


def _together(now: float | None, before: float | None, stretch: float) -> float | None:
    return None if now is None or before is None else math.hypot(now, stretch * before)


def _distance(value: float, end: float | None) -> float | None:
    return None if end is None else abs(value - end)


def _z(confidence: float) -> float:
    return -normal_quantile((1 - confidence) / 2)
