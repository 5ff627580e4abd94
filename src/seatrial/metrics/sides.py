"""On which side of a gate's limit a value or an interval lies."""

import math
from typing import Literal

from seatrial.core.gate import Gate
from seatrial.core.reading import Reading

Side = Literal["right", "wrong", "across"]


def side_of_value(gate: Gate, value: float) -> Side:
    """Right or wrong, by the value alone."""
    return "right" if gate.holds(_snapped(value, gate.limit)) else "wrong"


def side_of_interval(gate: Gate, reading: Reading) -> Side:
    """Right when the whole interval is, wrong when the whole interval is, else across; a missing end has no bound."""
    low = -math.inf if reading.low is None else _snapped(reading.low, gate.limit)
    high = math.inf if reading.high is None else _snapped(reading.high, gate.limit)
    if gate.op == "==":
        inside = low <= gate.limit <= high
        return "right" if low == gate.limit == high else "across" if inside else "wrong"
    # The operators are monotone: what holds for both ends holds for all between.
    ends = {gate.holds(low), gate.holds(high)}
    return "across" if len(ends) == 2 else "right" if ends == {True} else "wrong"


def _snapped(value: float, limit: float) -> float:
    """The limit itself when a value differs from it by rounding only."""
    return limit if math.isclose(value, limit, rel_tol=1e-9, abs_tol=1e-12) else value
