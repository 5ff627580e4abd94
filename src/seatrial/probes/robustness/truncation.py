"""The end is missing, but not what matters."""

import random
import re
from collections.abc import Sequence

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import whole
from seatrial.text.kept import Piece

_STUB = re.compile(r"(?<!\w)[^\W\d_]\Z")
MOST = 0.25
"""The share of a text that is cut off at full strength."""


def _cut_off(cut: Sequence[Piece], draw: random.Random, strength: float) -> str:
    """Cut within the last free piece, so that all that decides the answer stays."""
    text = whole(cut)
    if not text.strip() or cut[-1].kept:
        return text
    most = min(len(cut[-1].text) - (len(cut) == 1), int(len(text) * MOST * strength + 1))
    gone = int(draw.random() * most + 1) if most > 0 and strength > 0 else 0
    # A single letter of a longer word says nothing any more: its second stays, too.
    made = text[: len(text) - gone]
    return (
        text[: len(made) + 1]
        if _STUB.search(made) and len(made) > 1 and text[len(made) : len(made) + 2].isalpha()
        else made
    )


truncation = Rewording(
    name="truncation",
    summary="up to a quarter of the text cut off its end, nothing that must be kept",
    rewrite=_cut_off,
    example="When does the last ferry to Saltholm leave on a normal working day, please?",
)
