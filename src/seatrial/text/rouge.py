"""ROUGE (Lin 2004) as the program rouge-score computes it, which follows ROUGE-1.5.5.

Words are runs of a-z and 0-9 in lower case; with `stem`, words of more than three letters are stemmed (Porter). That
leaves nothing of other scripts: the scheme `words` takes letters and digits of all scripts.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from seatrial.text.ngrams import shared, word_grams
from seatrial.text.porter import stemmed
from seatrial.text.subsequences import common_length, common_places
from seatrial.text.words import Scheme, words

_STEMMED_FROM = 4


class Rouge(NamedTuple):
    """Precision and recall, 0 to 1."""

    precision: float
    recall: float

    @property
    def f(self) -> float:
        """Their harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


NOTHING = Rouge(0.0, 0.0)


def rouge_words(text: str, scheme: Scheme = "rouge", *, stem: bool = False) -> list[str]:
    """The words of a text as ROUGE compares them."""
    found = words(text, scheme)
    if not stem:
        return found
    shorter = (stemmed(word) if len(word) >= _STEMMED_FROM else word for word in found)
    return [word for word in shorter if word]


def rouge_n(answer: Sequence[str], reference: Sequence[str], order: int) -> Rouge:
    """ROUGE-N of two lists of words: the runs of `order` words that they share."""
    common = shared(word_grams(answer, order), word_grams(reference, order))
    given, wanted = len(answer) - order + 1, len(reference) - order + 1
    return Rouge(common / max(given, 1), common / max(wanted, 1))


def rouge_l(answer: Sequence[str], reference: Sequence[str]) -> Rouge:
    """ROUGE-L of two lists of words: their longest common subsequence."""
    if not answer or not reference:
        return NOTHING
    common = common_length(answer, reference)
    return Rouge(common / len(answer), common / len(reference))


def rouge_lsum(answer: Sequence[Sequence[str]], reference: Sequence[Sequence[str]]) -> Rouge:
    """ROUGE-Lsum of two lists of sentences: for each of the reference, what it shares with any of the answer's.

    A word counts at most as often as either side has it (as ROUGE-1.5.5 does, other than the paper).
    """
    left_here, left_there = (Counter(word for words in side for word in words) for side in (answer, reference))
    given, wanted = left_here.total(), left_there.total()
    if not given or not wanted:
        return NOTHING
    common = 0
    for sentence in reference:
        places = {place for other in answer for place in common_places(sentence, other)}
        for place in places:
            word = sentence[place]
            if left_here[word] > 0 and left_there[word] > 0:
                common += 1
                left_here[word] -= 1
                left_there[word] -= 1
    return Rouge(common / given, common / wanted)


def lsum_steps(answer: Sequence[Sequence[str]], reference: Sequence[Sequence[str]]) -> int:
    """How many steps ROUGE-Lsum takes: it compares each sentence with each, word by word."""
    given, wanted = sum(map(len, answer)), sum(map(len, reference))
    return 2 * wanted * len(answer) + given * len(reference)
