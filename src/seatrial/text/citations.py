"""Citations in a text: numbers in brackets (`[1]`, `[2, 3]`, `[1-3]`) and authors with years (`(Smith 2020)`).

Code is left out, and so are `[1]: ...` (a definition), `[^1]` (a footnote) and `a[1]` (an index).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from seatrial.text.blocks import prose_of

MOST_CHARACTERS = 1_000_000
_NUMBERS = re.compile(r"(?<![\w\])])\[(\d{1,6}(?:\s{0,2}[,;–-]\s{0,2}\d{1,6}){0,40})\](?!:)|(?<=\])\[(\d{1,6})\](?!:)")
_YEARS = range(1900, 2100)
"""A number in brackets that is likelier a year; no answer has so many sources."""
_DATES = """
january february march april may june july august september october november december jan feb mar apr jun jul
aug sep sept oct nov dec spring summer autumn fall winter easter christmas monday tuesday wednesday thursday
friday saturday sunday since until before after from in by early mid late copyright version edition season
updated established founded built opened year januar februar märz mai juni juli oktober dezember frühling
frühjahr sommer herbst ostern weihnachten montag dienstag mittwoch donnerstag freitag samstag sonntag seit bis
ab stand baujahr jahr ausgabe anfang ende enero febrero marzo abril mayo junio julio agosto septiembre octubre
noviembre diciembre primavera verano otoño invierno lunes martes miércoles jueves viernes sábado domingo desde
hasta año versión edición temporada janvier février mars avril juin juillet août septembre octobre novembre
décembre printemps été automne hiver lundi mardi mercredi jeudi vendredi samedi dimanche depuis année édition
saison pâques noël
"""
_NO_AUTHOR = frozenset(_DATES.split())
"""What stands with a year in brackets and is no author: months, seasons, days, and what happened then."""
_RANGE = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?")
_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’-]{1,40}"
_WORK = (
    rf"{_NAME}(?:,? (?:&|and|und|y|et) {_NAME}| et al\.?|, {_NAME}){{0,4}},? (?:19|20)\d\d[a-z]?"
    r"(?:, (?:pp?|S)\. ?[\d–-]{1,12})?"
)
_WORKS = re.compile(rf"\((?:(?:see|cf\.|vgl\.|siehe|voir|véase) )?({_WORK}(?:; {_WORK}){{0,9}})\)")
_IN_TEXT = re.compile(rf"({_NAME}(?: (?:&|and|und|y|et) {_NAME}| et al\.?)?) \(((?:19|20)\d\d)[a-z]?\)")
_PART = re.compile(rf"({_NAME})[^;]{{0,240}}?((?:19|20)\d\d)")


class Citation(NamedTuple):
    """A citation as it stands in the text; `number` of the cited document, or `author` (the first) and `year`."""

    text: str
    number: int | None = None
    author: str = ""
    year: str = ""


def citations_in(text: str) -> Iterator[Citation]:
    """All citations of the first 1,000,000 characters: those by number, then those by author.

    A range cites its ends and what lies between them, but at most 100 documents.
    """
    prose = prose_of(text[:MOST_CHARACTERS])
    for found in _NUMBERS.finditer(prose):
        inside = found[1] or found[2]
        if inside.isdigit() and int(inside) in _YEARS:
            continue
        for first, last in _RANGE.findall(inside):
            end = int(last or first)
            for number in range(int(first), min(end, int(first) + 99) + 1) or (end,):
                yield Citation(found[0], number)
    for found in _WORKS.finditer(prose):
        for part in _PART.finditer(found[1]):
            if part[1].casefold() not in _NO_AUTHOR:
                yield Citation(part[0], None, part[1], part[2])
    for found in _IN_TEXT.finditer(prose):
        author = re.split(r"\s", found[1])[0]
        if author.casefold() not in _NO_AUTHOR:
            yield Citation(found[0], None, author, found[2])


def names_work(document: str, author: str, year: str) -> bool:
    """Whether a document holds an author's name and the year."""
    return year in document and author.casefold() in document.casefold()
