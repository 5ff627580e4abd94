"""Checks that hold another Check against turns of a Dialogue."""

from collections.abc import Awaitable, Mapping
from typing import Any, ClassVar

import msgspec

from seatrial.checks.arguments import Building, Inner, filled
from seatrial.checks.built_in import BuiltIn
from seatrial.checks.composed import said
from seatrial.checks.turns import judged_each, needs_of, turns_of
from seatrial.core.check import Check, Evidence, Expense, Need
from seatrial.core.score import Score


class OfTurns(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Check made of another one that judges turns; the inner one may have to be waited for."""

    check: Inner

    short: ClassVar[str | None] = "check"
    time_limit: ClassVar[float | None] = None

    @property
    def cost(self) -> Expense:
        """That of the inner one."""
        cost: Expense = self.check.cost
        return cost

    @property
    def needs(self) -> frozenset[Need]:
        """What the inner one needs of the whole Dialogue."""
        return needs_of(self.check)

    def wrapping(self, inner: str) -> str:
        """Its name over an inner one of this name."""
        return f"{self.title} {inner}"

    def judge(self, evidence: Evidence) -> Score | Awaitable[Score]:
        """Judge every turn, and combine."""
        return judged_each(self.check, turns_of(evidence), self.combine)

    def combine(self, scores: tuple[Score, ...]) -> Score:
        """One Score of those of the turns, in their order."""
        raise NotImplementedError

    def turn_that(self, scores: tuple[Score, ...], passed: bool | None) -> str:
        """`Turn 2 of 3: ...`: the first turn that came out so."""
        at, found = next((at, each) for at, each in enumerate(scores, 1) if each.passed is passed)
        return f"Turn {at} of {len(scores)}: {said(found)}."

    @classmethod
    def arguments_of(cls, value: Any) -> Mapping[str, Any]:
        """A mapping with the key `check` holds arguments; anything else is the inner check itself."""
        if isinstance(value, Mapping) and "check" in value:
            return value
        return {} if value is None else {"check": value}

    @classmethod
    def from_spec(cls, value: Any, building: Building) -> Check:
        """Build the inner Check, too."""
        arguments = cls.arguments_of(value)
        made = filled(cls, arguments)
        inner = building.make(made.check)
        name = made.name if "name" in arguments else made.wrapping(inner.name)
        return msgspec.structs.replace(made, check=inner, name=name)
