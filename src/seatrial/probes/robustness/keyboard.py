"""The key beside the right one, on the keyboard of the question's language."""

import random
import re
from collections.abc import Mapping

from seatrial.probes.rewording import Rewrite
from seatrial.probes.robustness.languages import ByLanguage
from seatrial.probes.robustness.signs import of_words, pick

_LAYOUTS = {
    "qwerty": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "qwerty_es": ("qwertyuiop", "asdfghjklñ", "zxcvbnm"),
    "qwertz": ("qwertzuiopü", "asdfghjklöä", "yxcvbnm"),
    "azerty": ("azertyuiop", "qsdfghjklm", "wxcvbn"),
    "jcuken": ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
}
"""The letters of the rows as they are printed on the keys (ISO 9995 arrangements of these countries)."""
_LANGUAGES = {"de": "qwertz", "cs": "qwertz", "hu": "qwertz", "fr": "azerty", "es": "qwerty_es", "ru": "jcuken"}


def neighbours(rows: tuple[str, ...]) -> dict[str, str]:
    """The keys that touch each key, when each row is shifted to the right by half a key against the one above."""
    beside: dict[str, str] = {}
    for number, row in enumerate(rows):
        above, below = (rows[number - 1] if number else ""), (rows[number + 1] if number + 1 < len(rows) else "")
        for place, letter in enumerate(row):
            near = row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
            near += above[place : place + 2] + below[max(place - 1, 0) : place + 1]
            beside[letter] = near
    return beside


def on_layout(layout: str) -> Rewrite:
    """A Rewrite that replaces one letter of the chosen words by the key beside it."""
    beside: Mapping[str, str] = neighbours(_LAYOUTS[layout])

    def slip(word: str, draw: random.Random) -> str:
        place = int(draw.random() * len(word))
        near = beside.get(word[place].lower())
        if near is None:
            return word
        other = pick(draw, near)
        return word[:place] + (other.upper() if word[place].isupper() else other) + word[place + 1 :]

    return of_words(slip, re.compile(r"[^\W\d_]{3,}"))


keyboard = ByLanguage(
    name="keyboard",
    summary="a letter replaced by the key beside it: qwerty, qwertz (de), azerty (fr), jcuken (ru)",
    rewrites={"": on_layout("qwerty"), **{language: on_layout(name) for language, name in _LANGUAGES.items()}},
    example="When does the last ferry leave for Saltholm?",
)
