"""Does a model find that the answer meets a rubric?"""

from typing import ClassVar

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.graded.base import Graded
from seatrial.checks.graded.judgement import Judgement
from seatrial.checks.graded.juror import Juror
from seatrial.checks.graded.jury import Verdict
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake

_LONGEST = 30_000


class Rubric(Graded, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model judges the answer by a rubric in plain words; its reason is kept.

    `text` is the rubric. `judge` names the Target that judges (`judge` without it), or several; `jury: 3` asks each
    three times and the majority decides. With a `threshold` its score (0 to 1) decides, else its own pass or fail. When
    the judge fails, or twice gives no judgement, the answer is not judged.
    """

    text: str

    title = "rubric"
    short: ClassVar[str | None] = "text"
    prompt_name = "rubric-1"

    def prepare(self) -> None:
        """Refuse an empty rubric, too."""
        super().prepare()
        if not self.text.strip() or len(self.text) > _LONGEST:
            raise Mistake(f"`rubric` needs a text that says what to demand, of at most {_LONGEST:,} characters")

    async def verdict(self, juror: Juror, evidence: Evidence) -> Verdict:
        """Ask for a pass or fail with a score."""
        judgement = await juror.ask({"RUBRIC": self.text, **self.material(evidence)}, Judgement)
        return judgement.verdict()

    @classmethod
    def example(cls) -> Example:
        """An answer that tells the time of departure, and one that does not."""
        spec = {"rubric": "The answer states a time of departure."}
        return examples_of(spec, "It leaves at 21:40.", "Please ask at the harbour.")
