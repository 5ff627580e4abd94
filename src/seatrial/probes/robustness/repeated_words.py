"""Words said twice."""

import random
import re

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import UNSPACED, of_words

_UNSPACED = re.compile(f"[{UNSPACED}]")


def _twice(word: str, draw: random.Random) -> str:
    return word * 2 if _UNSPACED.match(word) else f"{word} {word.lower()}"


repeated_words = Rewording(
    name="repeated_words",
    summary="words said twice: the last last ferry",
    rewrite=of_words(_twice),
    example="When does the last ferry leave for Saltholm?",
)
