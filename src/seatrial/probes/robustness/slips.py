"""Single kinds of slips, each as a family: a letter too many, too few, swapped, or another one.

Where a script has no spaces between words (Japanese, Chinese, Thai), one letter in up to four counts as a word.
"""

import random
import re
from string import ascii_lowercase

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import UNSPACED, of_words, pick

_LONGER = re.compile(rf"[{UNSPACED}]{{2,4}}|[^\W\d_]{{3,}}")
_HIRAGANA = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわん"
_UNSPACED = re.compile(f"[{UNSPACED}]")


def _alphabet(word: str) -> str:
    if word.isascii():
        return ascii_lowercase
    return _HIRAGANA if "\u3041" <= word[0] <= "\u9fff" else word.lower()


def _inside(word: str, draw: random.Random) -> int:
    """A place behind the first letter."""
    return 1 + int(draw.random() * (len(word) - 1))


def _inserted(word: str, draw: random.Random) -> str:
    place = _inside(word, draw)
    return word[:place] + pick(draw, _alphabet(word)) + word[place:]


def _deleted(word: str, draw: random.Random) -> str:
    place = _inside(word, draw)
    return word[:place] + word[place + 1 :]


def _swapped(word: str, draw: random.Random) -> str:
    least = 0 if _UNSPACED.match(word) else 1
    places = [i for i in range(least, len(word) - 1) if word[i] != word[i + 1]]
    if not places:
        return word
    place = pick(draw, places)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _substituted(word: str, draw: random.Random) -> str:
    place = _inside(word, draw)
    other = pick(draw, _alphabet(word))
    return word[:place] + (other.upper() if word[place].isupper() else other) + word[place + 1 :]


_EXAMPLE = "When does the last ferry leave for Saltholm?"
insertion = Rewording(
    name="insertion",
    summary="a letter too many in words of three letters or more; first letters stay",
    rewrite=of_words(_inserted, _LONGER),
    example=_EXAMPLE,
)
deletion = Rewording(
    name="deletion",
    summary="a letter left out of words of three letters or more; first letters stay",
    rewrite=of_words(_deleted, _LONGER),
    example=_EXAMPLE,
)
swap = Rewording(
    name="swap",
    summary="two neighbouring letters of a word swapped; first letters stay",
    rewrite=of_words(_swapped, _LONGER),
    example=_EXAMPLE,
)
substitution = Rewording(
    name="substitution",
    summary="a letter of a word replaced by any other; first letters stay",
    rewrite=of_words(_substituted, _LONGER),
    example=_EXAMPLE,
)
