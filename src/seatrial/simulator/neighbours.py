"""Finding the words of a list that are one or two edits away, without comparing with each of them.

Words that are so near to each other are equal after as many letters are left out of each (the idea of SymSpell, Garbe
2012). Edits are those of optimal string alignment: a letter changed, added, lost, or swapped with its neighbour.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from seatrial.simulator.language import one_edit_apart

SHORTEST_TWO = 5
"""Letters of a word of which two may be wrong."""
LONGEST = 24
"""Letters of a word that is looked up."""


class Neighbours:
    """The neighbours of any word among the words of a list, in the order of the list.

    Args:
        words: The list, without repetitions.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._words = [word for word in words if len(word) <= LONGEST]
        self._rank = {word: number for number, word in enumerate(self._words)}

    def one_apart(self, word: str) -> list[str]:
        """The words that are equal or one edit away."""
        return [each for each in self._near(self._by_one, {word, *_shorter(word)}) if one_edit_apart(word, each)]

    def two_apart(self, word: str, least: int = SHORTEST_TWO) -> list[str]:
        """The words of so many letters that are up to two edits away."""
        forms = {word, *_shorter(word), *_shorter_by_two(word)}
        near = self._near(self._by_two, forms)
        return [each for each in near if len(each) >= least and two_edits_apart(word, each)]

    def _near(self, index: dict[str, list[str]], forms: Iterable[str]) -> list[str]:
        found = {each for form in forms if len(form) <= LONGEST for each in index.get(form, ())}
        return sorted(found, key=self._rank.__getitem__)

    @cached_property
    def _by_one(self) -> dict[str, list[str]]:
        return _index((form, word) for word in self._words for form in {word, *_shorter(word)})

    @cached_property
    def _by_two(self) -> dict[str, list[str]]:
        long = [word for word in self._words if len(word) >= SHORTEST_TWO]
        return _index((form, word) for word in long for form in {word, *_shorter(word), *_shorter_by_two(word)})


def two_edits_apart(left: str, right: str) -> bool:
    """Whether the optimal string alignment distance of two words is at most 2, one lost between swapped letters too."""
    if abs(len(left) - len(right)) > 2:
        return False
    if abs(len(left) - len(right)) == 1:
        short, long = sorted((left, right), key=len)
        return any(one_edit_apart(short, form) for form in _shorter(long)) or _distance(left, right) <= 2
    return _distance(left, right) <= 2


def _distance(left: str, right: str) -> int:
    """Optimal string alignment distance (Boytsov 2011)."""
    before: list[int] = []
    last = list(range(len(right) + 1))
    for row, letter in enumerate(left, 1):
        now = [row]
        for place, other in enumerate(right, 1):
            best = min(last[place] + 1, now[-1] + 1, last[place - 1] + (letter != other))
            swapped = row > 1 and place > 1 and letter == right[place - 2] and left[row - 2] == other
            now.append(min(best, before[place - 2] + 1) if swapped else best)
        before, last = last, now
    return last[-1]


def _shorter(word: str) -> Iterator[str]:
    """The word with each of its letters left out."""
    return (word[:place] + word[place + 1 :] for place in range(len(word) if len(word) <= LONGEST else 0))


def _shorter_by_two(word: str) -> set[str]:
    return {form for once in _shorter(word) for form in _shorter(once)}


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for form, word in pairs:
        found.setdefault(form, []).append(word)
    return found
