"""Percentiles and maxima of rows."""

import math
from array import array
from collections.abc import Sequence

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.reading import Direction, Reading
from seatrial.metrics import rows
from seatrial.metrics.rows import EXACT, Cells
from seatrial.stats.clustered import effective_n
from seatrial.stats.intervals import Interval, quantile_interval
from seatrial.stats.quantiles import quantile


class Percentile(msgspec.Struct, frozen=True, kw_only=True):
    """A percentile with the interval of order statistics, which assumes nothing about the distribution.

    With repeats, the rows count as the effective number that the clustered variance of the share below the percentile
    leaves (Woodruff 1952, "Confidence intervals for medians and other position measures").
    """

    name: str
    cells: Cells
    share: float
    unit: str = ""
    direction: Direction = "down"
    absent: str = "nothing was measured"

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The percentile, over how many of how many asked."""
        values, cases = rows.present(batch, self.cells(batch))
        empty = Reading(
            self.name, None, asked=len(batch), unit=self.unit, direction=self.direction, confidence=confidence
        )
        if not values:
            return rows.nothing(empty, batch, self.absent)
        ordered = sorted(values)
        value, clusters = quantile(ordered, self.share), len(set(cases))
        if clusters == len(values):
            method, ends = "order statistics", quantile_interval(ordered, self.share, confidence)
        else:
            below = array("d", (float(each <= value) for each in values))
            size = max(1, int(effective_n(below, cases)))
            method, ends = f"order statistics, effective n {size}", _thinned(ordered, size, self.share, confidence)
        return msgspec.structs.replace(
            empty,
            value=value,
            # Interpolation and thinning can put the value a little beside the order statistics; it belongs inside.
            low=rows.finite(min(ends.low, value)),
            high=rows.finite(max(ends.high, value)),
            n=len(values),
            clusters=clusters,
            method=method,
        )

    def above(self, batch: Batch) -> "array[float]":
        """Cells that say whether a row lies above the percentile of all: 1, 0, or missing. Slices are held by it."""
        cells = self.cells(batch)
        limit = quantile(sorted(rows.present(batch, cells)[0]) or [0.0], self.share)
        return array("d", (value if math.isnan(value) else float(value > limit) for value in cells))


def _thinned(ordered: Sequence[float], size: int, share: float, confidence: float) -> Interval:
    """The interval as if there were only `size` rows, spread evenly over those that there are."""
    n = len(ordered)
    return quantile_interval([ordered[int((i + 0.5) * n / size)] for i in range(size)], share, confidence)


class Maximum(msgspec.Struct, frozen=True, kw_only=True):
    """The largest value of this run: a fact about the run, so it has no interval and is judged by its value."""

    name: str
    cells: Cells
    unit: str = ""
    direction: Direction = "down"
    absent: str = "nothing was measured"

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The largest, over how many of how many asked."""
        values, cases = rows.present(batch, self.cells(batch))
        empty = Reading(
            self.name, None, asked=len(batch), unit=self.unit, direction=self.direction, confidence=confidence
        )
        if not values:
            return rows.nothing(empty, batch, self.absent)
        return msgspec.structs.replace(empty, value=max(values), n=len(values), clusters=len(set(cases)), method=EXACT)
