"""Groups of texts that are alike: average linkage (Sokal and Michener 1958) by nearest-neighbour chains (Murtagh 1983).

Nothing is drawn by chance and no number of groups is asked for: what is farther apart than `FARTHEST` stays apart. Time
and memory are quadratic, so callers bound the number of texts (500 take less than a second).
"""

import math
from collections import Counter
from collections.abc import Sequence
from operator import mul
from typing import Final, NamedTuple

from seatrial.text.features import words_of

FARTHEST: Final = 0.75
"""Mean distance (1 - cosine) within which two groups of texts become one."""


class Group(NamedTuple):
    """Texts that are alike: their places in the list, and the place of the one that is nearest to all others."""

    members: tuple[int, ...]
    medoid: int


def grouped(distances: Sequence[Sequence[float]], farthest: float = FARTHEST, smallest: int = 2) -> list[Group]:
    """The groups of at least `smallest` texts, the largest first.

    Args:
        distances: Between all pairs, symmetric, 0 on the diagonal.
        farthest: Groups whose mean distance is larger stay apart.
        smallest: Texts that a group needs.
    """
    parts = _parts(len(distances), [merge for merge in _merges(distances) if merge[2] <= farthest])
    found = [Group(part, _medoid(part, distances)) for part in parts if len(part) >= smallest]
    return sorted(found, key=lambda group: (-len(group.members), group.members))


def dense_distances(vectors: Sequence[Sequence[float]]) -> list[list[float]]:
    """1 - cosine between all pairs of vectors of numbers (embeddings); one without length is at 1 from all others."""
    ones = []
    for vector in vectors:
        length = math.sqrt(math.fsum(value * value for value in vector))
        ones.append([value / length for value in vector] if length else list(vector))
    found = [[0.0] * len(ones) for _ in ones]
    for i, a in enumerate(ones):
        for j in range(i):
            found[i][j] = found[j][i] = max(0.0, 1.0 - sum(map(mul, a, ones[j])))
    return found


def separating_words(texts: Sequence[str], others: Sequence[str], most: int = 3) -> list[str]:
    """The words that tell texts from others best, by the log odds of a text to hold the word, half a text added.

    Only words that stand in a third of the texts count, and each by the share of the texts that hold it; of equally
    good ones the longest comes first, as it says most.
    """
    here = Counter(word for text in texts for word in words_of(text))
    there = Counter(word for text in others for word in words_of(text))
    often = [word for word, n in here.items() if 3 * n >= len(texts)]
    scored = [(_weight(here[word], len(texts), there[word], len(others)), word) for word in often]
    ranked = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: (-pair[0], -len(pair[1]), pair[1]))
    return [word for _, word in ranked[:most]]


def _weight(here: int, texts: int, there: int, others: int) -> float:
    odds = (here + 0.5) / (texts - here + 0.5)
    odds_there = (there + 0.5) / (others - there + 0.5)
    return math.log(odds / odds_there) * here / texts


def _merges(distances: Sequence[Sequence[float]]) -> list[tuple[int, int, float]]:
    """All merges of average linkage: two places, each a member of its group, and the groups' mean distance."""
    apart = [list(row) for row in distances]
    sizes = dict.fromkeys(range(len(apart)), 1)
    merges, chain = [], list[int]()
    while len(sizes) > 1:
        if not chain:
            chain.append(next(iter(sizes)))
        tip = chain[-1]
        row = apart[tip]
        near = chain[-2] if len(chain) > 1 else -1
        least = row[near] if near >= 0 else math.inf
        for other in sizes:
            if other != tip and row[other] < least:
                near, least = other, row[other]
        if len(chain) > 1 and near == chain[-2]:
            del chain[-2:]
            merges.append((near, tip, least))
            _join(near, tip, apart, sizes)
        else:
            chain.append(near)
    return merges


def _join(kept: int, gone: int, apart: list[list[float]], sizes: dict[int, int]) -> None:
    """Make one group of two: its distances are the means of theirs, weighted by their sizes."""
    a, b = sizes[kept], sizes.pop(gone)
    mine, theirs = apart[kept], apart[gone]
    for other in sizes:
        mine[other] = apart[other][kept] = (a * mine[other] + b * theirs[other]) / (a + b)
    sizes[kept] = a + b


def _parts(n: int, merges: Sequence[tuple[int, int, float]]) -> list[tuple[int, ...]]:
    root = list(range(n))

    def find(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    for a, b, _ in merges:
        root[find(b)] = find(a)
    parts: dict[int, list[int]] = {}
    for place in range(n):
        parts.setdefault(find(place), []).append(place)
    return [tuple(part) for part in parts.values()]


def _medoid(part: Sequence[int], distances: Sequence[Sequence[float]]) -> int:
    return min(part, key=lambda place: (math.fsum(distances[place][other] for other in part), place))
