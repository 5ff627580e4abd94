"""The same text in other code points: ASCII only, decomposed, typographic."""

import random
import re
import unicodedata

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.accents import plain
from seatrial.probes.robustness.signs import any_of, in_words, one_of

_TO_ASCII = str.maketrans(
    {
        "’": "'", "‘": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-",
        "…": "...", "\u00a0": " ", "\u202f": " ", "¿": "?", "¡": "!", "•": "*", "×": "x", "ß": "ss", "æ": "ae",
        "œ": "oe", "Æ": "AE", "Œ": "OE",
        "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl",
    }
)  # fmt: skip
_TYPOGRAPHIC = {
    "...": "…",
    "'": "’",
    '"': "”",
    " - ": " – ",
    "ffi": "\ufb03",
    "ffl": "\ufb04",
    "ff": "\ufb00",
    "fi": "\ufb01",
    "fl": "\ufb02",
    " ": "\u00a0",
    "-": "\u2011",
}
_WORD = re.compile(r"\S+")


def to_ascii(text: str) -> str:
    """A text with what has a form in ASCII in that form: accents dropped, ß as ss, typographic signs as typed."""
    return text if text.isascii() else "".join(map(plain, text.translate(_TO_ASCII)))


def _ascii(word: str, draw: random.Random) -> str:
    return to_ascii(word)


def _decomposed(word: str, draw: random.Random) -> str:
    return unicodedata.normalize("NFD", word)


def _typographic(found: str, draw: random.Random) -> str:
    return _TYPOGRAPHIC[found]


unicode = Rewording(
    name="unicode",
    summary="the same text in other code points: in ASCII, decomposed (NFD), typographic (quotes, ligatures, dashes)",
    rewrite=one_of(in_words(_ascii, _WORD), in_words(_decomposed, _WORD), in_words(_typographic, any_of(_TYPOGRAPHIC))),
    example="Où est l'office, et à quelle heure part le dernier bateau - s'il vous plaît ?",
    after="UAX #15, Unicode Normalization Forms",
)
