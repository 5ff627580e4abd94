"""Checks made of Checks: how the inner ones are built and judged."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from seatrial.checks.arguments import Building, Inner, filled
from seatrial.checks.boundary import begin, settle_all
from seatrial.checks.built_in import BuiltIn
from seatrial.checks.costs import total
from seatrial.core.check import Check, Evidence, Expense, Need
from seatrial.core.errors import Mistake
from seatrial.core.score import Score

_DEAREST: tuple[Expense, ...] = ("free", "cheap", "model")


def judged_together(
    checks: tuple[Check, ...], evidence: Evidence, combine: Callable[[tuple[Score, ...]], Score]
) -> Score | Awaitable[Score]:
    """One Score of several: at once when all inner ones come at once."""
    begun = [begin(check, evidence) for check in checks]
    done = tuple([each for each in begun if isinstance(each, Score)])
    if len(done) == len(begun):
        return paid(combine(done), done)

    async def wait() -> Score:
        scores = await settle_all(checks, begun)
        return paid(combine(scores), scores)

    return wait()


def paid(score: Score, inner: Sequence[Score]) -> Score:
    """The Score with what the inner ones cost together; where one of them is a model's word, so is it."""
    cost = total(each.cost for each in inner)
    source = "model" if any(each.source == "model" for each in inner) else score.source
    if cost is None and source == score.source:
        return score
    return msgspec.structs.replace(score, cost=cost, source=source)


def dearest(checks: tuple[Check, ...]) -> Expense:
    """The cost of the dearest."""
    return max((check.cost for check in checks), key=_DEAREST.index)


def said(score: Score) -> str:
    """An inner Score inside a reason: `latency: It took 4 s, outside <= 3s`."""
    return f"{score.name}: {score.reason.rstrip('.')}"


class Composed(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A Check made of others; what it needs is what none of them can do without."""

    checks: tuple[Inner, ...]

    short: ClassVar[str | None] = "checks"
    time_limit: ClassVar[float | None] = None

    @classmethod
    def from_spec(cls, value: Any, building: Building) -> Check:
        """Build the inner Checks, too."""
        made = filled(cls, cls.arguments_of(value))
        return made.over(tuple(building.make(spec) for spec in made.checks))

    @property
    def cost(self) -> Expense:
        """That of the dearest inner one."""
        return dearest(self.checks)

    @property
    def needs(self) -> frozenset[Need]:
        """What none of the inner ones can do without; each finds out for itself what else it lacks."""
        return frozenset.intersection(*[check.needs for check in self.checks])

    def prepare(self) -> None:
        """Refuse an empty list."""
        if not self.checks:
            raise Mistake(f"`{self.title}` is empty; list at least one check")

    def judge(self, evidence: Evidence) -> Score | Awaitable[Score]:
        """Judge by all inner ones, and combine."""
        return judged_together(self.checks, evidence, self.combine)

    def combine(self, scores: tuple[Score, ...]) -> Score:
        """One Score of the inner ones', in their order."""
        raise NotImplementedError

    def over(self, checks: tuple[Check, ...]) -> Check:
        """The same over Checks that are built."""
        return msgspec.structs.replace(self, checks=checks)


class Wrapping(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A Check around one other, which stands behind its name or behind the key `check`."""

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
        """What the inner one needs."""
        needs: frozenset[Need] = self.check.needs
        return needs

    def wrapping(self, inner: str) -> str:
        """Its name over an inner one of this name."""
        return f"{self.title} {inner}"

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
