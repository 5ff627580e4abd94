"""GLEU (Wu et al. 2016, arXiv 1609.08144) as NLTK computes it: the lower one of precision and recall of n-grams."""

from collections.abc import Sequence
from typing import NamedTuple

from seatrial.text.ngrams import shared, word_grams

ORDERS = 4


class GleuSums(NamedTuple):
    """Runs of 1 to 4 words in both texts, and in the one that has more of them."""

    matches: float
    most: float


def gleu_sums(answer: Sequence[str], references: Sequence[Sequence[str]]) -> GleuSums:
    """The sums of one answer, against the reference that it is nearest to; GLEU is their quotient.

    Args:
        answer: Its words.
        references: At least one list of words.
    """
    mine = [word_grams(answer, order) for order in range(1, ORDERS + 1)]
    best = GleuSums(0.0, 0.0)
    for reference in references:
        common = sum(shared(counts, word_grams(reference, order)) for order, counts in enumerate(mine, 1))
        found = GleuSums(float(common), float(max(_runs(len(answer)), _runs(len(reference)))))
        if found.most and (not best.most or found.matches / found.most > best.matches / best.most):
            best = found
    return best


def _runs(length: int) -> int:
    return sum(max(0, length - order) for order in range(ORDERS))
