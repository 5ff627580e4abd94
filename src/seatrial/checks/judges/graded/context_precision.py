"""Do the documents that help stand before those that do not?"""

from collections.abc import Sequence

import msgspec

from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.graded.claims import joined
from seatrial.checks.graded.juror import Juror, NoVerdict
from seatrial.checks.graded.jury import Verdict
from seatrial.checks.graded.references import ByReference
from seatrial.core.check import Evidence, Need

_HALF = 0.5


class Usefulness(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge replies about one document."""

    reason: str = ""
    useful: bool


class ContextPrecision(ByReference, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model finds that the documents which help to the right answer stand first.

    It judges what was retrieved, document by document, by the reference (the case's reference answer, else its first
    right answer); without one by the answer. The value is the mean, over the documents that help, of the share of
    helping ones up to each: 1 when all of them come first, 0 when none helps. It passes from 0.5 on, or from the
    `threshold` on. `context` and `reference` win over those of the case.
    """

    title = "context_precision"
    prompt_name = "context_precision-1"
    after = "RAGAS (context precision, weighted by rank)"
    usual_needs = frozenset({Need.ANSWER, Need.CONTEXT})

    async def verdict(self, juror: Juror, evidence: Evidence) -> Verdict:
        """Ask about each document."""
        documents = self.documents(evidence)
        joined(documents)
        if len(documents) > self.max_calls:
            raise NoVerdict(f"Judging {len(documents)} documents takes more than {self.max_calls} requests.")
        references = self.known_references(evidence)
        known = {"REFERENCE": references[0]} if references else {"ANSWER": evidence.text}
        parts = {"QUESTION": evidence.interaction.request.question, **known}
        found = await juror.ask_each([{**parts, "DOCUMENT": each} for each in documents], Usefulness)
        useful = [each.useful for each in found]
        value = average_precision(useful)
        at = ", ".join(str(place) for place, each in enumerate(useful, 1) if each)
        of = "one document" if len(useful) == 1 else f"{len(useful)} documents"
        reason = f"Of {of}, help: number {at}." if at else f"Of {of}, none helps."
        counts = {"documents": float(len(useful)), "useful": float(sum(useful))}
        return Verdict(passed=value >= _HALF, value=value, reason=reason, parts=counts)

    @classmethod
    def example(cls) -> Example:
        """A document that holds the answer, and one that does not."""
        asked, right = "When does the last ferry leave?", ["Twenty minutes before ten."]
        good, bad = (
            evidence_of("No idea.", question=asked, expect=right, context=[text])
            for text in ("The last ferry leaves at 21:40.", "Dogs travel free.")
        )
        return Example("context_precision", good, bad)


def average_precision(useful: Sequence[bool]) -> float:
    """Mean of precision@k over the places k of useful items; 0 when none is.

    As RAGAS defines context precision: sum of precision@k times usefulness at k, over the number of useful items.
    """
    total, found = 0.0, 0
    for place, each in enumerate(useful, 1):
        if each:
            found += 1
            total += found / place
    return total / found if found else 0.0
