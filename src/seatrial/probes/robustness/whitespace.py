"""Space where there should be none, none where it should be, and other space than usual."""

import random
import re

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import in_words, one_of, pick

_BLANK = re.compile(r"[ \u3000]+")
_AFTER = re.compile(r"(?<=[,;:.!?])[ \u3000]+")
_SPECIAL = re.compile(r"[^\w\s]")
_WIDER = ("  ", "   ", "\t", " \t ", "\u00a0 ")
_LINES = ("\n", " \n", "\n\n", "\r\n")


def _around(sign: str, draw: random.Random) -> str:
    return pick(draw, (f" {sign}", f" {sign} ", f"{sign} "))


whitespace = Rewording(
    name="whitespace",
    summary="spaces doubled, tabs, line breaks, none after punctuation, some around special characters",
    rewrite=one_of(
        in_words(lambda blank, draw: pick(draw, _WIDER), _BLANK),
        in_words(lambda blank, draw: pick(draw, _LINES), _BLANK),
        in_words(lambda blank, draw: "", _AFTER),
        in_words(_around, _SPECIAL),
    ),
    example="Hello, when does the last ferry leave for Saltholm?",
)
