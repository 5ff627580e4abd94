"""Was the answer cheap enough?"""

import re
from functools import cached_property

from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.limits import Limit, Measuring, parse_limit
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Money
from seatrial.core.score import Score


class Cost(Measuring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer cost at most so much of a currency; without a known price it is not judged."""

    title = "cost"

    @cached_property
    def bounds(self) -> Limit:
        """The limit, whose unit is a currency."""
        limit = parse_limit(self.limit)
        if not re.fullmatch("[A-Z]{3}", limit.unit):
            raise Mistake(f"`{self.limit.strip()}` names no currency; write e.g. `cost <= 0.01 USD`")
        return limit

    @property
    def measure(self) -> str:
        """The limit's currency."""
        return self.bounds.unit

    def judge(self, evidence: Evidence) -> Score:
        """Compare amounts of one currency."""
        cost, limit = evidence.interaction.cost, self.bounds
        if cost is None:
            return self.cannot_say("The cost of this answer is not known.")
        if cost.currency != limit.unit:
            return self.cannot_say(f"The cost is in {cost.currency}, the limit in {limit.unit}.")
        return self.measured(cost.amount, f"It cost {cost.amount:.6g} {cost.currency}")

    @classmethod
    def example(cls) -> Example:
        """A fifth of a cent, and two cents."""
        cheap, dear = Money(2_000_000), Money(20_000_000)
        return Example("cost <= 0.01 USD", evidence_of("Yes.", cost=cheap), evidence_of("Yes.", cost=dear))
