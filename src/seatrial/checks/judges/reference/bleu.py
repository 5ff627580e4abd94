"""BLEU: which runs of one to four words does the answer share with the references?"""

from collections.abc import Sequence
from typing import Literal

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.referring import Measure, Referring, against
from seatrial.text.bleu import Smoothing, bleu, bleu_sums
from seatrial.text.corpus import bleu_parts
from seatrial.text.words import words


class Bleu(Referring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer shares enough runs of words with the references: sentence BLEU as sacrebleu defines it, 0 to 1.

    All references count together. `tokenize` is sacrebleu's `13a`, `zh`, `char` or `none`, or `auto`: characters of
    scripts without spaces one by one. `smoothing` is sacrebleu's, too. `checks.bleu.corpus` is BLEU of the whole run.
    """

    tokenize: Literal["13a", "zh", "char", "none", "auto"] = "13a"
    smoothing: Smoothing = "exp"
    ignore_case: bool = False

    title = "bleu"
    after = "Papineni et al. 2002; sacrebleu 2 (Post 2018)"

    def compare(self, answer: str, references: Sequence[str]) -> Measure:
        """Add up the runs that match, and take the orders that the answer is long enough for."""
        sums = bleu_sums(self._words(answer), [self._words(text) for text in references])
        value = min(1.0, bleu(sums, self.smoothing, effective_order=True))
        return Measure(value, f"BLEU is {value:.3g} {against(references)}", bleu_parts(sums, self.smoothing))

    def _words(self, text: str) -> list[str]:
        return words(text.lower() if self.ignore_case else text, self.tokenize)

    @classmethod
    def example(cls) -> Example:
        """One word more, and another sentence."""
        right = "The last ferry to Saltholm leaves at 21:40."
        return examples_of("bleu >= 0.5", "The very last ferry to Saltholm leaves at 21:40.", "Ask at the pier.", right)
