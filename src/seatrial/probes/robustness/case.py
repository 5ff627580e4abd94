"""Shouted, whispered, or with capitals anywhere."""

import random
import re
from collections.abc import Sequence

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import in_words, one_of
from seatrial.text.kept import Piece

_NAME = re.compile(r"[^\W\d_]*[a-zß-ÿ][^\W\d_]*")


def _random(word: str, draw: random.Random) -> str:
    return "".join([letter.upper() if draw.random() < 0.5 else letter.lower() for letter in word])


_STYLE = one_of(
    in_words(lambda word, draw: word.upper()),
    in_words(lambda word, draw: word.lower()),
    in_words(_random),
)


def _cased(cut: Sequence[Piece], draw: random.Random, strength: float) -> str:
    """Names are written as the words around them, as people who shout do; all else that is kept stays."""
    free = [Piece(piece.text, piece.kept and _NAME.fullmatch(piece.text) is None) for piece in cut]
    return _STYLE(free, draw, strength)


case = Rewording(
    name="case",
    summary="words in capitals, in small letters, or in both by chance, names too; codes and quotations stay",
    rewrite=_cased,
    example="When does the last ferry leave for Saltholm?",
    keeps=False,
)
