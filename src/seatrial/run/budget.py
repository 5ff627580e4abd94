"""What a run may cost: nothing more is started when what is spent and what is in flight would pass the limit."""

import asyncio
from collections.abc import Sequence

from seatrial.core.interaction import Interaction, Money
from seatrial.core.score import Score

_KNOWN = 10
"""Attempts after which their own mean cost is trusted more than the estimate made before the run."""


class Budget:
    """Money spent and, by estimate, in flight. Without a limit it lets everything pass.

    The estimate of an attempt in flight is the mean of those that are over, judging included; until ten are, the
    estimate made before the run where that is higher. A judge whose price is not known counts nothing.
    """

    def __init__(self, limit: Money | None) -> None:
        self._limit = limit
        self._spent = self._paid = self._flying = 0
        self._ended = asyncio.Event()
        self.refusal: str | None = None
        """Why nothing more may be started."""

    async def start(self, expected: Money | None) -> bool:
        """Wait until one more attempt fits, and count it as in flight; False when it will never fit."""
        if self._limit is None:
            return True
        while self.refusal is None and not self._fits(expected):
            if self._flying == 0:
                self.refusal = f"the cost limit of {_shown(self._limit)} would be passed, {self._spent_so_far()}"
                break
            await self._ended.wait()
        if self.refusal is not None:
            return False
        self._flying += 1
        return True

    def passed(self, dialogue: Sequence[Interaction]) -> bool:
        """Whether an attempt in flight has passed the limit with what it cost so far; then that ends the run."""
        limit = self._limit
        if limit is None:
            return False
        costs = [each.cost.nanos for each in dialogue if each.cost and each.cost.currency == limit.currency]
        if self._spent + sum(costs) > limit.nanos:
            spent = Money(self._spent + sum(costs), limit.currency)
            self.refusal = self.refusal or f"the cost limit of {_shown(limit)} is passed, {_shown(spent)} is spent"
            return True
        return False

    def end(self, dialogue: Sequence[Interaction]) -> None:
        """An attempt is over."""
        if self._limit is None:
            return
        self._flying -= 1
        self.add(dialogue)
        self._ended.set()
        self._ended = asyncio.Event()

    def add(self, dialogue: Sequence[Interaction]) -> None:
        """Count what was paid for these answers."""
        if self._limit is None:
            return
        for interaction in dialogue:
            cost = interaction.cost
            if cost is not None and cost.currency == self._limit.currency:
                self._spent += cost.nanos
            elif interaction.answer is not None and interaction.served_by == "upstream":
                what = f"its price is in {cost.currency}" if cost else f"no price of {interaction.model} is known"
                self.refusal = f"the cost limit of {_shown(self._limit)} cannot be kept: {what}"
        self._paid += bool(dialogue)

    def spend(self, cost: Money) -> None:
        """Count what simulated users cost in earlier processes of this run."""
        if self._limit is not None and cost.currency == self._limit.currency:
            self._spent += cost.nanos

    def judged(self, scores: Sequence[Score]) -> None:
        """Count what judging cost."""
        if self._limit is None:
            return
        for score in scores:
            if score.cost is None or not score.cost.nanos:
                continue
            if score.cost.currency == self._limit.currency:
                self._spent += score.cost.nanos
            else:
                what = f"the judge of `{score.name}` has its price in {score.cost.currency}"
                self.refusal = f"the cost limit of {_shown(self._limit)} cannot be kept: {what}"

    def _fits(self, expected: Money | None) -> bool:
        limit = self._limit
        if limit is None:
            return True
        each = self._spent / self._paid if self._paid else 0.0
        if self._paid < _KNOWN and expected is not None and expected.currency == limit.currency:
            each = max(each, expected.nanos)
        return self._spent + (self._flying + 1) * each <= limit.nanos

    def _spent_so_far(self) -> str:
        limit = self._limit or Money(0)
        return f"{_shown(Money(self._spent, limit.currency))} is spent"


def _shown(money: Money) -> str:
    return f"{money.amount:.6f}".rstrip("0").rstrip(".") + f" {money.currency}"
