"""Characters that are not seen."""

import random
import re

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import of_words, pick

INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")
"""Zero-width space, non-joiner, joiner, word joiner, zero-width no-break space, soft hyphen."""


def _behind(letter: str, draw: random.Random) -> str:
    return letter + pick(draw, INVISIBLE)


invisible = Rewording(
    name="invisible",
    summary="characters without width between the letters of words: zero-width spaces and joiners, soft hyphens",
    rewrite=of_words(_behind, re.compile(r"[^\W\d_](?=[^\W\d_])")),
    example="When does the last ferry leave for Saltholm?",
    after="Boucher et al., Bad Characters: Imperceptible NLP Attacks (2022)",
)
