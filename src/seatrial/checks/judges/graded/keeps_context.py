"""Does the assistant keep in mind what was said?"""

from seatrial.checks.evidence import Example
from seatrial.checks.graded.base import Graded
from seatrial.checks.graded.judgement import Judgement
from seatrial.checks.graded.juror import Juror, NoVerdict
from seatrial.checks.graded.jury import Verdict
from seatrial.checks.graded.talks import talk, turns_of
from seatrial.checks.graded.transcript import whole
from seatrial.core.check import Evidence


class KeepsContext(Graded, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model finds that the assistant keeps in mind what was said in the conversation.

    It judges the whole Dialogue: what the user told is neither forgotten, contradicted nor asked for again, and the
    assistant does not contradict itself. With a `threshold` the judge's score (0 to 1) decides. A single question has
    nothing to keep in mind and is not judged.
    """

    title = "keeps_context"
    prompt_name = "keeps_context-1"
    after = "Deriu et al. 2021, Survey on evaluation methods for dialogue systems"

    async def verdict(self, juror: Juror, evidence: Evidence) -> Verdict:
        """Ask about the whole conversation."""
        if turns_of(evidence) < 2:
            raise NoVerdict("There are no earlier turns to keep in mind.")
        return (await juror.ask({"DIALOGUE": whole(evidence)}, Judgement)).verdict()

    @classmethod
    def example(cls) -> Example:
        """A destination that is kept in mind, and one that is asked for again."""
        said = ("I want to go to Saltholm.", "Gladly.", "When does the last one leave?")
        return Example("keeps_context", talk(*said, "To Saltholm at 21:40."), talk(*said, "Where do you want to go?"))
