"""Means of rows, with the interval of Student's t over cases."""

from collections.abc import Mapping

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.reading import Direction, Reading
from seatrial.metrics import rows
from seatrial.metrics.rows import Cells
from seatrial.stats.clustered import ClusterSums
from seatrial.stats.intervals import wilson


class Mean(msgspec.Struct, frozen=True, kw_only=True):
    """The mean of a cell over the rows that have one; rows of one case are one cluster.

    `within_one`: values lie within 0 to 1. Then values that are all equal still get an interval: that of a rate over
    the cases, which no spread within 0 to 1 can exceed.
    """

    name: str
    cells: Cells
    unit: str = ""
    direction: Direction = "up"
    of_judged: bool = False
    within_one: bool = False
    absent: str = "nothing was measured"

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The mean, over how many of how many asked."""
        empty = Reading(
            self.name,
            None,
            asked=len(batch),
            not_judged=rows.not_judged(batch) if self.of_judged else 0,
            unit=self.unit,
            direction=self.direction,
            confidence=confidence,
        )
        found = rows.sums(batch, self.cells(batch))
        return mean_of(empty, found, self.within_one) if found.n else rows.nothing(empty, batch, self.absent)

    def per_case(self, batch: Batch) -> Mapping[str, float]:
        """The mean within each case."""
        return rows.means_by_case(batch, self.cells(batch))


def mean_of(empty: Reading, found: ClusterSums, within_one: bool = False) -> Reading:
    """A Reading filled with the mean of the sums, which are of at least one row."""
    mean, se, clusters, n, low, high = found.mean(empty.confidence)
    method = "Student's t" if clusters == n else "Student's t, rows clustered by case"
    if within_one:
        low, high = max(low, 0.0), min(high, 1.0)
        if 0 <= mean <= 1 and (clusters < 2 or se == 0):
            low, high = wilson(mean * clusters, clusters, empty.confidence)
            method = "Wilson over cases (all are equal)" if clusters > 1 else "Wilson over cases"
    ends = {"low": rows.finite(low), "high": rows.finite(high)}
    return msgspec.structs.replace(empty, value=mean, n=n, clusters=clusters, method=method, **ends)


def score_mean() -> Mean:
    """The mean of each answer's mean score (scores of 0 to 1 only)."""
    absent = "no check gave a score of 0 to 1"
    return Mean(name="score.mean", cells=rows.column("score"), of_judged=True, within_one=True, absent=absent)
