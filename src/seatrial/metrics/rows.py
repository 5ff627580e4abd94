"""What metrics are made of: one cell a row of a Batch, NaN where the row has none."""

import math
from array import array
from collections.abc import Callable, Iterable, Mapping

import msgspec

from seatrial.core.batch import MISSING, Batch
from seatrial.core.reading import Reading
from seatrial.stats.clustered import ClusterSums

Cells = Callable[[Batch], "array[float]"]
"""Gives each row's value, NaN where it has none."""

EXACT = "exact"
"""The method of a Reading that is a fact about this run (a total, a maximum) and has no interval."""


def column(name: str) -> Cells:
    """The cells of one column."""
    return lambda batch: batch.column(name)


def cells_of(values: Iterable[float]) -> "array[float]":
    """Cells from any numbers."""
    return array("d", values)


def present(batch: Batch, cells: "array[float]") -> "tuple[array[float], array[int]]":
    """The values that are there, and the case (cluster) of each."""
    values, cases = array("d"), array("l")
    for value, case in zip(cells, batch.cases.rows, strict=True):
        if not math.isnan(value):
            values.append(value)
            cases.append(case)
    return values, cases


def sums(batch: Batch, cells: "array[float]") -> ClusterSums:
    """Rows and sum of every case that has a value, by the case's number in the Batch."""
    found = ClusterSums()
    # `stats.cluster_sums` may number the cases anew, and then a value would be another case's.
    for value, case in zip(*present(batch, cells), strict=True):
        found.add(case, value)
    return found


def sums_by_original(batch: Batch, cells: "array[float]") -> ClusterSums:
    """Rows and sum of every written case: what Probes made of one is not independent of the rest of its children."""
    labels, found = batch.labels.get("original"), ClusterSums()
    if labels is None:
        return sums(batch, cells)
    numbers = {name: number for number, name in enumerate(labels.names)}
    for value, case, original in zip(cells, batch.cases.rows, labels.rows, strict=True):
        if not math.isnan(value):
            name = batch.cases.names[case] if original < 0 else labels.names[original]
            found.add(numbers.setdefault(name, len(numbers)), value)
    return found


def means_by_case(batch: Batch, cells: "array[float]") -> Mapping[str, float]:
    """The mean of each case that has a value, by the case's name."""
    found = sums(batch, cells)
    names = batch.cases.names
    return {names[case]: total / n for case, n, total in found}


def finite(value: float) -> float | None:
    """An interval's end; None where there is none."""
    return value if math.isfinite(value) else None


def answered(batch: Batch) -> int:
    """How many rows did not fail."""
    return len(batch) - sum(value == 1 for value in batch.column("failed"))


def unknown(batch: Batch, cells: "array[float]") -> int:
    """How many answers have no value in these cells; a failure is not one of them."""
    pairs = zip(batch.column("failed"), cells, strict=True)
    return sum(failed != 1 and math.isnan(value) for failed, value in pairs)


def judged(batch: Batch) -> int:
    """How many rows were passed or failed by their checks."""
    return sum(not math.isnan(value) for value in batch.column("passed"))


def not_judged(batch: Batch) -> int:
    """How many rows have an answer that could not be judged; a failure is not one of them."""
    return answered(batch) - judged(batch)


def cases_not_judged(batch: Batch) -> set[str]:
    """The cases of which some answer could not be judged."""
    columns = zip(batch.cases.rows, batch.column("failed"), batch.column("passed"), strict=True)
    return {batch.cases.names[case] for case, failed, passed in columns if failed != 1 and math.isnan(passed)}


def where(batch: Batch, names: tuple[str, ...], truth: Callable[..., float]) -> "array[float]":
    """Cells computed from several columns; missing where one of them is."""
    columns = [batch.column(name) for name in names]
    return cells_of(MISSING if any(map(math.isnan, row)) else truth(*row) for row in zip(*columns, strict=True))


def nothing(reading: Reading, batch: Batch, why: str) -> Reading:
    """A Reading without a value that says why: no cases, no answers, or `why`."""
    failed = len(batch) - answered(batch)
    if not len(batch):
        why = "no cases"
    elif failed == len(batch):
        why = f"nothing was answered: all {failed} failed" if failed > 1 else "nothing was answered"
    return msgspec.structs.replace(reading, note=why)
