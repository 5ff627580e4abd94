"""Is the answer the expected text by SQuAD's rules?"""

from seatrial.checks.built_in import Expecting, answered
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.wording import listed
from seatrial.core.check import Evidence
from seatrial.core.score import Score
from seatrial.text.squad import normalised


class ExactMatch(Expecting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer is the expected text when case, punctuation and English articles do not count (SQuAD's rules)."""

    title = "exact_match"

    def judge(self, evidence: Evidence) -> Score:
        """Compare the normalised texts."""
        answer, wanted = normalised(evidence.text), self.right_answers(evidence)
        for text in wanted:
            if answer == normalised(text):
                return self.says(True, f"It matches {listed((text,))}.")
        return self.says(False, f"Expected {listed(wanted)}; {answered(evidence)}.")

    @classmethod
    def example(cls) -> Example:
        """An article and a full stop too many."""
        return examples_of("exact_match", "The red ferry.", "The red boat.", "red ferry")
