"""ROUGE-1: which words does the answer share with a reference?"""

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.rouge import OfRouge
from seatrial.text.rouge import Rouge, rouge_n


class Rouge1(OfRouge, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer shares enough words with a reference: ROUGE-1 as in rouge-score, 0 to 1.

    `stem: true` compares English words by their stems. `tokenize: words` takes the letters of all scripts, where the
    program knows a to z only. `figure` is `f`, `precision` or `recall`; the best of several references counts.
    """

    title = "rouge_1"
    shown = "ROUGE-1"

    def rouge(self, answer: str, reference: str) -> Rouge:
        """Count the words."""
        return rouge_n(self.words(answer), self.words(reference), 1)

    @classmethod
    def example(cls) -> Example:
        """Most of the words, and none."""
        return examples_of("rouge_1 >= 0.4", "The red ferry leaves at nine.", "A bus.", "The ferry leaves at nine.")
