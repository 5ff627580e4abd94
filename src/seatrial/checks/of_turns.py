"""Checks that hold another Check against turns of a Dialogue."""

from collections.abc import Awaitable

from seatrial.checks.composed import Wrapping, said
from seatrial.checks.turns import judged_each, needs_of, turns_of
from seatrial.core.check import Evidence, Need
from seatrial.core.score import Score


class OfTurns(Wrapping, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Check made of another one that judges turns; the inner one may have to be waited for."""

    @property
    def needs(self) -> frozenset[Need]:
        """What the inner one needs of the whole Dialogue."""
        return needs_of(self.check)

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
