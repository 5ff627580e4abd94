"""Whole numbers in words, and words as numbers."""

import random
import re

from seatrial.probes.robustness.worded import Reword, Worded, verified
from seatrial.text.spoken_numbers import LANGUAGES, MOST, in_words, spoken_numbers

_NUMBER = re.compile(r"(?<![\w.,:/$€£¥#-])(?:0|[1-9]\d{0,2})(?![\w%/:]|[.,-]\d| ?[%$€£¥])")
"""A number by itself: no part of a time, a date, an amount or a code."""


def numbers_of(text: str, language: str) -> list[int]:
    """The numbers by themselves of a text up to 999, in digits or in words, in their order."""
    digits = [(found.start(), int(found[0])) for found in _NUMBER.finditer(text)]
    spoken = [(found.start, found.value) for found in spoken_numbers(text, language)]
    return [value for _, value in sorted(digits + spoken)]


def _reword(language: str) -> Reword:
    def other(text: str, draw: random.Random, strength: float) -> str:
        places = [(*found.span(), in_words(int(found[0]), language)) for found in _alone(text)]
        places += [(found.start, found.end, str(found.value)) for found in spoken_numbers(text, language)]
        chosen = [place for place in places if draw.random() < strength] or places[:1]
        made = text
        for start, end, written in sorted(chosen, reverse=True):
            made = made[:start] + (written.upper() if text.isupper() else written) + made[end:]
        return made if numbers_of(made, language) == numbers_of(text, language) else text

    return other


def _alone(text: str) -> list[re.Match[str]]:
    # In words a 1 is an article, or has a gender.
    return [found for found in _NUMBER.finditer(text) if found[0] != "1"]


number_words = Worded(
    name="number_words",
    summary=f"whole numbers up to {MOST} in words, and words as numbers (en, de, es, fr)",
    rewrites={
        language: verified(_reword(language), lambda text: [found.span() for found in _alone(text)])
        for language in LANGUAGES
    },
    example="Please book 2 seats and five bicycles.",
    keeps=False,
)
