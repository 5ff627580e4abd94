"""What optical character recognition takes for each other."""

import random
import re

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import any_of, of_words, pick

_CONFUSED = {
    "O": ("0", "Q", "D"),
    "o": ("0", "c"),
    "l": ("1", "I", "|"),
    "I": ("l", "1", "|"),
    "i": ("l", "j"),
    "j": ("i",),
    "t": ("f", "+"),
    "f": ("t",),
    "rn": ("m",),
    "m": ("rn", "nn"),
    "nn": ("m",),
    "n": ("ri", "u"),
    "u": ("ii", "n"),
    "w": ("vv",),
    "vv": ("w",),
    "W": ("VV",),
    "cl": ("d",),
    "d": ("cl",),
    "S": ("5",),
    "s": ("5",),
    "Z": ("2",),
    "z": ("2",),
    "B": ("8", "R"),
    "G": ("6", "C"),
    "g": ("9", "q"),
    "q": ("g", "9"),
    "e": ("c",),
    "c": ("e", "("),
    "h": ("b", "li"),
    "b": ("6", "h"),
    "a": ("o",),
    "y": ("v",),
    "E": ("F",),
    "ä": ("a", "ii"),
    "ö": ("6", "o"),
    "ü": ("ii", "u"),
    "ß": ("B",),
    "é": ("6", "e"),
    "ñ": ("fi",),
    "ロ": ("口",),
    "カ": ("力",),
    "ニ": ("二",),
    "エ": ("工",),
    "ハ": ("八",),
    "ソ": ("ン",),
    "ン": ("ソ",),
    "シ": ("ツ",),
    "ツ": ("シ",),
    "は": ("ほ",),
    "る": ("ろ",),
    "め": ("ぬ",),
    "未": ("末",),
    "日": ("曰",),
    "大": ("犬",),
}
"""Shapes that are near to each other in print, put together by looking at them."""
_ANY = any_of(_CONFUSED)


def _misread(word: str, draw: random.Random) -> str:
    found = [match.span() for match in _ANY.finditer(word)]
    if not found:
        return word
    start, end = pick(draw, found)
    return word[:start] + pick(draw, _CONFUSED[word[start:end]]) + word[end:]


ocr = Rewording(
    name="ocr",
    summary="one shape in a word read as another: o and 0, l and 1, rn and m, cl and d, ソ and ン",
    rewrite=of_words(_misread, re.compile(r"[^\W\d_]{2,}")),
    example="When does the last ferry leave for Saltholm?",
)
