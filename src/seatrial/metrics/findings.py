"""Gates on findings: `findings.high == 0`. They are counts, so they are judged by value."""

from collections.abc import Sequence
from typing import Final, get_args

from seatrial.core.errors import Mistake
from seatrial.core.finding import Finding, Severity
from seatrial.core.gate import Gate
from seatrial.core.reading import Reading
from seatrial.core.verdict import GateResult, Outcome
from seatrial.metrics.nearest import did_you_mean
from seatrial.metrics.rows import EXACT
from seatrial.metrics.sides import side_of_value
from seatrial.metrics.wording import limit, listed

SEVERITIES: Final[tuple[str, ...]] = get_args(Severity)
TOTAL: Final = "total"


def is_of_findings(gate: Gate) -> bool:
    """Whether a gate is about findings and not about a Batch."""
    return gate.metric.partition(".")[0] == "findings"


def check_findings_gate(gate: Gate) -> None:
    """Refuse what makes no sense for findings.

    Raises:
        Mistake: The severity is not known, or the gate has a unit, a slice or a comparison.
    """
    severity, known = gate.metric.removeprefix("findings").removeprefix("."), [*SEVERITIES, TOTAL]
    if severity not in known:
        raise Mistake(f"`{gate.text}`: findings have no severity `{severity}`; {did_you_mean(severity, known)}")
    if gate.unit or gate.every or gate.where or gate.compare:
        raise Mistake(f"`{gate.text}`: findings are counted, write e.g. `findings.attack == 0`")


def judge_findings(gate: Gate, findings: Sequence[Finding] | None) -> GateResult:
    """Hold the number of findings of exactly one severity (or of all: `findings.total`) to a gate's limit."""
    if findings is None:
        return GateResult(gate, Outcome.UNDECIDED, (), f"{gate.metric}: nothing was scanned")
    severity = gate.metric.removeprefix("findings.")
    counted = [each for each in findings if severity in (TOTAL, each.severity)]
    found = len(counted)
    reading = Reading(gate.metric, float(found), n=found, direction="down", method=EXACT)
    outcome = Outcome.MET if side_of_value(gate, found) == "right" else Outcome.MISSED
    where = f" ({listed(sorted({each.path for each in counted}))})" if outcome is Outcome.MISSED and counted else ""
    why = f"{gate.metric} is {found}{where}, the limit is {limit(gate.limit)}"
    return GateResult(gate, outcome, (reading,), why)
