"""What one Reading says to a gate, in one sentence."""

from typing import NamedTuple

import msgspec

from seatrial.core.gate import Gate
from seatrial.core.metric import Metric
from seatrial.core.reading import Reading
from seatrial.core.verdict import Outcome
from seatrial.metrics.more_cases import more_cases
from seatrial.metrics.rows import EXACT
from seatrial.metrics.sides import Side, side_of_interval, side_of_value
from seatrial.metrics.units import is_currency
from seatrial.metrics.wording import about, against, basis, interval, limit, percent, slice_name


class Rules(NamedTuple):
    """How gates are decided: how often they are looked at, by value or interval, how much may be not judged."""

    looks: int = 1
    by_point: bool = False
    not_judged_limit: float = 0.05


class Judgement(NamedTuple):
    """An outcome, why, and how many more cases would decide it."""

    outcome: Outcome
    why: str
    more_cases: int | None = None


def judge_reading(gate: Gate, metric: Metric, reading: Reading, rules: Rules) -> Judgement:
    """Hold one Reading to a gate's limit."""
    obstacle = _obstacle(gate, reading, rules)
    if obstacle:
        return Judgement(Outcome.UNDECIDED, obstacle)
    side = side_of(gate, reading, rules)
    if side != "across":
        outcome = Outcome.MET if side == "right" else Outcome.MISSED
        return Judgement(outcome, _stands(gate, reading) + _by_what(gate, reading, rules, side))
    more = more_cases(gate, metric, reading)
    return Judgement(Outcome.UNDECIDED, f"{_stands(gate, reading)}: {_what_would_decide(gate, reading, more)}", more)


def side_of(gate: Gate, reading: Reading, rules: Rules) -> Side:
    """On which side of the limit a Reading with a value lies, by value where the rules or the Reading want it."""
    if reading.value is None:
        return "across"
    if by_value(gate, reading, rules):
        return side_of_value(gate, reading.value)
    return side_of_interval(gate, reading)


def by_value(gate: Gate, reading: Reading, rules: Rules) -> bool:
    """Whether the value counts and not the interval."""
    return gate.by_point or rules.by_point or reading.method == EXACT


def is_blocked(gate: Gate, reading: Reading, rules: Rules) -> bool:
    """Whether a Reading can decide nothing."""
    return bool(_obstacle(gate, reading, rules))


def _obstacle(gate: Gate, reading: Reading, rules: Rules) -> str:
    """Why nothing can be decided, or nothing."""
    name = named(reading)
    if reading.value is None:
        return f"{name}: {reading.note or 'nothing was measured'}"
    if is_currency(gate.unit) and gate.unit != reading.unit:
        return f"{name} is in {reading.unit or 'no known currency'}, the limit in {gate.unit}: they are not compared"
    missing = reading.not_judged / reading.asked if reading.asked else 0.0
    if missing > rules.not_judged_limit:
        return (
            f"{name}: {reading.not_judged:,} of {reading.asked:,} asked ({percent(missing)}) could not be judged, "
            f"more than {percent(rules.not_judged_limit)} is too much to decide"
        )
    return ""


def named(reading: Reading) -> str:
    """The Reading's name with its slice."""
    where = slice_name(reading)
    return f"{reading.name} of {where}" if where else reading.name


def _stands(gate: Gate, reading: Reading) -> str:
    reading = in_unit(gate, reading)
    value = against(reading.value or 0.0, gate.limit, reading.unit)
    inside = ", ".join(filter(None, [interval(reading), basis(reading)]))
    return f"{named(reading)} is {value}{f' ({inside})' if inside else ''}, the limit is {limit_of(gate, reading)}"


def limit_of(gate: Gate, reading: Reading) -> str:
    """The gate's limit in the Reading's unit."""
    return limit(gate.limit, reading.unit or gate.unit)


def in_unit(gate: Gate, reading: Reading) -> Reading:
    """The Reading in the gate's unit where it has none of its own."""
    return reading if reading.unit else msgspec.structs.replace(reading, unit=gate.unit)


def _by_what(gate: Gate, reading: Reading, rules: Rules, side: Side) -> str:
    if reading.method == EXACT:
        return ": a fact about this run, judged by its value"
    if by_value(gate, reading, rules):
        return ": judged by the value alone, not by the interval"
    if side == "wrong" and gate.op != "==":
        return f": the whole interval is {'below' if gate.op in ('>=', '>') else 'above'} it"
    return ""


def _what_would_decide(gate: Gate, reading: Reading, more: int | None) -> str:
    if more is not None:
        each = "case in both runs" if gate.compare and more == 1 else "cases in both runs" if gate.compare else ""
        return f"about {about(more)} more {each or ('case' if more == 1 else 'cases')} would decide"
    if reading.value is not None and abs(reading.value - gate.limit) <= 1e-9:
        return "the value stands on the limit, and no number of cases would decide while it does"
    if gate.op == "==":
        return "an interval is never one value, so write `>=` or `<=`"
    if reading.clusters < 2:
        return "one case has no interval"
    return "no number of cases that could be asked would decide"
