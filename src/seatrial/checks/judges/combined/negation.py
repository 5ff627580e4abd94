"""Does another Check fail?"""

from collections.abc import Awaitable, Mapping
from typing import Any, ClassVar

import msgspec

from seatrial.checks.arguments import Building, Inner, filled
from seatrial.checks.built_in import BuiltIn
from seatrial.checks.composed import judged_together
from seatrial.checks.evidence import Example, examples_of
from seatrial.core.check import Check, Evidence, Expense, Need
from seatrial.core.score import Score


class Not(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The inner check fails; what it could not judge stays not judged."""

    check: Inner

    title = "not"
    short: ClassVar[str | None] = "check"
    time_limit: ClassVar[float | None] = None

    @property
    def cost(self) -> Expense:
        """That of the inner one."""
        cost: Expense = self.check.cost
        return cost

    @property
    def needs(self) -> frozenset[Need]:
        """What the inner one needs."""
        needs: frozenset[Need] = self.check.needs
        return needs

    def judge(self, evidence: Evidence) -> Score | Awaitable[Score]:
        """Judge by the inner one, and turn it round."""
        return judged_together((self.check,), evidence, self._turned)

    def _turned(self, scores: tuple[Score, ...]) -> Score:
        [inner] = scores
        return self.cannot_say(inner.reason) if inner.passed is None else self.says(not inner.passed, inner.reason)

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
        name = made.name if "name" in arguments else f"not {inner.name}"
        return msgspec.structs.replace(made, check=inner, name=name)

    @classmethod
    def example(cls) -> Example:
        """A phrase that must not be there."""
        spec = {"not": {"contains_any": ["As an AI", "I cannot browse"]}}
        return examples_of(spec, "At 21:40.", "As an AI I have no timetable.")
