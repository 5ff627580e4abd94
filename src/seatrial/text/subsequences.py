"""The longest common subsequence of two lists of words.

Bit-parallel: a row of the table of lengths is one whole number of Python, in which a bit is 0 where the row rises
(H. Hyyrö, "Bit-parallel LCS-length computation revisited", 2004).
"""

from collections.abc import Sequence


def common_length(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words the longest common subsequence has."""
    if len(one) > len(other):
        one, other = other, one
    if not one:
        return 0
    row = (1 << len(one)) - 1
    every, places = row, _places(one)
    for word in other:
        match = places.get(word)
        if match is not None:
            row = _next(row, match) & every
    return len(one) - row.bit_count()


def common_places(one: Sequence[str], other: Sequence[str]) -> list[int]:
    """Where in `one` the words of a longest common subsequence stand, in falling order.

    Of several the one that the program rouge-score reads from its table: from the end, matching words together, else a
    word of `other` is passed over when only that keeps the length, else one of `one`.
    """
    every, places = (1 << len(other)) - 1, _places(other)
    rows = [every]
    for word in one:
        match = places.get(word)
        rows.append(rows[-1] if match is None else _next(rows[-1], match) & every)
    found, i, j = [], len(one), len(other)
    while i and j:
        if one[i - 1] == other[j - 1]:
            i, j = i - 1, j - 1
            found.append(i)
        elif _length(rows[i], j) > _length(rows[i - 1], j):
            j -= 1
        else:
            i -= 1
    return found


def _places(words: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, word in enumerate(words):
        places[word] = places.get(word, 0) | 1 << place
    return places


def _next(row: int, match: int) -> int:
    here = row & match
    return (row + here) | (row - here)


def _length(row: int, columns: int) -> int:
    return columns - (row & (1 << columns) - 1).bit_count()
