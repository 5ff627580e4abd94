"""BERTScore (Zhang et al. 2020, arXiv 1904.09675) over the tokens of the sentence model."""

from typing import NamedTuple

from seatrial.text.minilm.sentences import TokenVectors
from seatrial.text.minilm.threads import one_thread


class Overlap(NamedTuple):
    """How much of one text is in the other by meaning; cosines, so that 1 is the most and unlike texts are near 0."""

    precision: float
    recall: float
    f1: float


def overlap(answer: TokenVectors, right: TokenVectors) -> Overlap:
    """Compare the tokens of an answer with those of a right text.

    Precision is the mean over the answer's words of the cosine to the nearest token of the right text, recall the same
    the other way round, F1 their harmonic mean (0 where their sum is not positive). [CLS] and [SEP] may be the nearest
    token and carry no weight; there is no weighting by idf and no rescaling. A text without words gives 0 throughout.
    """
    if not answer.words.any() or not right.words.any():
        return Overlap(0.0, 0.0, 0.0)
    with one_thread():
        cosines = answer.vectors @ right.vectors.T
    precision = float(cosines.max(axis=1)[answer.words].mean())
    recall = float(cosines.max(axis=0)[right.words].mean())
    total = precision + recall
    return Overlap(precision, recall, 2 * precision * recall / total if total > 0 else 0.0)
