"""Numbers and outcomes of a report in words; every format says them the same way."""

from seatrial.core.gate import Gate
from seatrial.core.reading import Reading
from seatrial.core.verdict import GateResult, Outcome, Readiness
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


def number(value: float | None, unit: str = "") -> str:
    """A value with its unit: rates in per cent, seconds with three figures, money with its currency."""
    if value is None:
        return "–"
    if unit == "rate":
        return f"{100 * value:.1f} %"
    if unit == "s":
        return seconds(value)
    return f"{plain_number(value)} {unit}".rstrip()


def plain_number(value: float) -> str:
    """A number without a unit, with about three figures; whole numbers as they are."""
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".")


def end_of_axis(value: float, unit: str) -> str:
    """A round value at an axis: without figures that say nothing."""
    return f"{100 * value:.4g} %" if unit == "rate" else number(value, unit)


def seconds(value: float) -> str:
    """A duration with about three figures: milliseconds under one second."""
    if abs(value) < 1:
        return f"{value * 1000:.0f} ms" if abs(value) >= 0.1 or value == 0 else f"{value * 1000:.3g} ms"
    return f"{value:.2f} s" if abs(value) < 10 else f"{value:.1f} s" if abs(value) < 100 else f"{value:,.0f} s"


def interval(reading: Reading) -> str:
    """The interval of a Reading with its unit once, e.g. `90.2 to 95.3 %`; empty when it has none."""
    if reading.low is None and reading.high is None:
        return ""
    low, high = (number(end, reading.unit) if end is not None else "?" for end in (reading.low, reading.high))
    figures, _, unit = low.partition(" ")
    return f"{figures if unit and high.endswith(f' {unit}') else low} to {high}"


def value_with_interval(reading: Reading) -> str:
    """E.g. `93.1 % (90.2 to 95.3 %)`."""
    if reading.value is None:
        return reading.note or "nothing measured"
    between = interval(reading)
    return number(reading.value, reading.unit) + (f" ({between})" if between else "")


def basis(reading: Reading) -> str:
    """What a Reading stands on, e.g. `n 412 of 415`."""
    if not reading.n and not reading.asked:
        return ""
    asked = f" of {reading.asked:,}" if reading.asked and reading.asked != reading.n else ""
    return f"n {reading.n:,}{asked}"


def slice_name(reading: Reading) -> str:
    """The slice of a Reading, e.g. `language=es, use_case=refund`; the whole when it is of none."""
    return ", ".join(f"{tag}={value}" for tag, value in reading.slice) or "all"


def limit(gate: Gate) -> str:
    """The limit of a gate with its operator, e.g. `>= 95.0 %`."""
    return f"{gate.op} {number(gate.limit, gate.unit)}"


def count(n: int, one: str, many: str | None = None) -> str:
    """A counted noun: `1 gate`, `2 gates`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


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
