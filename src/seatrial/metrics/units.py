"""Whether a gate's limit is in the unit of its metric: found out before anything is asked."""

from typing import Final

from seatrial.core.errors import Mistake
from seatrial.core.gate import Gate
from seatrial.core.metric import Metric
from seatrial.metrics.amounts import MONEY

_EXAMPLES: Final = {
    "rate": "95%",
    "s": "2s or 300ms",
    MONEY: "3 USD",
    "tokens": "300 tokens",
    "turns": "3 turns",
    "": "0.8",
}


def check_unit(gate: Gate, metric: Metric) -> None:
    """Refuse a limit that cannot be compared with what the metric measures.

    Raises:
        Mistake: The units differ, or a rate lies outside 0 to 100 %.
    """
    unit = metric.unit
    if not _fits(gate, metric):
        example = _EXAMPLES.get(unit, f"3 {unit}")
        raise Mistake(f"the limit of `{gate.text}` does not fit: {metric.name} wants one such as {example}")
    if unit != "rate":
        return
    lowest = -1.0 if gate.compare else 0.0
    if not lowest <= gate.limit <= 1:
        meant = gate.unit == "" and 100 * lowest <= gate.limit <= 100
        hint = f"did you mean {gate.limit:g}%?" if meant else "it lies within 0% to 100%"
        raise Mistake(f"the limit of `{gate.text}` cannot be: {metric.name} is a rate; {hint}")


def is_currency(unit: str) -> bool:
    """Whether a unit is a currency's code."""
    return len(unit) == 3 and unit.isalpha() and unit.isupper()


def _fits(gate: Gate, metric: Metric) -> bool:
    if metric.unit == "s":
        # A bare number could be meant in milliseconds; nothing is nothing in both.
        return gate.unit == "s" or (gate.unit == "" and gate.limit == 0)
    if metric.unit == MONEY:
        return gate.unit == "" or is_currency(gate.unit)
    if metric.unit == "":
        # A check measures in a unit of its own, of which only it knows.
        return gate.unit in ("", "rate") or (metric.name.startswith("checks.") and gate.unit in ("s", "tokens"))
    return gate.unit in ("", metric.unit)
