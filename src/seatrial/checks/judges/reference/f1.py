"""How many words do the answer and the expected text share?"""

from seatrial.checks.comparing import Comparing
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.wording import quoted
from seatrial.core.check import Evidence
from seatrial.core.score import Score
from seatrial.text.squad import overlap_f1


class F1(Comparing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer shares enough words with the expected text: F1 of the bags of words by SQuAD's rules, 0 to 1.

    Of several expected texts the one that fits best counts.
    """

    title = "f1"

    def judge(self, evidence: Evidence) -> Score:
        """Take the best over the right answers."""
        value, best = max((overlap_f1(evidence.text, text), text) for text in self.right_answers(evidence))
        return self.measured(value, f"F1 is {value:.3g} against {quoted(best)}")

    @classmethod
    def example(cls) -> Example:
        """Most words, and few."""
        return examples_of("f1 >= 0.8", "The red ferry to Saltholm.", "A bus.", "red ferry to Saltholm")
