"""Do several Checks pass by weight?"""

import math
from collections.abc import Awaitable
from typing import Any, ClassVar, Literal

import msgspec

from seatrial.checks.arguments import Building, Inner, filled
from seatrial.checks.built_in import BuiltIn
from seatrial.checks.composed import dearest, judged_together, said
from seatrial.checks.evidence import Example, examples_of
from seatrial.core.check import Check, Evidence, Expense, Need
from seatrial.core.errors import Mistake
from seatrial.core.score import Score


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An inner check with its weight."""

    check: Inner
    weight: float = 1.0


class Weighted(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weighted share of inner checks that pass reaches a threshold; not judged when one of them was not.

    `by: value` takes the inner checks' values (0 to 1) instead of pass and fail.
    """

    checks: tuple[Part, ...]
    threshold: float
    by: Literal["passed", "value"] = "passed"

    title = "weighted"
    time_limit: ClassVar[float | None] = None

    @property
    def parts(self) -> tuple[Check, ...]:
        """The inner Checks."""
        return tuple(part.check for part in self.checks)

    @property
    def cost(self) -> Expense:
        """That of the dearest inner one."""
        return dearest(self.parts)

    @property
    def needs(self) -> frozenset[Need]:
        """What the inner ones need, all together."""
        return frozenset[Need]().union(*[check.needs for check in self.parts])

    def prepare(self) -> None:
        """Refuse weights and thresholds that make no sense."""
        weights = [part.weight for part in self.checks]
        if not weights or not all(math.isfinite(each) and each >= 0 for each in weights) or not sum(weights):
            raise Mistake("`weighted` needs checks with weights from 0 on, at least one of them above 0")
        if not 0 <= self.threshold <= 1:
            raise Mistake(f"the `threshold` of `weighted` is a share from 0 to 1, not {self.threshold}")

    def judge(self, evidence: Evidence) -> Score | Awaitable[Score]:
        """Judge by all inner ones, and weigh."""
        return judged_together(self.parts, evidence, self._weigh)

    def _weigh(self, scores: tuple[Score, ...]) -> Score:
        total = reached = 0.0
        for part, score in zip(self.checks, scores, strict=True):
            value = score.value if self.by == "value" else float(score.passed is True)
            if score.passed is None:
                return self.cannot_say(f"{said(score)}.")
            if value is None or not 0 <= value <= 1:
                return self.cannot_say(f"The value of {score.name} is {value}, which is no share from 0 to 1.")
            total += part.weight
            reached += part.weight * value
        share = reached / total
        lost = [score.name for score in scores if not score.passed]
        failed = f"; failed: {', '.join(lost)}" if lost else ""
        passed = share >= self.threshold - 1e-12
        return self.says(passed, f"{share:.3g} of the weight, wanted is {self.threshold:g}{failed}.", share)

    @classmethod
    def from_spec(cls, value: Any, building: Building) -> Check:
        """Build the inner Checks, too."""
        made = filled(cls, cls.arguments_of(value))
        parts = [Part(check=building.make(part.check), weight=part.weight) for part in made.checks]
        return msgspec.structs.replace(made, checks=tuple(parts))

    @classmethod
    def example(cls) -> Example:
        """The right time counts more than a short answer."""
        parts = [{"check": {"contains": "21:40"}, "weight": 2}, {"check": "length <= 20"}]
        spec = {"weighted": {"checks": parts, "threshold": 0.6}}
        return examples_of(spec, "The last ferry leaves at 21:40.", "At 20:15.")
