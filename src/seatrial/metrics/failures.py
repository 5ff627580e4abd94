"""Failure rates: of all that was asked, what ended without an answer, and why."""

from array import array

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.interaction import FailureKind
from seatrial.metrics import rows
from seatrial.metrics.nearest import did_you_mean
from seatrial.metrics.rates import Rate


def failure_rate(name: str) -> Rate:
    """`failures.rate` for all kinds together, `failures.KIND` for one.

    Raises:
        Mistake: There is no such kind of failure.
    """
    kind = name.removeprefix("failures.")
    if kind == "rate":
        return Rate(name=name, cells=rows.column("failed"), direction="down")
    known = [each.value for each in FailureKind]
    if kind not in known:
        raise Mistake(f"`{kind}` is no kind of failure; {did_you_mean(kind, ['rate', *known])}")
    return Rate(name=name, cells=lambda batch: _of_kind(batch, kind), direction="down")


def _of_kind(batch: Batch, kind: str) -> "array[float]":
    labels = batch.failures
    wanted = labels.names.index(kind) if kind in labels.names else len(labels.names)
    return rows.cells_of(float(row == wanted) for row in labels.rows)
