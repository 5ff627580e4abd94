"""Numbers and outcomes of a report in words; every format says them the same way."""

from seatrial.core.gate import Gate
from seatrial.core.reading import Reading
from seatrial.core.verdict import GateResult, Outcome, Readiness
from seatrial.metrics.wording import count, number, slice_name
from seatrial.report.model import Ending, Report

SIGNS = {Outcome.MET: "✓", Outcome.MISSED: "✗", Outcome.UNDECIDED: "?"}
ASCII_SIGNS = {Outcome.MET: "+", Outcome.MISSED: "x", Outcome.UNDECIDED: "?"}
OUTCOMES = {Outcome.MET: "met", Outcome.MISSED: "missed", Outcome.UNDECIDED: "undecided"}
READINESS = {
    Readiness.READY: "Ready",
    Readiness.NOT_READY: "Not ready",
    Readiness.UNDECIDED: "Not enough evidence",
}
ENDING_SIGNS: dict[Ending, str] = {"passed": "✓", "failed": "✗", "not judged": "?", "no answer": "!"}

BEYOND_CHANCE = 0.05
NAMED_FIRST = 3


def end_of_axis(value: float, unit: str) -> str:
    """A round value at an axis: without figures that say nothing."""
    return f"{100 * value:.4g} %" if unit == "rate" else number(value, unit)


def limit(gate: Gate) -> str:
    """The limit of a gate with its operator, e.g. `>= 95.0 %`."""
    return f"{gate.op} {number(gate.limit, gate.unit)}"


def ordered(gates: tuple[GateResult, ...]) -> list[GateResult]:
    """Gates in the order a reader needs them: missed, undecided, met; as written within each."""
    rank = {Outcome.MISSED: 0, Outcome.UNDECIDED: 1, Outcome.MET: 2}
    return sorted(gates, key=lambda result: rank[result.outcome])


def worst_first(result: GateResult) -> list[Reading]:
    """The Readings of a gate that have a value, those furthest on the wrong side first."""
    sign = 1 if result.gate.op in (">=", ">") else -1
    valued = [reading for reading in result.readings if reading.value is not None]
    return sorted(valued, key=lambda reading: sign * (reading.value or 0.0))


def summary(report: Report) -> str:
    """How the gates came out, in one sentence."""
    gates = report.verdict.gates
    if not gates:
        return "No gate was judged."
    found = {outcome: sum(result.outcome is outcome for result in gates) for outcome in Outcome}
    if found[Outcome.MET] == len(gates):
        return "The one gate is met." if len(gates) == 1 else f"All {len(gates)} gates are met."
    parts = [
        f"{found[outcome]} {OUTCOMES[outcome]}"
        for outcome in (Outcome.MISSED, Outcome.UNDECIDED, Outcome.MET)
        if found[outcome]
    ]
    return f"Of {count(len(gates), 'gate')}: {', '.join(parts)}."


def worst_of(report: Report) -> str:
    """The worst slices in one sentence, so that no summary hides them; empty when none is worse beyond chance."""
    worst = [reading for reading in report.slices.worst if reading.p is not None and reading.p < BEYOND_CHANCE]
    shown = [f"{slice_name(each)} {number(each.value, each.unit)}" for each in worst[:NAMED_FIRST]]
    more = f" and {len(worst) - NAMED_FIRST} more" if len(worst) > NAMED_FIRST else ""
    return f"Worst: {', '.join(shown)}{more}." if shown else ""


def counted(report: Report) -> list[tuple[str, int]]:
    """The counts of a run that say something, in order."""
    counts = report.counts
    always = [("asked", counts.asked), ("answered", counts.answered), ("passed", counts.passed)]
    wrong = counts.judged - counts.passed
    others = [
        ("failed a check", wrong),
        ("without an answer", counts.failed),
        ("not judged", counts.not_judged),
        ("from the cache", counts.cached),
        ("asked again after a kill", counts.asked_again),
        ("taken over from before", counts.resumed),
    ]
    return always + [(name, value) for name, value in others if value]
