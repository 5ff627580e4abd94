"""Is the answer the expected text?"""

from seatrial.checks.built_in import Expecting, answered
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.wording import listed
from seatrial.core.check import Evidence
from seatrial.core.score import Score
from seatrial.text.forms import composed, folded


class Equals(Expecting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer is the expected text.

    Both are compared in Unicode normal form C; white space around them does not count unless `strip` is false.
    """

    ignore_case: bool = False
    strip: bool = True

    title = "equals"

    def judge(self, evidence: Evidence) -> Score:
        """Compare the whole texts."""
        answer, wanted = self._comparable(evidence.text), self.right_answers(evidence)
        for text in wanted:
            if answer == self._comparable(text):
                return self.says(True, f"The answer is {listed((text,))}.")
        return self.says(False, f"Expected {listed(wanted)}; {answered(evidence)}.")

    def _comparable(self, text: str) -> str:
        text = composed(text.strip() if self.strip else text)
        return folded(text, self.ignore_case)

    @classmethod
    def example(cls) -> Example:
        """A bare time, and a time inside a sentence."""
        return examples_of("equals", " 21:40\n", "At 21:40.", "21:40")
