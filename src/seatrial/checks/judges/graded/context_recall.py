"""Does the context hold all that the reference says?"""

from typing import ClassVar

import msgspec

from seatrial.checks.arguments import Texts, as_texts
from seatrial.checks.built_in import refuse_nothing
from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.graded.base import Graded
from seatrial.checks.graded.claims import all_but, joined, split
from seatrial.checks.graded.juror import Juror, NoVerdict
from seatrial.checks.graded.jury import Verdict
from seatrial.core.check import Evidence, Need


class Attributed(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge replies about one claim."""

    reason: str = ""
    found: bool


class ContextRecall(Graded, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model finds every claim of the reference in the context, so that a right answer could be made of it.

    It judges what was retrieved, not the answer. The value is the share of claims that are found; it passes when all
    are, or with a `threshold` when so many are. `context` and `reference` win over those of the case (its reference
    answer, else its first right answer).
    """

    reference: Texts | None = None

    title = "context_recall"
    short: ClassVar[str | None] = "reference"
    prompt_name = "context_recall-1"
    after = "Es et al. 2023, RAGAS (context recall)"
    usual_needs = frozenset({Need.ANSWER, Need.REFERENCE, Need.CONTEXT})

    def prepare(self) -> None:
        """Refuse an empty reference."""
        super().prepare()
        refuse_nothing(self.title, self.reference)

    @property
    def needs(self) -> frozenset[Need]:
        """Reference and context, unless it has its own."""
        return super().needs if self.reference is None else super().needs - {Need.REFERENCE}

    async def verdict(self, juror: Juror, evidence: Evidence) -> Verdict:
        """Split the reference, and look for each claim in the context."""
        references = evidence.references if self.reference is None else as_texts(self.reference)
        if not references[0].strip():
            raise NoVerdict("The reference is empty: it claims nothing.")
        context = joined(self.documents(evidence))
        parts = {"QUESTION": evidence.interaction.request.question, "REFERENCE": references[0]}
        claims = await split(juror, parts, self.max_calls)
        found = await juror.ask_each([{"CONTEXT": context, "CLAIM": claim} for claim in claims], Attributed)
        missing = [("not found", claim) for claim, each in zip(claims, found, strict=True) if not each.found]
        counts = {"claims": float(len(claims)), "backed": float(len(claims) - len(missing))}
        share = 1.0 - len(missing) / len(claims)
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
