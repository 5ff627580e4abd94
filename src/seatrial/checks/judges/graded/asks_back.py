"""Does the assistant ask back where the request is ambiguous, and only there?"""

import msgspec

from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.graded.base import Graded
from seatrial.checks.graded.juror import Juror
from seatrial.checks.graded.jury import EMPTY, Verdict
from seatrial.checks.graded.transcript import exchange
from seatrial.core.check import Evidence


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge replies."""

    reason: str = ""
    ambiguous: bool
    asks: bool


class AsksBack(Graded, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model finds that the assistant asks back when the request is ambiguous, and not when it is clear.

    `ambiguous` says which it is; without it the judge decides that, too. The label is `asks` or `answers`, the truth
    what it should have done. An empty answer fails.
    """

    ambiguous: bool | None = None

    title = "asks_back"
    prompt_name = "asks_back-1"
    after = "Aliannejadi et al. 2019, Asking clarifying questions"

    async def verdict(self, juror: Juror, evidence: Evidence) -> Verdict:
        """Ask whether the question is ambiguous, and whether the answer asks."""
        if not evidence.text.strip():
            return EMPTY
        found = await juror.ask(exchange(evidence), Asking)
        wanted = found.ambiguous if self.ambiguous is None else self.ambiguous
        passed = found.asks == wanted
        counts = {"ambiguous": float(wanted), "asks": float(found.asks)}
        does = "asks" if found.asks else "does not ask"
        said = f"The request is {'ambiguous' if wanted else 'clear'}, the answer {does}"
        reason = f"{said}: {found.reason.strip()}" if found.reason.strip() else f"{said}."
        label = "asks" if found.asks else "answers"
        return Verdict(passed=passed, value=float(passed), reason=reason, label=label, parts=counts)

    @classmethod
    def example(cls) -> Example:
        """A question back about what is missing, and an answer that guesses."""
        question = "When does it leave?"
        asking = evidence_of("Which one, that of 21:40?", question=question)
        return Example({"asks_back": {"ambiguous": True}}, asking, evidence_of("In the morning.", question=question))
