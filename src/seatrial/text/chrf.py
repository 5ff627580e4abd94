"""chrF (Popović 2015) and chrF++ (Popović 2017): how many runs of characters two texts share, as sacrebleu counts.

White space does not count. Of several references the best counts, for the sums of a corpus, too.
"""

import string
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from seatrial.text.ngrams import character_grams, shared, word_grams

CHARACTER_ORDERS = 6
BETA = 2
"""How many times as much as precision recall counts."""
_PUNCTUATION = frozenset(string.punctuation)


class ChrfSums(NamedTuple):
    """Runs of the answer, of the reference, and in both, by order: characters 1 to 6, then words."""

    answer: tuple[float, ...]
    reference: tuple[float, ...]
    matches: tuple[float, ...]


def chrf_sums(answer: str, references: Sequence[str], word_orders: int = 0) -> ChrfSums:
    """The sums of one answer against the reference that it is nearest to.

    Args:
        answer: Its text.
        references: At least one text.
        word_orders: 0 for chrF, 2 for chrF++.

    Raises:
        ValueError: There are no references.
    """
    mine, best, highest = _grams(answer, word_orders), None, -1.0
    for reference in references:
        theirs = _grams(reference, word_orders)
        wanted = tuple(float(counts.total()) for counts in theirs)
        # sacrebleu counts no runs of the answer in an order that the reference is too short for.
        given = tuple(float(counts.total()) if n else 0.0 for counts, n in zip(mine, wanted, strict=True))
        both = tuple(float(shared(one, other)) for one, other in zip(mine, theirs, strict=True))
        found = ChrfSums(given, wanted, both)
        if (value := chrf(found)) > highest:
            best, highest = found, value
    if best is None:
        raise ValueError("chrF needs at least one reference")
    return best


def chrf(sums: ChrfSums) -> float:
    """F of the mean precision and the mean recall over the orders that both sides have, 0 to 1."""
    rows = [row for row in zip(*sums, strict=True) if row[0] and row[1]]
    if not rows:
        return 0.0
    precision = sum(both / given for given, _, both in rows) / len(rows)
    recall = sum(both / wanted for _, wanted, both in rows) / len(rows)
    if not precision + recall:
        return 0.0
    factor = BETA**2
    return (1 + factor) * precision * recall / (factor * precision + recall)


def _grams(text: str, word_orders: int) -> list[Counter[Any]]:
    characters = "".join(text.split())
    counts: list[Counter[Any]] = [character_grams(characters, order) for order in range(1, CHARACTER_ORDERS + 1)]
    words = _words(text) if word_orders else []
    return [*counts, *(word_grams(words, order) for order in range(1, word_orders + 1))]


def _words(text: str) -> list[str]:
    """Words with one punctuation mark split off: the last character, else the first."""
    found = []
    for word in text.split():
        if len(word) > 1 and word[-1] in _PUNCTUATION:
            found += [word[:-1], word[-1]]
        elif len(word) > 1 and word[0] in _PUNCTUATION:
            found += [word[0], word[1:]]
        else:
            found.append(word)
    return found
