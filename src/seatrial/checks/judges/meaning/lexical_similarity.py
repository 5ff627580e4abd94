"""Does the answer share its words with the reference?"""

from typing import ClassVar

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.judges.meaning.against import Against
from seatrial.checks.wording import quoted
from seatrial.core.check import Evidence
from seatrial.core.score import Score
from seatrial.text.lexical import bag, cosine

MOST_CHARACTERS = 2_000_000
"""Longer texts are not judged (one of a million characters takes about 0.2 s)."""


class LexicalSimilarity(Against, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer shares its words with a reference: the cosine of their bags of words, 0 to 1.

    It compares words, not meaning: the same in other words gets a low value, the opposite in the same words a high one.
    It needs no model; `similar` compares by meaning. Case and order do not count; scripts that put no spaces between
    words are compared character by character.
    """

    title = "lexical_similarity"
    after: ClassVar[str] = "Salton, Wong and Yang 1975 (vector space model)"

    def judge(self, evidence: Evidence) -> Score:
        """Take the best over the references."""
        rights = self.right_answers(evidence)
        if max(map(len, (evidence.text, *rights))) > MOST_CHARACTERS:
            return self.cannot_say(f"Only texts of up to {MOST_CHARACTERS:,} characters are compared.")
        given = bag(evidence.text)
        value, best = max((cosine(given, bag(right)), right) for right in rights)
        return self.measured(value, f"Similarity of words is {value:.3g} to {quoted(best)}")

    @classmethod
    def example(cls) -> Example:
        """The same words in another order, and other words."""
        right = "Dogs travel free on the ferry."
        return examples_of("lexical_similarity >= 0.8", "On the ferry dogs travel free.", "Please ask the crew.", right)
