"""Shares of rows: of those judged, how many passed; of those asked, how many failed."""

import math
from array import array
from collections.abc import Mapping

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.reading import Direction, Reading
from seatrial.metrics import rows
from seatrial.metrics.rows import Cells
from seatrial.stats.clustered import ClusterSums

RETRIED = "retried"
"""A column that a Baseline has in place of single counts of requests."""


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """The share of rows whose cell is 1, with the Wilson interval of its effective size.

    Repeats of a case are one cluster, and so is all that Probes made of it.
    `of_judged`: it stands on judged rows only, so its Reading counts those that were not.
    """

    name: str
    cells: Cells
    direction: Direction = "up"
    of_judged: bool = False
    absent: str = "nothing was measured"
    unit: str = "rate"

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The share, over how many of how many asked."""
        unjudged = rows.not_judged(batch) if self.of_judged else 0
        empty = Reading(
            self.name,
            None,
            asked=len(batch),
            not_judged=unjudged,
            unit=self.unit,
            direction=self.direction,
            confidence=confidence,
        )
        found = rows.sums_by_original(batch, self.cells(batch))
        return share(empty, found) if found.n else rows.nothing(empty, batch, self.absent)

    def per_case(self, batch: Batch) -> Mapping[str, float]:
        """The share within each case."""
        return rows.means_by_case(batch, self.cells(batch))


def share(empty: Reading, found: ClusterSums) -> Reading:
    """A Reading filled with the rate of the sums, which are of at least one row."""
    rate, (low, high), _ = found.rate(empty.confidence)
    n, clusters = found.n, found.clusters
    method = "Wilson" if clusters == n else "Wilson, rows clustered by case"
    return msgspec.structs.replace(empty, value=rate, low=low, high=high, n=n, clusters=clusters, method=method)


def pass_rate() -> Rate:
    """Answers that passed all their checks, of those judged."""
    return Rate(name="pass_rate", cells=rows.column("passed"), of_judged=True, absent="nothing was judged")


def not_judged_rate() -> Rate:
    """Answers that no check could judge, of all that was asked."""
    return Rate(name="not_judged.rate", cells=_not_judged, direction="down")


def cached_rate() -> Rate:
    """Answers that a cache gave, of all that was asked."""
    return Rate(name="cached.rate", cells=rows.column("cached"))


def retries_rate() -> Rate:
    """Attempts at a case that needed more than one request for some turn, of all that was asked."""
    return Rate(name="retries.rate", cells=retried, direction="down")


def _not_judged(batch: Batch) -> "array[float]":
    pairs = zip(batch.column("failed"), batch.column("passed"), strict=True)
    return rows.cells_of(float(failed != 1 and math.isnan(passed)) for failed, passed in pairs)


def retried(batch: Batch) -> "array[float]":
    """Cells that say whether some turn needed more than one request."""
    if RETRIED in batch.columns:
        return batch.column(RETRIED)
    return rows.where(batch, ("attempts", "requests"), lambda sent, asked: float(sent > asked))
