"""Letters that a control character behind them takes away again, where it is obeyed."""

import random
import re
from string import ascii_lowercase

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import of_words, pick

DELETERS = ("\b", "\x7f")
"""Backspace and delete."""


def obeyed(text: str) -> str:
    """What is seen where the control characters are obeyed: each takes away the sign before it."""
    seen: list[str] = []
    for sign in text:
        if sign not in DELETERS:
            seen.append(sign)
        elif seen:
            seen.pop()
    return "".join(seen)


def _deleted(letter: str, draw: random.Random) -> str:
    return letter + pick(draw, ascii_lowercase) + pick(draw, DELETERS)


deletion_characters = Rewording(
    name="deletion_characters",
    summary="letters put in, each with a backspace or delete behind it that would take it away again",
    rewrite=of_words(_deleted, re.compile(r"[^\W\d_](?=[^\W\d_])")),
    example="When does the last ferry leave for Saltholm?",
    after="Boucher et al., Bad Characters: Imperceptible NLP Attacks (2022)",
)
