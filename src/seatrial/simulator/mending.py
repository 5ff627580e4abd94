"""Words that nobody knows, mended to the nearest one that is known: slips, misread shapes, words broken off."""

import re
from collections.abc import Iterable, Iterator

from seatrial.simulator.language import frequent_words, normalise
from seatrial.simulator.neighbours import Neighbours

SHORTEST = 2
"""Letters of a word that is mended; of so few, one must have been lost."""
SHORTEST_BEGINNING = 4
"""Letters of a beginning that is taken for a word; at the end of a text, where it may be broken off, two."""
SHORTEST_TWICE = 6
"""Letters of a word in which two slips are mended."""
MOST_REMEMBERED = 20_000
_WORD = re.compile(r"(?:[+(|](?=[^\W\d_]{2}))?[^\W_](?:[^\W_]|[+(|](?=[^\W\d_]))*(?:\+(?!\w))?")
"""A word, with signs inside that were letters before they were misread."""
_SHAPES = str.maketrans(
    {"0": "o", "1": "l", "5": "s", "6": "g", "8": "b", "9": "g", "2": "z", "+": "t", "(": "c", "|": "l"}
)
_MISREAD = (
    ("rn", "m"), ("nn", "m"), ("m", "nn"), ("m", "rn"), ("cl", "d"), ("d", "cl"), ("vv", "w"), ("ii", "u"), ("li", "h"),
    ("ri", "n"), ("l", "i"), ("fi", "n"),
)  # fmt: skip
_ALIKE = {
    "c": "eo",
    "o": "ac",
    "u": "n",
    "n": "u",
    "h": "b",
    "b": "h",
    "t": "f",
    "f": "t",
    "q": "g",
    "j": "i",
    "v": "y",
}
"""Letters that may each have been another one; tried one at a time, and only where that gives a word."""
_BROKEN_OFF = re.compile(r"(?<!\S)[^\W\d_]{2,}\Z")


class Mender:
    """Mends the words of one language.

    Args:
        language: Which.
        keywords: The words that matter; they are preferred.
        others: Words that there are besides these and the frequent ones of the language.
        foreign: Words of other languages, which are left alone.
    """

    def __init__(
        self, language: str, keywords: Iterable[str], others: Iterable[str] = (), foreign: Iterable[str] = ()
    ) -> None:
        first = sorted({normalise(word.removesuffix("*")) for word in keywords} - {""})
        self._beginnings = tuple(normalise(word) for word in keywords if word.endswith("*"))
        more = sorted((frequent_words(language) | set(others)) - set(first))
        self._known = frozenset((*first, *more))
        self._foreign = frozenset(foreign) - self._known
        self._settled = self._known | self._foreign
        self._first = frozenset(first)
        self._words = [word for word in (*first, *more) if len(word) > SHORTEST]
        self._neighbours = Neighbours(self._words)
        self._mended: dict[str, str] = {}

    def mended(self, text: str, *, foreign: bool = False) -> str:
        """The text with words that are not known as the nearest one where there is one; on wish, foreign ones, too."""
        whole = _BROKEN_OFF.sub(lambda found: self._completed(found[0]), text)
        return _WORD.sub(lambda found: self._word(found[0], foreign=foreign), whole)

    @property
    def settled(self) -> frozenset[str]:
        """All words that there are, those of other languages, too: none of them is a slip of another."""
        return self._settled

    def knows(self, words: Iterable[str]) -> float:
        """How many of these words are of this language; one that must be mended first counts a half."""
        return sum(
            1.0
            if word in self._known or word.startswith(self._beginnings or "\0")
            else 0.5 * (self._word(word) != word)
            for word in words
        )

    def _word(self, written: str, *, foreign: bool = False) -> str:
        word = normalise(written) if written.isalnum() else written.casefold()
        if word in self._known or (word in self._foreign and not foreign) or len(word) < SHORTEST or word.isdecimal():
            return written
        if word not in self._mended:
            if len(self._mended) >= MOST_REMEMBERED:
                self._mended.clear()
            self._mended[word] = self._nearest(word)
        return self._mended[word] or written

    def _nearest(self, word: str) -> str:
        shaped = word.translate(_SHAPES)
        readings = [shaped, *(shaped.replace(old, new) for old, new in _MISREAD if old in shaped)]
        whole = (*readings, *_with_one_alike(shaped), f"h{word}")
        known = [each for each in whole if each in self._known or each.startswith(self._beginnings or "\0")]
        if known:
            best = next((each for each in known if each in self._first), known[0])
            return best if best != word else ""
        for reading in readings:
            least = len(reading) + 1 if len(reading) == SHORTEST else 0
            near = [each for each in self._neighbours.one_apart(reading) if len(each) >= least]
            if near:
                return min(near, key=lambda each: _unlikeness(reading, each))
        if len(word) >= SHORTEST_BEGINNING and (found := self._begun(word)):
            return found
        twice = self._neighbours.two_apart(word, SHORTEST_TWICE) if len(word) >= SHORTEST_TWICE else []
        return next(iter(twice), "")

    def _completed(self, written: str) -> str:
        """A word at the end of a text, which may be the beginning of one."""
        word = normalise(written)
        if word in self._known or word in self._foreign or self._neighbours.one_apart(word):
            return written
        return self._begun(word) or written

    def _begun(self, word: str) -> str:
        return next((each for each in self._words if each.startswith(word)), "")


def _with_one_alike(word: str) -> Iterator[str]:
    for place, letter in enumerate(word):
        yield from (word[:place] + other + word[place + 1 :] for other in _ALIKE.get(letter, ""))


def _unlikeness(word: str, other: str) -> tuple[bool, bool, bool]:
    """Swapped letters are likeliest; then a lost or added one where the first is right, another one where not."""
    first = word[0] == other[0]
    return sorted(word) != sorted(other), not first, (len(word) == len(other)) is first
