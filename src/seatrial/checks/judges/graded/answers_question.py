"""Does the answer speak to the question?"""

from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.graded.base import Graded
from seatrial.checks.graded.judgement import Judgement
from seatrial.checks.graded.juror import Juror
from seatrial.checks.graded.jury import EMPTY, Verdict
from seatrial.checks.graded.transcript import exchange
from seatrial.core.check import Evidence


class AnswersQuestion(Graded, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model finds that the answer replies to what was asked, to all of it and to nothing else.

    Whether it is right does not matter. With a `threshold` the judge's score (0 to 1) decides. An empty answer fails.
    """

    title = "answers_question"
    prompt_name = "answers_question-1"
    after = "Es et al. 2023, RAGAS (answer relevance; here judged, not by embeddings)"

    async def verdict(self, juror: Juror, evidence: Evidence) -> Verdict:
        """Ask for a pass or fail with a score."""
        if not evidence.text.strip():
            return EMPTY
        return (await juror.ask(exchange(evidence), Judgement)).verdict()

    @classmethod
    def example(cls) -> Example:
        """A time where a time was asked for, and something else."""
        question = "When does the last ferry leave?"
        return Example(
            "answers_question",
            evidence_of("At 21:40.", question=question),
            evidence_of("Ferries are painted white.", question=question),
        )
