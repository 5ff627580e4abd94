"""Which suite and which metric a gate means."""

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from seatrial.core.errors import Mistake
from seatrial.core.gate import Gate, parse_gate
from seatrial.core.metric import Metric
from seatrial.metrics.findings import check_findings_gate, is_of_findings
from seatrial.metrics.nearest import did_you_mean
from seatrial.metrics.table import find_metric
from seatrial.metrics.units import check_unit

FAILURES: Final = "failures.rate <= 1%"
"""What every suite promises unasked, by value: it is about the run itself and not about the model's future."""


class Named(NamedTuple):
    """What a gate is about: one suite or (None) all together, and a metric; no metric when it is about findings."""

    suite: str | None
    metric: Metric | None


def resolve(gate: Gate, suites: Collection[str]) -> Named:
    """Find a gate's suite and metric; worth doing before anything is asked.

    Raises:
        Mistake: There is no such suite or metric, or the limit's unit does not fit.
    """
    first, _, rest = gate.metric.partition(".")
    if first in suites and rest:
        name, suite = rest, first
    else:
        name, suite = gate.metric, None
    if suite is None and is_of_findings(gate):
        check_findings_gate(gate)
        return Named(None, None)
    try:
        metric = find_metric(name)
    except Mistake as mistake:
        raise Mistake(f"`{gate.text}`: {mistake.what}{_or_suite(first, rest, suite, suites)}") from mistake
    check_unit(gate, metric)
    return Named(suite, metric)


def failure_gates(gates: Iterable[Gate], suites: Iterable[str]) -> list[Gate]:
    """The gates on failure rates that suites have unasked: one for each suite for which none was written."""
    written = {gate.metric for gate in gates if gate.compare is None and gate.where is None}
    if "failures.rate" in written:
        return []
    return [_failure_gate(suite) for suite in suites if f"{suite}.failures.rate" not in written]


def _failure_gate(suite: str) -> Gate:
    found = parse_gate(FAILURES)
    return Gate(
        text=f"{suite}.{FAILURES}",
        metric=f"{suite}.{found.metric}",
        op=found.op,
        limit=found.limit,
        unit=found.unit,
        by_point=True,
    )


def _or_suite(first: str, rest: str, suite: str | None, suites: Collection[str]) -> str:
    """A misspelt suite looks like a metric."""
    if suite is not None or not rest or not suites:
        return ""
    hint = did_you_mean(first, suites)
    return f" (or if `{first}` is a suite: {hint})" if hint.startswith("did") else ""
