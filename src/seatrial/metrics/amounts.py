"""Tokens and cost: how much an answer takes, and how much the run took."""

import math
from array import array
from collections.abc import Mapping
from typing import Final, cast

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.metric import Metric
from seatrial.core.reading import Direction, Reading
from seatrial.metrics import rows
from seatrial.metrics.means import Mean
from seatrial.metrics.nearest import did_you_mean
from seatrial.metrics.rows import EXACT, Cells
from seatrial.metrics.wording import count, listed

MONEY: Final = "currency"
"""The unit of a cost metric; its Readings carry the currency of their Batch."""
TOKENS: Final[dict[str, Cells]] = {
    "input": rows.column("tokens_in"),
    "output": rows.column("tokens_out"),
    "cached": rows.column("tokens_cached"),
    "total": lambda batch: rows.where(batch, ("tokens_in", "tokens_out"), lambda sent, got: sent + got),
}
COSTS: Final = {"mean": 1.0, "per_1000": 1000.0}


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """The sum over the run: a fact about it, judged by its value.

    Where an answer's amount is not known the sum is only a lower bound.
    """

    name: str
    cells: Cells
    unit: str
    direction: Direction = "down"
    absent: str = "nothing was measured"

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The sum, over how many of how many asked."""
        cells = self.cells(batch)
        values, cases = rows.present(batch, cells)
        empty = Reading(
            self.name, None, asked=len(batch), unit=self.unit, direction=self.direction, confidence=confidence
        )
        if not values:
            return rows.nothing(empty, batch, self.absent)
        total, unknown = math.fsum(values), rows.unknown(batch, cells)
        found = msgspec.structs.replace(empty, value=total, n=len(values), clusters=len(set(cases)), method=EXACT)
        if not unknown:
            return found
        note = f"at least: the amount of {unknown} answers is not known"
        return msgspec.structs.replace(found, low=total, method="sum of what is known", note=note)


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What answers cost, in units of the Batch's currency; a Reading without a value when no price is known."""

    name: str
    inner: Mean | Total
    unit: str = MONEY
    direction: Direction = "down"

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The amount, over how many of how many asked."""
        found = self.inner.measure(batch, confidence)
        note, unknown = found.note, rows.unknown(batch, self.cells(batch))
        if found.value is None and rows.answered(batch):
            note = _no_price(batch)
        elif unknown and not note:
            note = f"the cost of {count(unknown, 'answer')} is not known"
        return msgspec.structs.replace(found, name=self.name, unit=batch.currency or "", note=note)

    def cells(self, batch: Batch) -> "array[float]":
        """What each row cost."""
        return self.inner.cells(batch)


class CostPerAnswer(Cost, frozen=True, kw_only=True):
    """A mean cost, which can be compared case by case."""

    def per_case(self, batch: Batch) -> Mapping[str, float]:
        """The mean within each case."""
        return rows.means_by_case(batch, self.cells(batch))


def tokens(name: str) -> Metric:
    """`tokens.input.mean`, `tokens.total.total`, ...

    Raises:
        Mistake: There is no such figure of tokens.
    """
    kind, _, figure = name.removeprefix("tokens.").partition(".")
    if kind not in TOKENS or figure not in ("mean", "total"):
        known = [f"tokens.{kind}.{figure}" for kind in TOKENS for figure in ("mean", "total")]
        raise Mistake(f"`{name}` is no metric; {did_you_mean(name, known)}")
    absent = "no token counts: the endpoint did not say"
    made = Mean if figure == "mean" else Total
    return cast("Metric", made(name=name, cells=TOKENS[kind], unit="tokens", direction="down", absent=absent))


def cost(name: str) -> Metric:
    """`cost.mean` of an answer, `cost.per_1000` answers, `cost.total` of the run.

    Raises:
        Mistake: There is no such figure of cost.
    """
    figure = name.removeprefix("cost.")
    if figure == "total":
        return Cost(name=name, inner=Total(name=name, cells=rows.column("cost"), unit=MONEY))
    if figure not in COSTS:
        raise Mistake(f"`{name}` is no metric; {did_you_mean(figure, [*COSTS, 'total'])}")
    factor = COSTS[figure]
    cells: Cells = lambda batch: array("d", (factor * value for value in batch.column("cost")))  # noqa: E731
    return CostPerAnswer(name=name, inner=Mean(name=name, cells=cells, unit=MONEY, direction="down"))


def _no_price(batch: Batch) -> str:
    suites = batch.values_of("suite")
    whose = f"the target of suite {listed(suites)}" if suites else "these answers"
    return f"no price is known for {whose}: give the target a `price`"
