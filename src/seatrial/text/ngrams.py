"""Runs of n words, counted."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Gram = TypeVar("Gram", bound=Hashable)


def word_grams(words: Sequence[str], order: int) -> Counter[tuple[str, ...]]:
    """How often each run of `order` words stands in a list of words; empty when the list is shorter."""
    return Counter(zip(*[words[start:] for start in range(order)], strict=False))


def character_grams(text: str, order: int) -> Counter[str]:
    """How often each run of `order` characters stands in a text."""
    return Counter([text[start : start + order] for start in range(len(text) - order + 1)])


def shared(one: Mapping[Gram, int], other: Mapping[Gram, int]) -> int:
    """How many runs two counts have in common, each as often as the rarer has it."""
    if len(one) > len(other):
        one, other = other, one
    common = 0
    for gram, count in one.items():
        found = other.get(gram, 0)
        common += count if count < found else found
    return common
