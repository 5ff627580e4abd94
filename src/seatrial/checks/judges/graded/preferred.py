"""Does a model prefer the answer to another one, whichever of them it reads first?"""

from typing import ClassVar, Literal

import msgspec

from seatrial.checks.arguments import Building
from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.graded.base import Graded, target_of
from seatrial.checks.graded.desk import Desk
from seatrial.checks.graded.juror import Juror, NoVerdict
from seatrial.checks.graded.jury import Verdict
from seatrial.checks.graded.transcript import earlier
from seatrial.core.check import Evidence, Need
from seatrial.core.errors import Mistake

Pick = Literal["first", "second", "neither"]
_REFERENCE = "reference"
_VALUES = {"win": 1.0, "tie": 0.5, "loss": 0.0}


class Preference(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge replies."""

    reason: str = ""
    better: Pick


class Preferred(Graded, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model prefers the answer to that of another target, or to the reference, or finds them equally good.

    `against` names the target whose answer to the same question it is compared with; without it that is the case's
    reference answer (else its first right answer). The judge is asked twice, with the order swapped: what it prefers
    both times wins, anything else is a tie. The label is `win`, `tie` or `loss`, the value 1, 0.5 or 0; the parts count
    the orders in which it preferred one (`asked`) and the first (`first_picked`). It passes on a win or a tie, with
    `wins: true` on a win only. `text` says in plain words what is better; without it that is what serves whoever asked.
    """

    against: str = _REFERENCE
    text: str = ""
    wins: bool = False

    title = "preferred"
    short: ClassVar[str | None] = "against"
    prompt_name = "preferred-1"
    after = "Zheng et al. 2023, Judging LLM-as-a-Judge (pairwise, positions swapped)"
    usual_needs = frozenset({Need.ANSWER, Need.REFERENCE})

    def prepare(self) -> None:
        """Refuse an empty name, and too few requests for both orders."""
        super().prepare()
        if not self.against.strip():
            raise Mistake("`preferred` has an empty `against`; name a target, or write `reference`")
        if self.max_calls < 2:
            raise Mistake("`preferred` asks twice: its `max_calls` is at least 2")

    @property
    def asks(self) -> tuple[str, ...]:
        """The judges, and the target whose answers are compared."""
        return self.names if self.against == _REFERENCE else (*self.names, self.against)

    @property
    def needs(self) -> frozenset[Need]:
        """The answer, and a reference unless another target answers."""
        return self.usual_needs if self.against == _REFERENCE else self.usual_needs - {Need.REFERENCE}

    def settle_in(self, building: Building) -> None:
        """Find the target that it is compared with."""
        if self.against != _REFERENCE:
            self.__dict__["other"] = building.desks.of(
                target_of(self.against, self.title, building.targets, "answers, too")
            )

    async def verdict(self, juror: Juror, evidence: Evidence) -> Verdict:
        """Get the other answer, and ask in both orders."""
        ours, theirs = evidence.text, await self._other(juror, evidence)
        if ours.strip() == theirs.strip():
            return self._verdict((), "The two answers are the same.")
        parts = self.material(evidence)
        del parts["ANSWER"]
        if self.text:
            parts["CRITERION"] = self.text
        if before := earlier(evidence):
            parts["EARLIER"] = before
        orders = ({"FIRST": ours, "SECOND": theirs}, {"FIRST": theirs, "SECOND": ours})
        found = await juror.ask_each([{**parts, **order} for order in orders], Preference)
        picks = tuple(each.better for each in found)
        return self._verdict(picks, _said(picks, found[0].reason.strip()))

    def _verdict(self, picks: tuple[Pick, ...], reason: str) -> Verdict:
        label = _label(picks)
        passed = label == "win" or (label == "tie" and not self.wins)
        decided = len(picks) - picks.count("neither")
        parts = {"first_picked": float(picks.count("first")), "asked": float(decided)}
        return Verdict(passed=passed, value=_VALUES[label], reason=reason, label=label, parts=parts)

    async def _other(self, juror: Juror, evidence: Evidence) -> str:
        desk: Desk | None = self.__dict__.get("other")
        if desk is None:
            return evidence.references[0]
        asked = await desk.ask(evidence.interaction.request)
        juror.costs.append(asked.cost)
        if asked.answer is None:
            why = f": {asked.failure.message}" if asked.failure else ""
            raise NoVerdict(f"`{self.against}` gave no answer to compare with{why}.")
        return asked.answer.text

    @classmethod
    def example(cls) -> Example:
        """An answer that is better than the reference, and one that is worse."""
        better = evidence_of("At 21:40.", question="When does it leave?", expect=["In the evening."])
        worse = evidence_of("Who knows?", question="When does it leave?", expect=["At 21:40."])
        return Example("preferred", better, worse)


def _label(picks: tuple[Pick, ...]) -> str:
    """What the picks mean for ours, which stood first and then second."""
    if picks == ("first", "second"):
        return "win"
    return "loss" if picks == ("second", "first") else "tie"


def _said(picks: tuple[Pick, ...], reason: str) -> str:
    label = _label(picks)
    if label == "tie" and picks != ("neither", "neither"):
        return f"tie: in one order the judge preferred the {picks[0]}, swapped the {picks[1]}."
    return f"{label}: {reason}" if reason else f"{label}."
