"""Texts as weighted words: TF-IDF with logarithmic counts, each text's weights of length one (Salton and Buckley 1988).

weight = (1 + ln count) * (ln((1 + texts) / (1 + texts with the word)) + 1)
"""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Final

from seatrial.text.features import each_word

MOST_WORDS: Final = 300
"""Words that are counted of one text."""
Weights = dict[str, float]
"""A text's words, each with its weight; their squares sum to 1, or there are none."""


def tfidf(texts: Sequence[str]) -> list[Weights]:
    """Each text as weighted words. Of a long text only the beginning counts (see `text.features`)."""
    counted = [Counter(islice(each_word(text), MOST_WORDS)) for text in texts]
    spread = Counter(word for counts in counted for word in counts)
    rarity = {word: math.log((1 + len(texts)) / (1 + n)) + 1.0 for word, n in spread.items()}
    return [_of_length_one({word: (1 + math.log(n)) * rarity[word] for word, n in each.items()}) for each in counted]


def cosine(a: Weights, b: Weights) -> float:
    """The cosine of the angle between two texts: 0 without a common word, 1 for the same words."""
    if len(b) < len(a):
        a, b = b, a
    return min(1.0, sum(weight * b[word] for word, weight in a.items() if word in b))


def distances(texts: Sequence[str]) -> list[list[float]]:
    """1 - cosine between all pairs of texts; a text without words is at distance 1 from all others."""
    vectors = tfidf(texts)
    found = [[1.0] * len(vectors) for _ in vectors]
    holders: dict[str, list[tuple[int, float]]] = {}
    for i, vector in enumerate(vectors):
        row = found[i]
        for word, weight in vector.items():
            before = holders.setdefault(word, [])
            for j, other in before:
                row[j] -= weight * other
            before.append((i, weight))
        row[i] = 0.0
        for j in range(i):
            row[j] = max(0.0, row[j])
            found[j][i] = row[j]
    return found


def _of_length_one(weights: Weights) -> Weights:
    length = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length else {}
