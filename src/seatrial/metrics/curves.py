"""What breaks under Probes: the curve of each family over its strengths, and the patterns that break most, first."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.metric import Metric
from seatrial.core.reading import Reading
from seatrial.metrics.probing import break_rate, flip_rate
from seatrial.stats.multiple import bonferroni_confidence

FAMILY, STRENGTH = "family", "strength"
LEFT_OUT = frozenset({"suite", STRENGTH, "family_strength"})
"""Tags that make no pattern of their own beside a family: they say the same, or are told by the curve."""
MOST_VALUES = 50
"""A tag with more values (an id, a date) makes no patterns."""
FEWEST = 5
"""Pairs of original and child that a pattern needs."""
Where = tuple[tuple[str, str], ...]


class Point(msgspec.Struct, frozen=True):
    """A point of a curve: `flips` and `breaks` are the rates at one strength of a family."""

    family: str
    strength: float
    flips: Reading
    breaks: Reading


def curve(batch: Batch, confidence: float = 0.95) -> tuple[Point, ...]:
    """The flip rate and the break rate of each family at each of its strengths.

    Args:
        batch: The rows of a group of Probes with those of their originals; whole runs will do.
        confidence: Of each interval.
    """
    found = []
    for family, of_family in batch.slices(FAMILY):
        for strength, part in of_family.slices(STRENGTH):
            where: Where = ((FAMILY, family), (STRENGTH, strength))
            flips, breaks = (_reading(metric, batch, part, where, confidence) for metric in (flip_rate(), break_rate()))
            found.append(Point(family, float(strength), flips, breaks))
    return tuple(sorted(found, key=lambda point: (point.family, point.strength)))


def worst_patterns(batch: Batch, most: int = 10, confidence: float = 0.95) -> tuple[Reading, ...]:
    """The break rates of families, of other tags of children, and of each two of them, the worst first.

    They are ordered by the low ends of intervals that hold all together (Bonferroni over all patterns that were looked
    at), so that a pattern of few cases is not called worst by chance; patterns that hold for the same children are
    told once. Only such are told whose low end is above the rate of all children.

    Args:
        batch: As of `curve`.
        most: How many are given.
        confidence: That all the intervals hold.
    """
    whole = _reading(break_rate(), batch, _children(batch), (), confidence)
    parts = [(where, part) for where, part in _patterns(_children(batch)) if len(part) >= FEWEST]
    if whole.value is None or not parts:
        return ()
    level = bonferroni_confidence(confidence, len(parts))
    readings = [_reading(break_rate(), batch, part, where, level) for where, part in parts]
    told = [each for each in readings if each.n >= FEWEST and each.value is not None]
    ordered = sorted(told, key=lambda each: (-(each.low or 0.0), len(each.slice), each.slice))
    found, seen = list[Reading](), set[tuple[int, float | None]]()
    for reading in ordered:
        same = (reading.n, reading.value)
        if (reading.low or 0.0) > whole.value and same not in seen:
            seen.add(same)
            found.append(reading)
    return tuple(found[:most])


def _reading(metric: Metric, batch: Batch, part: Batch, where: Where, confidence: float) -> Reading:
    return msgspec.structs.replace(metric.measure(batch.with_originals(part), confidence), slice=where)


def _children(batch: Batch) -> Batch:
    """The rows that Probes made."""
    return batch.slice(suite=_group(batch)) if _group(batch) else batch


def _group(batch: Batch) -> str:
    """The suite that the children are of."""
    suites, originals = batch.tags.get("suite"), batch.labels.get("original")
    if suites is None or originals is None:
        return ""
    row = next((row for row, original in enumerate(originals.rows) if original >= 0), -1)
    return suites.names[suites.rows[row]] if row >= 0 and suites.rows[row] >= 0 else ""


def _patterns(batch: Batch) -> Iterator[tuple[Where, Batch]]:
    """The slices of one tag, and those of two."""
    tags = [tag for tag in batch.tags if tag not in LEFT_OUT and 1 < len(batch.values_of(tag)) <= MOST_VALUES]
    for tag in tags:
        for value, part in batch.slices(tag):
            yield ((tag, value),), part
    for one, other in _pairs(tags):
        for value, part in batch.slices(one):
            for second, smaller in part.slices(other):
                yield ((one, value), (other, second)), smaller


def _pairs(tags: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each two tags; only with a family, where there are many."""
    for one, other in combinations(tags, 2):
        if FAMILY in (one, other) or len(tags) <= 4:
            yield one, other
