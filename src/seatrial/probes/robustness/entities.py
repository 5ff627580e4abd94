"""Names written otherwise: in capitals, in small letters, in ASCII, without their special characters."""

import random
import re
from collections.abc import Sequence

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import Slip, pick, whole
from seatrial.probes.robustness.unicode import to_ascii
from seatrial.text.kept import Piece

_PART = r"[^\W\d_]+(?:['’.-][^\W\d_]+)*"
NAME = re.compile(rf"(?<![.!?]\s)(?<!^)(?<![\w¿¡])[A-ZÀ-ÖØ-Þ](?:{_PART})?(?:\s[A-ZÀ-ÖØ-Þ]{_PART})*")
"""A name: words with a capital that begin no sentence, with the hyphens and apostrophes within."""
_SPECIAL = re.compile(r"['’.-]")
_PLAIN = re.compile(r"[^\W\d_]+")


def names_in(cut: Sequence[Piece]) -> list[tuple[int, int]]:
    """Where the names of a text stand.

    A name with a hyphen is cut into several pieces, so names are looked for in the whole text; those that overlap what
    is kept for another reason (codes, quotations, templates) are left out.
    """
    found = [match.span() for match in NAME.finditer(whole(cut))]
    if not found:
        return []
    place = 0
    barred = []
    for piece in cut:
        if piece.kept and not _PLAIN.fullmatch(piece.text):
            barred.append((place, place + len(piece.text)))
        place += len(piece.text)
    return [(start, end) for start, end in found if not any(start < e and s < end for s, e in barred)]


def _upper(name: str, draw: random.Random) -> str:
    return name.upper()


def _lower(name: str, draw: random.Random) -> str:
    return name.lower()


def _ascii(name: str, draw: random.Random) -> str:
    return to_ascii(name)


def _without(name: str, draw: random.Random) -> str:
    return _SPECIAL.sub(pick(draw, ("", " ")), name)


_FORMS: tuple[Slip, ...] = (_upper, _lower, _ascii, _without)


def _otherwise(cut: Sequence[Piece], draw: random.Random, strength: float) -> str:
    """The share `strength` of the names in one other form; another is tried where a form changes nothing."""
    before = whole(cut)
    chosen = [span for span in names_in(cut) if draw.random() < strength]
    first = int(draw.random() * len(_FORMS))
    for form in (*_FORMS[first:], *_FORMS[:first]) if chosen else ():
        made, place = [], 0
        for start, end in chosen:
            made += [before[place:start], form(before[start:end], draw)]
            place = end
        after = "".join([*made, before[place:]])
        if after != before:
            return after
    return before


entities = Rewording(
    name="entities",
    summary="names in capitals, in small letters, in ASCII, or without hyphens and apostrophes; numbers and codes stay",
    rewrite=_otherwise,
    example="When does the ferry to Saint-Malo leave, and does René O'Hara need a ticket?",
    keeps=False,
)
