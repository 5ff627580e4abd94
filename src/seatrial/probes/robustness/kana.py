"""Hiragana written as katakana, and the other way round."""

import random
import re

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import in_words, one_of

_HIRAGANA, _KATAKANA = range(0x3041, 0x3097), range(0x30A1, 0x30F7)
_TO_KATAKANA = dict(zip(_HIRAGANA, _KATAKANA, strict=True))
_TO_HIRAGANA = dict(zip(_KATAKANA, _HIRAGANA, strict=True))


def to_katakana(text: str) -> str:
    """Hiragana as katakana."""
    return text.translate(_TO_KATAKANA)


def to_hiragana(text: str) -> str:
    """Katakana as hiragana; the sign of a long vowel stays."""
    return text.translate(_TO_HIRAGANA)


def _katakana(run: str, draw: random.Random) -> str:
    return to_katakana(run)


def _hiragana(run: str, draw: random.Random) -> str:
    return to_hiragana(run)


kana = Rewording(
    name="kana",
    summary="stretches of hiragana in katakana, or of katakana in hiragana",
    rewrite=one_of(
        in_words(_katakana, re.compile("[\u3041-\u3096]+")), in_words(_hiragana, re.compile("[\u30a1-\u30f6ー]+"))
    ),
    example="さいごのフェリーはなんじにでますか。",
)
