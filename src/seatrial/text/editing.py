"""Levenshtein distance: how many characters must be inserted, deleted or replaced to make one text of another.

Lists of words are compared word by word in the same way.
"""

from collections.abc import Hashable, Sequence


def distance(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """The Levenshtein distance of two texts, or of two lists of words.

    Myers' bit-parallel algorithm (G. Myers, "A fast bit-vector algorithm for approximate string matching based on
    dynamic programming", J. ACM 46(3), 1999) in the form of Hyyrö (2003): a column of the table of differences is one
    whole number of Python, with as many bits as the shorter one has characters.
    """
    one, other = sorted(_without_common_ends(one, other), key=len)
    if not one or not other:
        return len(one) or len(other)
    places: dict[Hashable, int] = {}
    for place, character in enumerate(one):
        places[character] = places.get(character, 0) | 1 << place
    every, last = (1 << len(one)) - 1, 1 << len(one) - 1
    rises, falls, total = every, 0, len(one)
    for character in other:
        equal = places.get(character, 0)
        diagonal = (((equal & rises) + rises) ^ rises) | equal | falls
        right_rises = falls | every & ~(diagonal | rises)
        right_falls = diagonal & rises
        total += bool(right_rises & last) - bool(right_falls & last)
        right_rises = (right_rises << 1 | 1) & every
        right_falls = right_falls << 1 & every
        rises = right_falls | every & ~(diagonal | right_rises)
        falls = right_rises & diagonal
    return total


def similarity(one: str, other: str) -> float:
    """1 for equal texts, 0 for texts with nothing in common: 1 - distance / length of the longer one."""
    longest = max(len(one), len(other))
    return 1 - distance(one, other) / longest if longest else 1.0


def highest_similarity(one: str, other: str) -> float:
    """What the similarity is at most, by the lengths alone."""
    longest = max(len(one), len(other))
    return 1 - abs(len(one) - len(other)) / longest if longest else 1.0


def _without_common_ends(
    one: Sequence[Hashable], other: Sequence[Hashable]
) -> tuple[Sequence[Hashable], Sequence[Hashable]]:
    start = _common_start(one, other)
    one, other = one[start:], other[start:]
    end = _common_start(one[::-1], other[::-1])
    return (one[:-end], other[:-end]) if end else (one, other)


def _common_start(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    shortest = min(len(one), len(other))
    if one[:shortest] == other[:shortest]:
        return shortest
    return next(i for i in range(shortest) if one[i] != other[i])
