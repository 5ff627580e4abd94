"""Signs without a meaning before and behind the question."""

import random
from string import ascii_letters

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import of_whole

_SIGNS = (ascii_letters + "!#$%&()*+,-./:;<=>?@[]^_`|~").encode()
LONGEST = 120
"""Signs on each side at full strength."""


def _noise(draw: random.Random, strength: float) -> str:
    length = int(draw.random() * strength * LONGEST + 1)
    return "".join([chr(_SIGNS[byte % len(_SIGNS)]) for byte in draw.randbytes(length)])


def _around(text: str, draw: random.Random, strength: float) -> str:
    return f"{_noise(draw, strength)} {text} {_noise(draw, strength)}"


noise = Rewording(
    name="noise",
    summary="random letters and signs before and behind the question; no digits",
    rewrite=of_whole(_around),
    example="When does the last ferry leave for Saltholm?",
)
