"""Translation edit rate: how many edits, moves among them, make the answer of a reference?"""

from collections.abc import Sequence
from typing import Literal

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.referring import Measure, NotComparable, Referring, against, bounded_words
from seatrial.text.corpus import error_parts
from seatrial.text.error_rates import quotient
from seatrial.text.ter import ter_sums
from seatrial.text.words import words

MOST = 300
"""Words of each text: moves are tried one by one."""


class Ter(Referring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Few enough edits and moves make the answer of a reference: TER as in sacrebleu, edits by words of the reference.

    0 is equal, more than 1 is possible; write `ter <= 0.4`. `tokenize` is `none` (white space, sacrebleu's default),
    `13a` or `auto` (characters of scripts without spaces one by one); case counts with `ignore_case: false` only. Texts
    of more than 300 words are not judged, nor are long ones against several long references. `checks.ter.corpus` is TER
    of the whole run.
    """

    tokenize: Literal["none", "13a", "auto"] = "none"
    ignore_case: bool = True

    title = "ter"
    after = "Snover et al. 2006; sacrebleu 2 (Post 2018)"
    most = float("inf")

    def compare(self, answer: str, references: Sequence[str]) -> Measure:
        """Count the edits."""
        given, wanted = self._words(answer), [self._words(text) for text in references]
        bounded_words((given, *wanted), most=MOST)
        if (len(given) or 1) * sum(map(len, wanted)) > MOST**2:
            raise NotComparable(f"{len(given)} words against {len(wanted)} references of such length are not compared.")
        sums = ter_sums(given, wanted)
        value = quotient(*sums)
        shown = f"TER is {value:.3g} ({sums.edits:.0f} edits) {against(references)}"
        return Measure(value, shown, error_parts(*sums))

    def _words(self, text: str) -> list[str]:
        return words(text.lower() if self.ignore_case else text, self.tokenize)

    @classmethod
    def example(cls) -> Example:
        """Two halves that changed places, and another sentence."""
        return examples_of("ter <= 0.3", "at nine the ferry leaves", "ask at the pier", "the ferry leaves at nine")
