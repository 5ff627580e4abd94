"""ROUGE-L: which words does the answer share with a reference in the same order?"""

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.referring import bounded_words
from seatrial.checks.rouge import OfRouge
from seatrial.text.rouge import Rouge, rouge_l


class RougeL(OfRouge, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer shares enough words in the same order with a reference: ROUGE-L as in rouge-score, 0 to 1.

    `stem: true` compares English words by their stems. `tokenize: words` takes the letters of all scripts, where the
    program knows a to z only. `figure` is `f`, `precision` or `recall`; the best of several references counts.
    """

    title = "rouge_l"
    shown = "ROUGE-L"

    def rouge(self, answer: str, reference: str) -> Rouge:
        """Find the longest common subsequence."""
        given, wanted = self.words(answer), self.words(reference)
        bounded_words((given, wanted))
        return rouge_l(given, wanted)

    @classmethod
    def example(cls) -> Example:
        """Most of the words, and none."""
        return examples_of("rouge_l >= 0.4", "The red ferry leaves at nine.", "A bus.", "The ferry leaves at nine.")
