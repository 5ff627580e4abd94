"""Is the context what the question needs?"""

from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.graded.base import Graded
from seatrial.checks.graded.claims import joined
from seatrial.checks.graded.judgement import Judgement
from seatrial.checks.graded.juror import Juror
from seatrial.checks.graded.jury import Verdict
from seatrial.core.check import Evidence, Need


class ContextRelevant(Graded, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model finds that the context holds what is needed to answer the question.

    It judges what was retrieved, not the answer, and needs no reference. The value is the share of the context that is
    of use; with a `threshold` this decides. `context` wins over that of the case.
    """

    title = "context_relevant"
    prompt_name = "context_relevant-1"
    after = "Es et al. 2023, RAGAS (context relevance)"
    usual_needs = frozenset({Need.ANSWER, Need.CONTEXT})

    async def verdict(self, juror: Juror, evidence: Evidence) -> Verdict:
        """Ask for a pass or fail with a score."""
        context = joined(self.documents(evidence))
        parts = {"QUESTION": evidence.interaction.request.question, "CONTEXT": context}
        return (await juror.ask(parts, Judgement)).verdict()

    @classmethod
    def example(cls) -> Example:
        """A document with what was asked for, and one about something else."""
        question = "When does the last ferry leave?"
        fitting = evidence_of("Yes.", question=question, context=["The last ferry leaves at 21:40."])
        return Example(
            "context_relevant", fitting, evidence_of("Yes.", question=question, context=["Dogs travel free."])
        )
