"""Children of Probes against their originals, as pairs: how many verdicts flip, how many right answers break.

These Metrics are given the rows of a group together with those of the cases that its own were made of (`Batch.
with_originals`). An original that was asked several times counts by the majority of its verdicts; where these are even,
it says nothing.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.reading import Direction, Reading
from seatrial.metrics import rows
from seatrial.metrics.paired import paired_reading, pairs
from seatrial.metrics.rates import share
from seatrial.stats.clustered import ClusterSums


class Pair(NamedTuple):
    """A child's verdict beside that of its original; `original` is the original's number in the Batch."""

    original: int
    before: float
    now: float


class FlipRate(msgspec.Struct, frozen=True, kw_only=True):
    """The share of children whose verdict differs from their original's; or of those whose original passed."""

    name: str
    of: Literal["all", "passed"]
    unit: str = "rate"
    direction: Direction = "down"
    with_originals: bool = True

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The share, with children of one original as one cluster."""
        found, children = ClusterSums(), _children(batch)
        for original, before, now in _pairs(batch):
            if self.of == "all" or before == 1:
                found.add(original, float(before != now))
        empty = Reading(
            self.name, None, asked=children, unit=self.unit, direction=self.direction, confidence=confidence
        )
        if not found.n:
            return rows.nothing(empty, batch, "no answer to a harder case can be held against that to its original")
        return share(empty, found)


class Drop(msgspec.Struct, frozen=True, kw_only=True):
    """The pass rate of the originals minus that of their children, paired by original."""

    name: str
    unit: str = "rate"
    direction: Direction = "down"
    with_originals: bool = True

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The mean difference over originals."""
        before, now = dict[str, float](), dict[str, list[float]]()
        for original, was, is_ in _pairs(batch):
            name = batch.cases.names[original]
            before[name] = was
            now.setdefault(name, []).append(is_)
        empty = Reading(
            self.name,
            None,
            asked=_children(batch),
            unit=self.unit,
            direction=self.direction,
            confidence=confidence,
        )
        if not now:
            return rows.nothing(empty, batch, "no answer to a harder case can be held against that to its original")
        means = {name: math.fsum(values) / len(values) for name, values in now.items()}
        return paired_reading(empty, pairs(means, before))


def flip_rate() -> FlipRate:
    """`GROUP.flip_rate`: children whose verdict differs from their original's."""
    return FlipRate(name="flip_rate", of="all")


def break_rate() -> FlipRate:
    """`GROUP.break_rate`: of the children whose original passed, those that fail."""
    return FlipRate(name="break_rate", of="passed")


def drop() -> Drop:
    """`GROUP.drop`: how much lower the pass rate of children is than that of their originals."""
    return Drop(name="drop")


def _children(batch: Batch) -> int:
    labels = batch.labels.get("original")
    return sum(row >= 0 for row in labels.rows) if labels is not None else 0


def _pairs(batch: Batch) -> Iterator[Pair]:
    """Every child that was judged, beside an original that was."""
    labels = batch.labels.get("original")
    if labels is None:
        return
    verdicts, numbers = _verdicts(batch), {name: number for number, name in enumerate(batch.cases.names)}
    originals = [numbers.get(name, -1) for name in labels.names]
    for label, passed in zip(labels.rows, batch.column("passed"), strict=True):
        original = originals[label] if label >= 0 else -1
        if original in verdicts and not math.isnan(passed):
            yield Pair(original, verdicts[original], passed)


def _verdicts(batch: Batch) -> Mapping[int, float]:
    """The verdict of each case that most of its attempts have."""
    found = rows.sums(batch, batch.column("passed"))
    return {case: float(2 * total > n) for case, n, total in found if n and 2 * total != n}
