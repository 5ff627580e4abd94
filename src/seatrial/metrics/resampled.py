"""Metrics that are no sum over rows: computed of all rows at once, with an interval by resampling cases."""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.reading import Direction, Reading
from seatrial.metrics import rows
from seatrial.stats.distributions import t_quantile, tail_of
from seatrial.stats.intervals import EVERYTHING, Interval
from seatrial.stats.resampled import FEW, ROUNDING, interval_within, resampled_spread

WITHIN_ONE = (0.0, 1.0)


class Picked(NamedTuple):
    """The rows of a Batch that a Metric stands on, with the case of each; or none, and why.

    `worth` is as how many cases the rows count when that is fewer than there are: a ranking of two positives against a
    thousand negatives is known as well as two cases are.
    """

    rows: Sequence[Any]
    clusters: Sequence[int]
    why: str = ""
    worth: float = math.inf


class Resampled(msgspec.Struct, frozen=True, kw_only=True):
    """A statistic of picked rows.

    Attributes:
        name: As gates write it.
        pick: The rows.
        statistic: Of these rows; NaN where they say nothing.
        unit: Of the statistic.
        direction: Which way is better.
        within: The range that it lies in. Without one, rows that are all alike give an interval without width.
    """

    name: str
    pick: Callable[[Batch], Picked]
    statistic: Callable[[Sequence[Any]], float]
    unit: str = ""
    direction: Direction = "up"
    within: tuple[float, float] | None = WITHIN_ONE

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The statistic, over how many of how many asked."""
        empty = Reading(
            self.name, None, asked=len(batch), unit=self.unit, direction=self.direction, confidence=confidence
        )
        picked = self.pick(batch)
        value = self.statistic(picked.rows) if picked.rows else math.nan
        if math.isnan(value):
            return rows.nothing(empty, batch, picked.why or "the rows that there are do not define it")
        n, clusters = len(picked.rows), len(set(picked.clusters))
        (low, high), method = self._interval(picked, value, confidence)
        ends = {"low": rows.finite(low), "high": rows.finite(high)}
        return msgspec.structs.replace(empty, value=value, n=n, clusters=clusters, method=method, **ends)

    def _interval(self, picked: Picked, value: float, confidence: float) -> tuple[Interval, str]:
        spread = resampled_spread(picked.rows, picked.clusters, self.statistic)
        clusters = len(set(picked.clusters))
        worth = min(picked.worth, clusters)
        if self.within is not None:
            if spread is not None:
                spread = spread._replace(degrees=max(1, min(spread.degrees, math.ceil(worth) - 1)))
            known = spread is not None and spread.error > ROUNDING
            method = _way(picked) if known else "Wilson over cases (no spread)"
            return interval_within(value, spread, worth, self.within, confidence), method
        if spread is None:
            return EVERYTHING, "one case only: no interval" if clusters == 1 else "too few rows define it: no interval"
        reach = -t_quantile(tail_of(confidence), spread.degrees) * spread.error
        return Interval(value - reach, value + reach), _way(picked)


def _way(picked: Picked) -> str:
    return "bootstrap of cases" if len(picked.rows) <= FEW else "jackknife of groups of cases"
