"""`in every TAG`: all slices must be on the right side, one on the wrong side is enough to miss."""

import math
from collections.abc import Sequence

from seatrial.core.gate import Gate
from seatrial.core.metric import Metric
from seatrial.core.reading import Reading
from seatrial.core.verdict import GateResult, Outcome
from seatrial.metrics.outcomes import Judgement, Rules, by_value, in_unit, is_blocked, judge_reading, limit_of, side_of
from seatrial.metrics.wording import about, count, listed, slice_name, value_with_interval


def judge_every(
    gate: Gate, metric: Metric, readings: Sequence[Reading], widened: Sequence[Reading], rules: Rules
) -> GateResult:
    """Hold the Readings of all slices to a gate.

    Met if every slice's interval is right: all must hold, so no correction is due (intersection-union test, Berger
    1982). Missed if any slice's interval is wrong after widening by Bonferroni over the slices.

    Args:
        gate: The gate, with `every`.
        metric: What is measured.
        readings: One for each slice, at least one.
        widened: The same at the widened confidence.
        rules: How gates are decided.
    """
    own = [judge_reading(gate, metric, reading, rules) for reading in readings]
    wrong = [
        reading
        for reading in widened
        if not is_blocked(gate, reading, rules) and side_of(gate, reading, rules) == "wrong"
    ]
    worst = _worst_first(readings)
    if wrong:
        why = _missed(gate, _worst_first(wrong), len(readings), rules)
        return GateResult(gate, Outcome.MISSED, worst, why, looks=rules.looks)
    judged = {reading.slice: each for reading, each in zip(readings, own, strict=True)}
    undecided = [reading for reading in worst if judged[reading.slice].outcome is not Outcome.MET]
    if undecided:
        more = [judged[reading.slice].more_cases for reading in undecided]
        total = None if None in more else sum(number or 0 for number in more)
        why = _undecided(undecided, [judged[reading.slice] for reading in undecided], total)
        return GateResult(gate, Outcome.UNDECIDED, worst, why, total, rules.looks)
    name, slices = gate.metric, count(len(readings), "slice")
    why = f"{name}: the worst of {slices} is {_one(gate, worst[0])}, the limit is {limit_of(gate, worst[0])}"
    why += ", judged by the value alone" if by_value(gate, worst[0], rules) else ""
    return GateResult(gate, Outcome.MET, worst, why, looks=rules.looks)


def _missed(gate: Gate, wrong: Sequence[Reading], slices: int, rules: Rules) -> str:
    widened = f", with its interval widened for {slices} slices" if slices > 1 else ""
    how = ", judged by the value alone" if by_value(gate, wrong[0], rules) else widened
    others = f"; it is missed by {listed([slice_name(each) for each in wrong[1:]])}, too" if len(wrong) > 1 else ""
    return f"{gate.metric}: {_one(gate, wrong[0])}{how}, misses the limit of {limit_of(gate, wrong[0])}{others}"


def _undecided(readings: Sequence[Reading], judged: Sequence[Judgement], total: int | None) -> str:
    first = judged[0].why
    if judged[0].outcome is Outcome.MISSED:
        first += ", but not with its interval widened for so many slices"
    if len(readings) == 1:
        return first
    in_all = f" (about {about(total)} more cases in all)" if total is not None else ""
    return f"{first}; not decided either: {listed([slice_name(each) for each in readings[1:]])}{in_all}"


def _one(gate: Gate, reading: Reading) -> str:
    return f"{slice_name(reading)} with {value_with_interval(in_unit(gate, reading))}"


def _worst_first(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """By value; of equal ones the less certain first, because that is where evidence is missing."""
    up = readings[0].direction == "up"

    def badness(reading: Reading) -> tuple[bool, float, float]:
        end = reading.low if up else reading.high
        value = math.inf if reading.value is None else reading.value
        return (
            reading.value is not None,
            value if up else -value,
            (end if up else -end) if end is not None else -math.inf,
        )

    return tuple(sorted(readings, key=badness))
