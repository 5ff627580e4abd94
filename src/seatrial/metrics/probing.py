"""Children of Probes against their originals, as pairs: how many verdicts flip, how many right answers break.

These Metrics are given the rows of a group together with those of the cases that its own were made of (`Batch.
with_originals`). What could not be held against its original is counted as not judged.
"""

import math
from collections.abc import Callable, Iterable

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.reading import Direction, Reading
from seatrial.metrics import rows
from seatrial.metrics.children import Children, Pair, Paired
from seatrial.metrics.paired import paired_reading, pairs
from seatrial.metrics.rates import share
from seatrial.stats.clustered import ClusterSums


class OfChildren(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of children beside their originals; `figure` fills an empty Reading, or leaves it as it is."""

    name: str
    figure: Callable[[Children, Reading], Reading]
    unit: str = "rate"
    direction: Direction = "down"
    with_originals: bool = True

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The figure of all children of a Batch."""
        found = Paired(batch).all()
        reading = self.of(found, confidence)
        return reading if reading.value is not None or found.asked else rows.nothing(reading, batch, reading.note)

    def of(self, children: Children, confidence: float = 0.95) -> Reading:
        """The figure of some children; without a value, its note says why."""
        empty = Reading(
            self.name,
            None,
            asked=children.asked,
            not_judged=children.not_judged,
            unit=self.unit,
            direction=self.direction,
            confidence=confidence,
        )
        found = self.figure(children, empty)
        return found if found.value is not None else msgspec.structs.replace(found, note=children.nothing)


def flip_rate() -> OfChildren:
    """`GROUP.flip_rate`: children whose verdict differs from their original's."""
    return OfChildren(name="flip_rate", figure=_flips)


def break_rate() -> OfChildren:
    """`GROUP.break_rate`: of the children whose original passed, those that fail."""
    return OfChildren(name="break_rate", figure=_breaks)


def drop() -> OfChildren:
    """`GROUP.drop`: how much lower the pass rate of children is than that of their originals."""
    return OfChildren(name="drop", figure=_drop)


def _flips(children: Children, empty: Reading) -> Reading:
    return _changed(children.pairs, empty)


def _breaks(children: Children, empty: Reading) -> Reading:
    return _changed([pair for pair in children.pairs if pair.before == 1], empty)


def _changed(pairs: Iterable[Pair], empty: Reading) -> Reading:
    """The share of pairs whose verdicts differ, with children of one original as one cluster."""
    found = ClusterSums()
    for original, before, now in pairs:
        found.add(original, float(before != now))
    return share(empty, found) if found.n else empty


def _drop(children: Children, empty: Reading) -> Reading:
    """The mean difference over originals."""
    before, now = dict[str, float](), dict[str, list[float]]()
    for original, was, is_ in children.pairs:
        name = children.originals[original]
        before[name] = was
        now.setdefault(name, []).append(is_)
    means = {name: math.fsum(values) / len(values) for name, values in now.items()}
    return paired_reading(empty, pairs(means, before)) if means else empty
