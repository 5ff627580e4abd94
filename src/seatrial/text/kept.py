"""What of a question decides its answer, and must not be touched when it is made harder."""

import re
from collections.abc import Iterable
from typing import NamedTuple

_KEPT = re.compile(
    r"""\{\{.{0,200}?\}\}|\{%.{0,200}?%\}|\$?\{[A-Za-z_][\w.-]{0,60}\}  # templates
    |https?://\S+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+           # addresses
    |[$€£¥]?\d[\d.,:/-]*(?:\s?%|\s?[$€£¥])?                      # numbers, times, dates, amounts
    |\b(?=\w*\d)(?=\w*[^\W\d])[\w-]+\b                          # codes: XK-17, 3rd
    |\b[A-Z]{2,}[\w-]*\b                                        # abbreviations
    |(?<![.!?]\s)(?<!^)(?<![¿¡])\b[A-ZÀ-ÖØ-Þ][^\W\d_]+\b                  # names: a capital that begins no sentence
    |"[^"]{1,200}"|«[^»]{1,200}»|“[^”]{1,200}”                   # quotations
    """,
    re.VERBOSE | re.DOTALL,
)
LONGEST = 100_000
"""Characters of a question that are looked at; what lies beyond is kept as a whole."""


class Piece(NamedTuple):
    """A stretch of a text; `kept` must stand in the harder text as it is."""

    text: str
    kept: bool


def pieces(text: str, also: Iterable[str] = ()) -> tuple[Piece, ...]:
    """A text cut into what may be changed and what decides its answer.

    Kept are templates, addresses, numbers with their units, codes, abbreviations, names (words with a capital that
    begin no sentence), quotations, and the texts in `also`.
    """
    found = [match.span() for match in _KEPT.finditer(text[:LONGEST])]
    for each in also:
        found += [match.span() for match in re.finditer(re.escape(each), text[:LONGEST], re.IGNORECASE)] if each else []
    made, place = [], 0
    for start, end in sorted(found):
        if start > place:
            made.append(Piece(text[place:start], False))
        if end > place:
            made.append(Piece(text[max(start, place) : end], True))
            place = end
    free = text[place:LONGEST]
    made += [Piece(free, False)] if free else []
    return (*made, Piece(text[LONGEST:], True)) if len(text) > LONGEST else tuple(made)
