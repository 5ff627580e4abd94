"""Metrics that are no sum over rows: computed of all rows at once, with an interval by resampling cases."""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.reading import Direction, Reading
from seatrial.metrics import rows
from seatrial.stats.intervals import wilson
from seatrial.stats.resampled import FEW, resampled_interval


class Picked(NamedTuple):
    """The rows of a Batch that a Metric stands on, with the case of each; or none, and why."""

    rows: Sequence[Any]
    clusters: Sequence[int]
    why: str = ""


class Resampled(msgspec.Struct, frozen=True, kw_only=True):
    """A statistic of picked rows. `within_one`: it lies within 0 to 1."""

    name: str
    pick: Callable[[Batch], Picked]
    statistic: Callable[[Sequence[Any]], float]
    unit: str = ""
    direction: Direction = "up"
    within_one: bool = True

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
        low, high, method = self._interval(picked, value, confidence)
        return msgspec.structs.replace(empty, value=value, low=low, high=high, n=n, clusters=clusters, method=method)

    def _interval(self, picked: Picked, value: float, confidence: float) -> tuple[float | None, float | None, str]:
        found = resampled_interval(picked.rows, picked.clusters, self.statistic, confidence)
        clusters = len(set(picked.clusters))
        if self.within_one and (found is None or found.low == found.high):
            low, high = wilson(min(1.0, max(0.0, value)) * clusters, clusters, confidence)
            return low, high, "Wilson over cases (no spread)"
        if found is None:
            return None, None, "one case only: no interval"
        low, high = (max(0.0, found.low), min(1.0, found.high)) if self.within_one else found
        method = "bootstrap of cases" if len(picked.rows) <= FEW else "jackknife of groups of cases"
        return low, high, method
