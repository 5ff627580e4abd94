"""Does the context hold all that the reference says?"""

import msgspec

from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.graded.claims import all_but, joined, split
from seatrial.checks.graded.juror import Juror
from seatrial.checks.graded.jury import Verdict
from seatrial.checks.graded.references import ByReference
from seatrial.core.check import Evidence, Need


class Attributed(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge replies about one claim."""

    reason: str = ""
    found: bool


class ContextRecall(ByReference, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model finds every claim of the reference in the context, so that a right answer could be made of it.

    It judges what was retrieved, not the answer. The value is the share of claims that are found; it passes when all
    are, or with a `threshold` when so many are. `context` and `reference` win over those of the case (its reference
    answer, else its first right answer).
    """

    title = "context_recall"
    prompt_name = "context_recall-1"
    after = "Es et al. 2023, RAGAS (context recall)"
    usual_needs = frozenset({Need.ANSWER, Need.REFERENCE, Need.CONTEXT})

    async def verdict(self, juror: Juror, evidence: Evidence) -> Verdict:
        """Split the reference, and look for each claim in the context."""
        reference, *_ = self.references(evidence)
        context = joined(self.documents(evidence))
        parts = {"QUESTION": evidence.interaction.request.question, "REFERENCE": reference}
        claims = await split(juror, parts, self.max_calls)
        found = await juror.ask_each([{"CONTEXT": context, "CLAIM": claim} for claim in claims], Attributed)
        missing = [("not found", claim) for claim, each in zip(claims, found, strict=True) if not each.found]
        counts = {"claims": float(len(claims)), "backed": float(len(claims) - len(missing))}
        share = counts["backed"] / counts["claims"]
        return Verdict(passed=not missing, value=share, reason=all_but(claims, missing), parts=counts)

    @classmethod
    def example(cls) -> Example:
        """Documents that hold the right answer, and others."""
        asked, right = "When does the last ferry leave?", ["It leaves twenty minutes before ten."]
        good, bad = (
            evidence_of("No idea.", question=asked, expect=right, context=[text])
            for text in ("The last ferry leaves at 21:40.", "Dogs travel free.")
        )
        return Example("context_recall", good, bad)
