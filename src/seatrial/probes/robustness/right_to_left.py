"""Marks of direction: text that is shown in another order than it is stored."""

import random
import re

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import in_words, one_of, pick

_LETTERS = re.compile(r"[^\W\d_]{2,}")
_GAP = re.compile(r"(?<=\s)(?=\w)|(?<=\w)(?=\s)")
_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufefc]")
_MARKS = ("\u200e", "\u200f", "\u061c")
_ISOLATES = (("\u2067", "\u2069"), ("\u2068", "\u2069"), ("\u202b", "\u202c"), ("\u202a", "\u202c"))


def mirrored(word: str, draw: random.Random) -> str:
    """A word stored backwards within an override that shows it forwards."""
    return ("\u202d" if _RIGHT.match(word) else "\u202e") + word[::-1] + "\u202c"


def _mark(nothing: str, draw: random.Random) -> str:
    return pick(draw, _MARKS)


def _isolated(word: str, draw: random.Random) -> str:
    start, end = pick(draw, _ISOLATES)
    return start + word + end


right_to_left = Rewording(
    name="right_to_left",
    summary="marks, isolates and overrides of direction (words stored backwards that are shown forwards)",
    rewrite=one_of(in_words(mirrored, _LETTERS), in_words(_mark, _GAP), in_words(_isolated, _LETTERS)),
    example="When does the last ferry leave for Saltholm?",
    after="Boucher and Anderson, Trojan Source (2021); UAX #9, Unicode Bidirectional Algorithm",
)
