"""How many words two texts share: the cosine of their bags of words (Salton, Wong and Yang 1975)."""

import math
from collections import Counter

from seatrial.text.words import words


def bag(text: str) -> Counter[str]:
    """The words of a text in lower case with their counts; scripts without spaces count character by character."""
    return Counter(words(text, "words"))


def cosine(one: Counter[str], other: Counter[str]) -> float:
    """The cosine of two bags, 0 without a common word to 1 for equal shares; of empty ones 1 if both are."""
    if not one or not other:
        return float(not one and not other)
    if len(other) < len(one):
        one, other = other, one
    shared = sum(count * other[word] for word, count in one.items())
    return min(1.0, shared / math.sqrt(_squares(one) * _squares(other)))


def _squares(bag: Counter[str]) -> int:
    return sum(count * count for count in bag.values())
