"""The gates of a suite file: read, completed, and written into the head of a run so that it can be judged again."""

from collections.abc import Collection, Iterable

import msgspec

from seatrial.core.gate import Gate, parse_gate
from seatrial.metrics.findings import is_of_findings
from seatrial.metrics.naming import failure_gates, resolve

_BY_POINT = " (by point)"


def read_gate(line: str, suites: Collection[str], *, suite: str | None = None) -> Gate:
    """A gate line; one that stands inside a suite need not name it.

    Raises:
        Mistake: It is no gate, there is no such metric, or the limit's unit does not fit.
    """
    gate = parse_gate(line)
    if suite is not None and suite_of(gate, suites) is None:
        whole = f"{suite}.{gate.metric}"
        gate = msgspec.structs.replace(gate, metric=whole, text=gate.text.replace(gate.metric, whole, 1))
    resolve(gate, suites)
    return gate


def suite_of(gate: Gate, suites: Collection[str]) -> str | None:
    """The suite that a gate is about; None for all together."""
    first, dot, _ = gate.metric.partition(".")
    return first if dot and first in suites else None


def complete(
    gates: Iterable[Gate], suites: Collection[str], *, by_point: bool, scanned: bool = False
) -> tuple[Gate, ...]:
    """The gates with those that nobody must forget: on failures for each suite, and on attacks where there is a scan.

    `by_point` judges all of them by their values.
    """
    found = [msgspec.structs.replace(gate, by_point=True) if by_point else gate for gate in gates]
    attacks = scanned and not any(is_of_findings(gate) for gate in found)
    return (*found, *failure_gates(found, suites), *([parse_gate("findings.attack == 0")] if attacks else []))


def selected(gates: Iterable[Gate], run: Collection[str], suites: Collection[str]) -> tuple[Gate, ...]:
    """The gates that are about the suites that are run; those on all suites together are kept."""
    return tuple(gate for gate in gates if suite_of(gate, suites) in (None, *run))


def written(gate: Gate) -> str:
    """A gate as the head of a run keeps it."""
    return gate.text + _BY_POINT if gate.by_point else gate.text


def restored(text: str) -> Gate:
    """The gate that `written` wrote.

    Raises:
        Mistake: It is none.
    """
    gate = parse_gate(text.removesuffix(_BY_POINT))
    return msgspec.structs.replace(gate, by_point=True) if text.endswith(_BY_POINT) else gate
