"""METEOR by exact words and stems: which words does the answer share with a reference, in how many pieces?"""

from collections.abc import Sequence
from typing import Literal

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.referring import Measure, Referring, against
from seatrial.text.corpus import meteor_parts
from seatrial.text.meteor import meteor, meteor_sums
from seatrial.text.words import words


class Meteor(Referring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer is near enough to a reference by METEOR, exact and stem modules only (no synonyms), 0 to 1.

    As in NLTK without WordNet: alpha 0.9, beta 3, gamma 0.5; words in lower case, English ones by their stems, too.
    `tokenize` is `13a`, `zh`, `char`, `none` (white space) or `auto` (characters of scripts without spaces one by one).
    The best of several references counts. `checks.meteor.corpus` is METEOR of the whole run.
    """

    tokenize: Literal["13a", "zh", "char", "none", "auto"] = "13a"

    title = "meteor"
    after = "Banerjee and Lavie 2005, Lavie and Agarwal 2007 (exact and stem); NLTK 3"

    def compare(self, answer: str, references: Sequence[str]) -> Measure:
        """Match the words and count the pieces that they form."""
        sums = meteor_sums(words(answer, self.tokenize), [words(text, self.tokenize) for text in references])
        value = meteor(sums)
        return Measure(value, f"METEOR (exact, stem) is {value:.3g} {against(references)}", meteor_parts(sums))

    @classmethod
    def example(cls) -> Example:
        """Another form of a word, and another sentence."""
        return examples_of(
            "meteor >= 0.8", "The ferries leave at nine.", "Ask at the pier.", "The ferry leaves at nine."
        )
