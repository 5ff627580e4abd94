"""Words that nobody knows, mended to the nearest one that is known: slips, misread shapes, words broken off."""

import re
from collections.abc import Iterable

from seatrial.simulator.language import frequent_words, normalise, one_edit_apart

SHORTEST = 2
"""Letters of a word that is mended; of so few, one must have been lost."""
SHORTEST_BEGINNING = 4
"""Letters of a beginning that is taken for a word."""
MOST_REMEMBERED = 20_000
_WORD = re.compile(r"[^\W_](?:[^\W_]|[+(|](?=[^\W\d_]))*(?:\+(?!\w))?")
"""A word, with signs inside that were letters before they were misread."""
_SHAPES = str.maketrans(
    {"0": "o", "1": "l", "5": "s", "6": "g", "8": "b", "9": "g", "2": "z", "+": "t", "(": "c", "|": "l"}
)
_MISREAD = (
    ("rn", "m"), ("nn", "m"), ("m", "rn"), ("cl", "d"), ("d", "cl"), ("vv", "w"), ("ii", "u"), ("li", "h"), ("ri", "n"),
    ("l", "i"),
)  # fmt: skip


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
        self._words = [word for word in (*first, *more) if len(word) > SHORTEST]
        self._mended: dict[str, str] = {}

    def mended(self, text: str, *, foreign: bool = False) -> str:
        """The text with words that are not known as the nearest one where there is one; on wish, foreign ones, too."""
        return _WORD.sub(lambda found: self._word(found[0], foreign=foreign), text)

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
        for reading in readings:
            if reading in self._known or reading.startswith(self._beginnings or "\0"):
                return reading if reading != word else ""
        for reading in readings:
            least = len(reading) + 1 if len(reading) == SHORTEST else 0
            near = [each for each in self._words if len(each) >= least and one_edit_apart(reading, each)]
            if near:
                return min(near, key=lambda each: (each[0] != reading[0], len(each) == len(reading)))
        if len(word) >= SHORTEST_BEGINNING and (found := next((w for w in self._words if w.startswith(word)), "")):
            return found
        return next((each for each in self._words if min(len(each), len(word)) >= 6 and _two_apart(word, each)), "")


def _two_apart(one: str, other: str) -> bool:
    """Whether a word with one letter less, or another in its place, is one edit from another word."""
    if abs(len(one) - len(other)) > 2:
        return False
    return any(
        one_edit_apart(one[:place] + one[place + 1 :], other)
        or (place < len(other) and one_edit_apart(one[:place] + other[place] + one[place + 1 :], other))
        for place in range(len(one))
    )
