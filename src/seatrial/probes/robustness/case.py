"""Shouted, whispered, or with capitals anywhere."""

import random

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import in_words, one_of


def _random(word: str, draw: random.Random) -> str:
    return "".join([letter.upper() if draw.random() < 0.5 else letter.lower() for letter in word])


case = Rewording(
    name="case",
    summary="words in capitals, in small letters, or in both by chance; names and abbreviations stay",
    rewrite=one_of(
        in_words(lambda word, draw: word.upper()),
        in_words(lambda word, draw: word.lower()),
        in_words(_random),
    ),
    example="When does the last ferry leave for Saltholm?",
)
