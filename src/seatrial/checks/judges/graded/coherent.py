"""Does a model find the answer coherent?"""

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.graded.base import Graded
from seatrial.checks.graded.judgement import Judgement
from seatrial.checks.graded.juror import Juror
from seatrial.checks.graded.jury import EMPTY, Verdict
from seatrial.checks.graded.transcript import exchange
from seatrial.core.check import Evidence


class Coherent(Graded, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model finds that the answer hangs together and does not contradict itself.

    Whether it is right does not matter. With a `threshold` the judge's score (0 to 1) decides. An empty answer fails.
    """

    title = "coherent"
    prompt_name = "coherent-1"
    after = "Fabbri et al. 2021, SummEval (coherence)"

    async def verdict(self, juror: Juror, evidence: Evidence) -> Verdict:
        """Ask for a pass or fail with a score."""
        if not evidence.text.strip():
            return EMPTY
        return (await juror.ask(exchange(evidence), Judgement)).verdict()

    @classmethod
    def example(cls) -> Example:
        """One clear statement, and two that take each other back."""
        return examples_of(
            "coherent", "The last ferry leaves at 21:40.", "It leaves late. There is no ferry. Board it."
        )
