"""ROUGE-Lsum: which words do the answer's lines share with those of a reference in the same order?"""

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.referring import NotComparable, bounded_words
from seatrial.checks.rouge import OfRouge
from seatrial.text.rouge import Rouge, lsum_steps, rouge_lsum

MOST_STEPS = 2_000_000
"""Words of one side times lines of the other, about."""


class RougeLsum(OfRouge, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The lines of the answer share enough words in the same order with those of a reference: ROUGE-Lsum, 0 to 1.

    As in rouge-score: each line is a sentence. `stem: true` compares English words by their stems, `tokenize: words`
    takes the letters of all scripts. `figure` is `f`, `precision` or `recall`; the best of several references counts.
    """

    title = "rouge_lsum"
    shown = "ROUGE-Lsum"

    def rouge(self, answer: str, reference: str) -> Rouge:
        """Hold each line against each."""
        given, wanted = ([self.words(line) for line in text.split("\n") if line] for text in (answer, reference))
        bounded_words((*given, *wanted))
        if lsum_steps(given, wanted) > MOST_STEPS:
            raise NotComparable(f"{len(given):,} lines against {len(wanted):,} are too many to hold each against each.")
        return rouge_lsum(given, wanted)

    @classmethod
    def example(cls) -> Example:
        """The same lines in another order, and another text."""
        right = "The ferry leaves at nine.\nTickets are sold on board."
        return examples_of("rouge_lsum >= 0.9", "Tickets are sold on board.\nThe ferry leaves at nine.", "No.", right)
