"""chrF: which runs of characters does the answer share with a reference?"""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.referring import Measure, Referring, against
from seatrial.text.chrf import chrf, chrf_sums
from seatrial.text.corpus import chrf_parts


class Chrf(Referring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer shares enough runs of one to six characters with a reference: chrF2 as in sacrebleu, 0 to 1.

    It needs no words, so it suits every script. `word_order: 2` adds runs of words and is called chrF++. The best of
    several references counts. `checks.chrf.corpus` is chrF of the whole run.
    """

    word_order: Annotated[int, msgspec.Meta(ge=0, le=4)] = 0
    ignore_case: bool = False

    title = "chrf"
    after = "Popović 2015 and 2017; sacrebleu 2 (Post 2018)"

    def compare(self, answer: str, references: Sequence[str]) -> Measure:
        """Count the runs."""
        if self.ignore_case:
            answer, references = answer.lower(), [text.lower() for text in references]
        sums = chrf_sums(answer, references, self.word_order)
        value = min(1.0, chrf(sums))
        return Measure(value, f"chrF{'+' * self.word_order} is {value:.3g} {against(references)}", chrf_parts(sums))

    @classmethod
    def example(cls) -> Example:
        """Another form of the words, and other words."""
        return examples_of("chrf >= 0.5", "Die Fähren fahren ab Kai 2.", "Kein Schiff.", "Die Fähre fährt ab Kai 2.")
