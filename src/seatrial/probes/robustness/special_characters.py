"""Punctuation and special characters: removed, put in, doubled; `&` for "and"."""

import random
import re

from seatrial.probes.robustness.languages import ByLanguage
from seatrial.probes.robustness.signs import Change, as_cased, in_words, one_of, pick

_SPECIAL = re.compile(r"[^\w\s{}]")
_END = re.compile(r"(?<=\w)(?=\s|$)")
_PUT_IN = (",", ";", "!", "?", "...", "*", "#", "~", "_", "^", "/")
_AND = {"en": "and", "de": "und", "es": "y", "fr": "et"}


def _removed(sign: str, draw: random.Random) -> str:
    return ""


def _doubled(sign: str, draw: random.Random) -> str:
    return sign * (2 + int(draw.random() * 2))


def _put_in(nothing: str, draw: random.Random) -> str:
    return pick(draw, _PUT_IN)


def _ampersand(language: str) -> Change:
    word = _AND[language]

    def other(found: str, draw: random.Random) -> str:
        return as_cased(word, found) if found == "&" else "&"

    return in_words(other, re.compile(rf"(?<=\s)(?:{word}|&)(?=\s)", re.IGNORECASE))


_CHANGES = (in_words(_removed, _SPECIAL), in_words(_doubled, _SPECIAL), in_words(_put_in, _END))
special_characters = ByLanguage(
    name="special_characters",
    summary='punctuation and special characters removed, doubled or put in; "&" for "and", and back',
    rewrites={
        "": one_of(*_CHANGES, _ampersand("en")),
        **{language: one_of(*_CHANGES, _ampersand(language)) for language in _AND},
    },
    example="Hello, can I bring a dog and a bicycle (with its owner)?",
)
