"""The end is missing, but not what matters."""

import random
from collections.abc import Sequence

from seatrial.probes.rewording import Rewording
from seatrial.text.kept import Piece

MOST = 0.25
"""The share of a text that is cut off at full strength."""


def _cut_off(cut: Sequence[Piece], draw: random.Random, strength: float) -> str:
    """Cut within the last free piece, so that all that decides the answer stays."""
    if not cut or cut[-1].kept:
        return "".join([piece.text for piece in cut])
    length = sum([len(piece.text) for piece in cut])
    most = min(len(cut[-1].text) - (len(cut) == 1), int(length * MOST * strength + 1))
    end = cut[-1].text
    gone = int(draw.random() * most + 1) if most > 0 and strength > 0 else 0
    return "".join([piece.text for piece in cut[:-1]]) + end[: len(end) - gone]


truncation = Rewording(
    name="truncation",
    summary="up to a quarter of the text cut off its end, nothing that must be kept",
    rewrite=_cut_off,
    example="When does the last ferry to Saltholm leave on a normal working day, please?",
)
