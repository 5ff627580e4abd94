"""What breaks under Probes: the curve of each family over its strengths, and the patterns that break most, first."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import msgspec

from seatrial.core.reading import Reading
from seatrial.metrics.children import Children, Paired
from seatrial.metrics.probing import OfChildren, break_rate, flip_rate
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


def curve(paired: Paired, confidence: float = 0.95) -> tuple[Point, ...]:
    """The flip rate and the break rate of each family at each of its strengths.

    Args:
        paired: The children of a group of Probes.
        confidence: Of each interval.
    """
    found = []
    for (family, strength), children in paired.by(FAMILY, STRENGTH).items():
        where: Where = ((FAMILY, family), (STRENGTH, strength))
        flips, breaks = (_reading(metric, children, where, confidence) for metric in (flip_rate(), break_rate()))
        found.append(Point(family, float(strength), flips, breaks))
    return tuple(sorted(found, key=lambda point: (point.family, point.strength)))


def worst_patterns(paired: Paired, most: int = 10, confidence: float = 0.95) -> tuple[Reading, ...]:
    """The break rates of families, of other tags of children, and of each two of them, the worst first.

    They are ordered by the low ends of intervals that hold all together (Bonferroni over all patterns that were looked
    at), so that a pattern of few cases is not called worst by chance; patterns that hold for the same children are
    told once. Only such are told whose low end is above the rate of all children.

    Args:
        paired: As of `curve`.
        most: How many are given.
        confidence: That all the intervals hold.
    """
    whole = break_rate().of(paired.all())
    parts = [(where, children) for where, children in _patterns(paired) if children.asked >= FEWEST]
    if whole.value is None or not parts:
        return ()
    level = bonferroni_confidence(confidence, len(parts))
    readings = [_reading(break_rate(), children, where, level) for where, children in parts]
    told = [each for each in readings if each.n >= FEWEST and each.value is not None]
    ordered = sorted(told, key=lambda each: (-(each.low or 0.0), len(each.slice), each.slice))
    found, seen = list[Reading](), set[tuple[int, float | None]]()
    for reading in ordered:
        same = (reading.n, reading.value)
        if (reading.low or 0.0) > whole.value and same not in seen:
            seen.add(same)
            found.append(reading)
    return tuple(found[:most])


def _reading(metric: OfChildren, children: Children, where: Where, confidence: float) -> Reading:
    return msgspec.structs.replace(metric.of(children, confidence), slice=where)


def _patterns(paired: Paired) -> Iterator[tuple[Where, Children]]:
    """The children of each value of one tag, and of each two values of two."""
    of_one = {tag: paired.by(tag) for tag in paired.tags if tag not in LEFT_OUT}
    known = [tag for tag, found in of_one.items() if 1 < len(found) <= MOST_VALUES]
    tags = sorted(known, key=lambda tag: tag != FAMILY)
    for tag in tags:
        for (value,), children in of_one[tag].items():
            yield ((tag, value),), children
    for one, other in _pairs(tags):
        for (value, second), children in paired.by(one, other).items():
            yield ((one, value), (other, second)), children


def _pairs(tags: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each two tags; only with a family, where there are many."""
    for one, other in combinations(tags, 2):
        if FAMILY in (one, other) or len(tags) <= 4:
            yield one, other
