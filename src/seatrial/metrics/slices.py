"""Worst slices first: each held against the rest, with correction for having looked at so many."""

import math
from array import array
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final, NamedTuple

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.metric import Metric, PairedMetric
from seatrial.core.reading import Direction, Reading
from seatrial.metrics import rows
from seatrial.metrics.moments import Moments, p_of_difference
from seatrial.metrics.percentiles import Percentile
from seatrial.metrics.readings import of_slice, slicing_tags
from seatrial.metrics.wording import count, number
from seatrial.stats.multiple import holm

MINIMUM: Final = 5
"""Cases that a slice needs to be compared; with two tags it needs twice as many. Smaller ones stand in `by_slice`."""
MOST_PAIRS: Final = 400
"""Two tags are combined when they have at most so many pairs of values."""

Where = tuple[tuple[str, str], ...]


class SliceComparison(msgspec.Struct, frozen=True):
    """The slices that are worse than the rest, worst first, and how many were compared."""

    worst: tuple[Reading, ...]
    compared: int


class _Compared(NamedTuple):
    """A slice, how much worse than the rest it is, and the p-value."""

    where: Where
    rest: Moments
    worse_by: float
    p: float


def worst_slices(
    batch: Batch, metric: Metric, *, tags: Sequence[str] | None = None, most: int = 10, minimum: int = MINIMUM
) -> list[Reading]:
    """The slices that are worse than the rest, worst first; see `compare_slices`."""
    return list(compare_slices(batch, metric, tags=tags, most=most, minimum=minimum).worst)


def compare_slices(
    batch: Batch, metric: Metric, *, tags: Sequence[str] | None = None, most: int = 10, minimum: int = MINIMUM
) -> SliceComparison:
    """Hold each slice, and each pair of two tags' values, against the cases that are not in it.

    Readings carry p-values adjusted by Holm's method over all slices that were compared, and say in their notes what
    the rest came to. A percentile's slices are held by the share of rows above the percentile of the whole. A case
    belongs to the slices of its first row.

    Args:
        batch: The whole.
        metric: What is measured.
        tags: Which tags; all that make slices when None.
        most: How many slices to give back.
        minimum: Cases that a slice needs to be compared, and that must be left in the rest.

    Raises:
        Mistake: The metric has no value for a row or a case, so that slices cannot be told apart.
    """
    cells, direction, of_rates = _cells(batch, metric)
    whole, parts = _moments(batch, cells, slicing_tags(batch) if tags is None else tags)
    compared = list(_compared(whole, parts, minimum, direction, of_rates))
    adjusted = holm([each.p for each in compared])
    worse = [pair for pair in zip(compared, adjusted, strict=True) if pair[0].worse_by > 0]
    worse.sort(key=lambda pair: (pair[0].p, -pair[0].worse_by, pair[0].where))
    unit = "rate" if isinstance(metric, Percentile) else metric.unit
    return SliceComparison(
        tuple(_reading(batch, metric, each, p, len(compared), unit) for each, p in worse[:most]), len(compared)
    )


def _reading(batch: Batch, metric: Metric, found: _Compared, p: float, compared: int, unit: str) -> Reading:
    reading = of_slice(batch.slice(**dict(found.where)), metric, found.where)
    rest = number(found.rest.mean, "" if unit == "currency" else unit)
    what = f"{rest} of the rest lie above the {metric.name} of all" if isinstance(metric, Percentile) else rest
    against = what if isinstance(metric, Percentile) else f"the rest has {what}"
    return msgspec.structs.replace(reading, p=p, note=f"{against}; one of {count(compared, 'comparison')}")


def _cells(batch: Batch, metric: Metric) -> "tuple[array[float], Direction, bool]":
    """What slices are compared by: a value a row, which way is better, and whether it is a rate."""
    if isinstance(metric, Percentile):
        return metric.above(batch), "down", True
    cells = getattr(metric, "cells", None)
    if callable(cells):
        return cells(batch), metric.direction, metric.unit == "rate"
    if isinstance(metric, PairedMetric):
        return _first_rows(batch, metric), metric.direction, metric.unit == "rate"
    raise Mistake(f"`{metric.name}` has no value for a single case, so slices cannot be compared by it")


def _first_rows(batch: Batch, metric: PairedMetric) -> "array[float]":
    values, names, seen = metric.per_case(batch), batch.cases.names, set[int]()
    cells = array("d")
    for case in batch.cases.rows:
        cells.append(math.nan if case in seen else values.get(names[case], math.nan))
        seen.add(case)
    return cells


def _moments(batch: Batch, cells: "array[float]", tags: Sequence[str]) -> tuple[Moments, dict[Where, Moments]]:
    """All cases together, and those of every value of a tag and every pair of values."""
    found = rows.sums(batch, cells)
    first = _first_row_of_each_case(batch)
    labels = [(tag, batch.tags[tag]) for tag in tags if tag in batch.tags]
    sizes = {tag: len(label.names) for tag, label in labels}
    combined = {pair for pair in combinations(sizes, 2) if sizes[pair[0]] * sizes[pair[1]] <= MOST_PAIRS}
    whole, parts = Moments(), dict[Where, Moments]()
    for case, n, total in found:
        row = first[case]
        whole.add(n, total)
        own = [(tag, label.names[label.rows[row]]) for tag, label in labels if label.rows[row] >= 0]
        pairs = (pair for pair in combinations(own, 2) if (pair[0][0], pair[1][0]) in combined)
        for where in (*((each,) for each in own), *pairs):
            parts.setdefault(where, Moments()).add(n, total)
    return whole, parts


def _first_row_of_each_case(batch: Batch) -> "array[int]":
    first = array("l", bytes(array("l").itemsize * len(batch.cases.names)))
    for row in range(len(batch) - 1, -1, -1):
        first[batch.cases.rows[row]] = row
    return first


def _compared(
    whole: Moments, parts: dict[Where, Moments], minimum: int, direction: Direction, of_rates: bool
) -> Iterator[_Compared]:
    for where, part in parts.items():
        rest = whole.without(part)
        same = any(parts[(each,)].cases == part.cases for each in where) if len(where) > 1 else False
        if part.cases < minimum * len(where) or rest.cases < minimum or same:
            continue
        worse_by = rest.mean - part.mean if direction == "up" else part.mean - rest.mean
        yield _Compared(where, rest, worse_by, p_of_difference(part, rest, of_rates))
