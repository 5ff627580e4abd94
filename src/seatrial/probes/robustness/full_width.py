"""Full width and half width, as East Asian keyboards give them by mistake."""

import random
import re
import unicodedata

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import in_words, one_of

_FULL = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_ASCII = re.compile(r"[!-/:-~]+")
_WIDE = re.compile(r"[\uff01-\uff0f\uff1a-\uff5e\u30a1-\u30fc\u3001\u3002\u300c\u300d]+")
_HALF = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF61, 0xFF9E)}
_MARKS = {"\u3099": "\uff9e", "\u309a": "\uff9f"}


def to_full(text: str) -> str:
    """ASCII as the full-width forms U+FF01 to U+FF5E."""
    return text.translate(_FULL)


def to_half(text: str) -> str:
    """Full-width forms as ASCII, katakana and its punctuation as the half-width forms U+FF61 to U+FF9F."""
    made = []
    for sign in text:
        if "\uff01" <= sign <= "\uff5e":
            made.append(chr(ord(sign) - 0xFEE0))
        else:
            apart = unicodedata.normalize("NFD", sign)
            base, marks = apart[0], apart[1:]
            known = base in _HALF and all(mark in _MARKS for mark in marks)
            made.append(_HALF[base] + "".join(_MARKS[mark] for mark in marks) if known else sign)
    return "".join(made)


def _full(word: str, draw: random.Random) -> str:
    return to_full(word)


def _half(word: str, draw: random.Random) -> str:
    return to_half(word)


full_width = Rewording(
    name="full_width",
    summary="words in full-width letters, full-width letters and katakana in half width; digits stay",
    rewrite=one_of(in_words(_full, _ASCII), in_words(_half, _WIDE)),
    example="フェリーは何時に出ますか、ferry terminal はどこですか。",
    after="Unicode block Halfwidth and Fullwidth Forms (U+FF00)",
)
