"""Word error rate: how many words must be put in, left out or replaced?"""

from collections.abc import Sequence
from typing import Literal

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.referring import Measure, Referring, against, bounded_words
from seatrial.text.corpus import error_parts
from seatrial.text.error_rates import error_sums, quotient
from seatrial.text.words import words


class WordErrorRate(Referring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Few enough words of the reference are missing, wrong or too many: edits by words of the reference.

    0 is equal, more than 1 is possible; write `word_error_rate <= 0.1`. `tokenize` is `none` (white space), `words`
    (lower case, no punctuation), `13a`, or `auto` (characters of scripts without spaces one by one). The best of
    several references counts. `checks.word_error_rate.corpus` is the rate of the whole run.
    """

    tokenize: Literal["none", "words", "13a", "auto"] = "none"
    ignore_case: bool = False

    title = "word_error_rate"
    after = "Levenshtein 1966; NIST sclite"
    most = float("inf")

    def compare(self, answer: str, references: Sequence[str]) -> Measure:
        """Count the edits."""
        given, wanted = self._words(answer), [self._words(text) for text in references]
        bounded_words((given, *wanted))
        sums = error_sums(given, wanted)
        value = quotient(*sums)
        shown = f"Word error rate is {value:.3g} ({sums.edits:.0f} of {sums.length:.0f} words) {against(references)}"
        return Measure(value, shown, error_parts(*sums))

    def _words(self, text: str) -> list[str]:
        return words(text.lower() if self.ignore_case else text, self.tokenize)

    @classmethod
    def example(cls) -> Example:
        """One word of five wrong, and most of them."""
        right = "the ferry leaves at nine"
        return examples_of("word_error_rate <= 20%", "the ferry leaves at five", "a berry leaps in brine", right)
