"""Ways of changing letters and words that several families share."""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from seatrial.probes.rewording import Rewrite, of_free
from seatrial.text.kept import Piece

Change = Callable[[str, random.Random, float], str]
"""Makes the harder text of a stretch that may be changed, by chance and at a strength."""
Slip = Callable[[str, random.Random], str]
"""What becomes of one word that was chosen."""
UNSPACED: Final = "\u0e01-\u0e3a\u0e40-\u0e4e\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff"
"""Letters of scripts that put no spaces between words, for a class in a pattern: Thai, kana, Han."""
WORD: Final = re.compile(rf"[{UNSPACED}]{{1,4}}|[^\W\d_]+")
"""A word; where a script has no spaces, four letters of it."""
_T = TypeVar("_T")


def pick(draw: random.Random, options: Sequence[_T]) -> _T:
    """One of several by chance; three times as fast as `random.choice`, and it leaves no bias that matters here."""
    return options[int(draw.random() * len(options))]


def of_words(slip: Slip, words: re.Pattern[str] = WORD) -> Rewrite:
    """A Rewrite that changes the share `strength` of the words that a pattern finds."""
    return of_free(in_words(slip, words))


def in_words(slip: Slip, words: re.Pattern[str] = WORD) -> Change:
    """A Change of the share `strength` of the words that a pattern finds."""

    def change(text: str, draw: random.Random, strength: float) -> str:
        chance = draw.random

        def changed(found: re.Match[str]) -> str:
            return slip(found[0], draw) if chance() < strength else found[0]

        return words.sub(changed, text)

    return change


def of_letters(others: Mapping[str, Sequence[str]]) -> Rewrite:
    """A Rewrite that puts one of `others` in the place of the share `strength` of the letters that have any."""
    return of_words(lambda letter, draw: pick(draw, others[letter]), any_of(others))


def any_of(texts: Mapping[str, object]) -> re.Pattern[str]:
    """A pattern of the keys of a table, longer ones first."""
    return re.compile("|".join(map(re.escape, sorted(texts, key=len, reverse=True))))


def one_of(*changes: Change) -> Rewrite:
    """A Rewrite that makes one of several changes, drawn anew for each child; where it changes nothing, the next."""
    rewrites = [of_free(change) for change in changes]

    def rewrite(cut: Sequence[Piece], draw: random.Random, strength: float) -> str:
        before = whole(cut)
        first = int(draw.random() * len(rewrites))
        for other in (*rewrites[first:], *rewrites[:first]):
            after = other(cut, draw, strength)
            if after != before:
                return after
        return before

    return rewrite


def of_whole(change: Change) -> Rewrite:
    """A Rewrite that puts something around the whole of a text, where there is any and the strength is not 0."""

    def rewrite(cut: Sequence[Piece], draw: random.Random, strength: float) -> str:
        text = whole(cut)
        return change(text, draw, strength) if strength > 0 and text.strip() else text

    return rewrite


def whole(cut: Sequence[Piece]) -> str:
    """The text that was cut."""
    return "".join([piece.text for piece in cut])


def as_cased(word: str, like: str) -> str:
    """A word with capitals as another one has them: all, the first, or none."""
    if len(like) > 1 and like.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if like[:1].isupper() else word
