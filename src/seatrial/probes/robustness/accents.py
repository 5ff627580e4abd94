"""Accents left out, written as two letters, or turned the other way."""

import random
import re
import unicodedata

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import as_cased, in_words, one_of

_ACCENTED = re.compile(r"[À-ÖØ-öø-žơưǎ-ǜȘ-țЁЙёйΆ-Ώά-ώẀ-ỹ]")
TWO_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe", "ñ": "nn"}
"""How a letter is written where its key is missing."""
_PLAIN = {"ß": "s", "ø": "o", "æ": "a", "œ": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "t", "ħ": "h", "ŧ": "t"}
_TURNED = str.maketrans("\u0300\u0301", "\u0301\u0300")


def plain(letter: str) -> str:
    """A letter without its accents (Unicode NFD without marks); letters that cannot be taken apart by a table."""
    bare = "".join(each for each in unicodedata.normalize("NFD", letter) if not unicodedata.combining(each))
    return "".join(as_cased(_PLAIN.get(each.lower(), each), each) for each in bare)


def _plain(letter: str, draw: random.Random) -> str:
    return plain(letter)


def _two_letters(letter: str, draw: random.Random) -> str:
    return as_cased(TWO_LETTERS.get(letter.lower(), letter), letter)


def _turned(letter: str, draw: random.Random) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", letter).translate(_TURNED))


accents = Rewording(
    name="accents",
    summary="accents left out (für: fur), written as two letters (fuer), or turned the other way (é: è)",
    rewrite=one_of(in_words(_plain, _ACCENTED), in_words(_two_letters, _ACCENTED), in_words(_turned, _ACCENTED)),
    example="Wann fährt die letzte Fähre täglich zurück, und wie viel kostet das für Schüler?",
)
