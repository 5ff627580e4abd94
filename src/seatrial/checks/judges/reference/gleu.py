"""GLEU: the lower one of precision and recall of runs of words."""

from collections.abc import Sequence
from typing import Literal

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.referring import Measure, Referring, against
from seatrial.text.corpus import share_parts
from seatrial.text.gleu import gleu_sums
from seatrial.text.words import words


class Gleu(Referring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer shares enough runs of one to four words with a reference: GLEU as in NLTK, 0 to 1.

    Made for single sentences, other than BLEU. NLTK leaves it to its caller what a word is; here `tokenize` says it:
    `13a`, `zh`, `char`, `none` (white space) or `auto` (characters of scripts without spaces one by one). The best of
    several references counts. `checks.gleu.corpus` is GLEU of the whole run.
    """

    tokenize: Literal["13a", "zh", "char", "none", "auto"] = "13a"
    ignore_case: bool = False

    title = "gleu"
    after = "Wu et al. 2016; NLTK 3"

    def compare(self, answer: str, references: Sequence[str]) -> Measure:
        """Count the runs."""
        sums = gleu_sums(self._words(answer), [self._words(text) for text in references])
        value = sums.matches / sums.most if sums.most else 0.0
        return Measure(value, f"GLEU is {value:.3g} {against(references)}", share_parts(*sums))

    def _words(self, text: str) -> list[str]:
        return words(text.lower() if self.ignore_case else text, self.tokenize)

    @classmethod
    def example(cls) -> Example:
        """One word more, and another sentence."""
        right = "The last ferry to Saltholm leaves at 21:40."
        return examples_of("gleu >= 0.5", "The very last ferry to Saltholm leaves at 21:40.", "Ask at the pier.", right)
