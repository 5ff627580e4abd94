"""BLEU (Papineni et al. 2002) as sacrebleu defines it: sums of matching n-grams, and the measure of the sums.

Sums of answers can be added; BLEU of a corpus is that of the added sums, not a mean. Several references are native: a
run of words may match in any of them, as often as the one that has it most often; the length that counts is the one
nearest to the answer's (the shorter of two as near).
"""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from seatrial.text.ngrams import shared, word_grams

ORDERS = 4
Smoothing = Literal["exp", "floor", "add-k", "none"]
"""How an order without a match counts, after Chen and Cherry (2014): halved once more each time (`exp`, their method
3), 0.1 matches (`floor`, method 1), one more match and one more run in the orders from 2 on (`add-k`, method 2), or not
at all (`none`: then BLEU is 0)."""
_FLOOR, _ADDED = 0.1, 1.0
_LOG_OF_ZERO = -9999999999.0


class BleuSums(NamedTuple):
    """What BLEU is made of, for orders 1 to 4: runs that match, runs of the answer; words of answer and reference."""

    matches: tuple[float, ...]
    totals: tuple[float, ...]
    answer: float
    reference: float


def bleu_sums(answer: Sequence[str], references: Sequence[Sequence[str]]) -> BleuSums:
    """The sums of one answer.

    Args:
        answer: Its words.
        references: At least one list of words.
    """
    length = len(answer)
    nearest = min((len(words) for words in references), key=lambda other: (abs(other - length), other))
    matches = []
    for order in range(1, ORDERS + 1):
        most = word_grams(references[0], order)
        for words in references[1:]:
            for gram, count in word_grams(words, order).items():
                if count > most[gram]:
                    most[gram] = count
        matches.append(float(shared(word_grams(answer, order), most)))
    totals = tuple(float(max(0, length - order)) for order in range(ORDERS))
    return BleuSums(tuple(matches), totals, float(length), float(nearest))


def bleu(sums: BleuSums, smoothing: Smoothing = "exp", *, effective_order: bool = False) -> float:
    """BLEU of sums, 0 to 1.

    Args:
        sums: Of one answer, or of many, added.
        smoothing: What an order without a match counts as.
        effective_order: Leave out the orders that are longer than the answer, as one does for a single sentence.
    """
    if not any(sums.matches):
        return 0.0
    logs, halved = [], 1.0
    for order, (matches, total) in enumerate(zip(sums.matches, sums.totals, strict=True)):
        if smoothing == "add-k" and order:
            matches, total = matches + _ADDED, total + _ADDED
        if not total:
            break
        if not matches and smoothing == "exp":
            halved *= 2
            matches = 1 / halved
        elif not matches and smoothing == "floor":
            matches = _FLOOR
        logs.append(math.log(matches / total) if matches else _LOG_OF_ZERO)
    orders = len(logs) if effective_order else ORDERS
    missing = (orders - len(logs)) * _LOG_OF_ZERO
    return _brevity(sums) * math.exp((sum(logs) + missing) / orders)


def _brevity(sums: BleuSums) -> float:
    if sums.answer >= sums.reference:
        return 1.0
    return math.exp(1 - sums.reference / sums.answer) if sums.answer else 0.0
