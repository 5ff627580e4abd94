"""Slips of the hand: letters left out, doubled, swapped, put in."""

import random
import re
from collections.abc import Callable

from seatrial.probes.rewording import Rewording, of_free

_WORD = re.compile(r"[^\W\d_]{4,}")


def _without(word: str, place: int, draw: random.Random) -> str:
    return word[:place] + word[place + 1 :]


def _swapped(word: str, place: int, draw: random.Random) -> str:
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _doubled(word: str, place: int, draw: random.Random) -> str:
    return word[:place] + word[place] + word[place:]


def _replaced(word: str, place: int, draw: random.Random) -> str:
    return word[:place] + draw.choice(word) + word[place + 1 :]


_SLIPS: tuple[Callable[[str, int, random.Random], str], ...] = (_without, _swapped, _doubled, _replaced)


def _change(text: str, draw: random.Random, strength: float) -> str:
    def slip(found: re.Match[str]) -> str:
        word = found[0]
        if draw.random() >= strength:
            return word
        return draw.choice(_SLIPS)(word, draw.randrange(1, len(word) - 1), draw)

    return _WORD.sub(slip, text)


typos = Rewording(
    name="typos",
    summary="letters of longer words left out, swapped, doubled or replaced; first letters stay",
    rewrite=of_free(_change),
    example="When does the last ferry leave for Saltholm?",
)
