"""Is every claim of the answer backed by the context?"""

from typing import Literal

import msgspec

from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.graded.base import Graded
from seatrial.checks.graded.claims import all_but, joined, split
from seatrial.checks.graded.juror import Juror, NoVerdict
from seatrial.checks.graded.jury import Verdict
from seatrial.core.check import Evidence, Need

_FAULTS = {"contradicts": "contradicted", "silent": "not mentioned"}


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge replies about one claim: what the context does to it."""

    reason: str = ""
    context: Literal["backs", "contradicts", "silent"]


class Faithful(Graded, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model finds every claim of the answer backed by the context.

    The answer is split into claims, and each is judged by the context alone: backed, contradicted or not mentioned. The
    value is the share of backed claims; it passes when all are, or with a `threshold` when so many are. `context` wins
    over that of the case. An answer that is empty or claims nothing is not judged, and neither is one with more claims
    than `max_calls` allows.
    """

    title = "faithful"
    prompt_name = "faithful-1"
    after = "Es et al. 2023, RAGAS (faithfulness)"
    usual_needs = frozenset({Need.ANSWER, Need.CONTEXT})

    async def verdict(self, juror: Juror, evidence: Evidence) -> Verdict:
        """Split the answer, and hold each claim against the context."""
        if not evidence.text.strip():
            raise NoVerdict("The answer is empty: it claims nothing.")
        context = joined(self.documents(evidence))
        parts = {"QUESTION": evidence.interaction.request.question, "ANSWER": evidence.text}
        claims = await split(juror, parts, self.max_calls)
        found = await juror.ask_each([{"CONTEXT": context, "CLAIM": claim} for claim in claims], Relation)
        relations = [each.context for each in found]
        faults = [
            (_FAULTS[relation], claim) for claim, relation in zip(claims, relations, strict=True) if relation != "backs"
        ]
        parts_of_score = {
            "claims": float(len(claims)),
            "backed": float(relations.count("backs")),
            "contradicted": float(relations.count("contradicts")),
        }
        share = relations.count("backs") / len(claims)
        return Verdict(passed=not faults, value=share, reason=all_but(claims, faults), parts=parts_of_score)

    @classmethod
    def example(cls) -> Example:
        """A time that stands in the context, and one that does not."""
        question = "When does the last ferry leave?"
        context = ["The last ferry to Saltholm leaves at 21:40."]
        backed = evidence_of("It leaves at 21:40.", question=question, context=context)
        made_up = evidence_of("It leaves at ten.", question=question, context=["Dogs travel free of charge."])
        return Example("faithful", backed, made_up)
