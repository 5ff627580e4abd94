"""Citations in a text: numbers in brackets (`[1]`, `[2, 3]`, `[1-3]`) and authors with years (`(Smith 2020)`).

Code is left out, and so are `[1]: ...` (a definition), `[^1]` (a footnote) and `a[1]` (an index).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from seatrial.text.blocks import prose_of

MOST_CHARACTERS = 1_000_000
_NUMBERS = re.compile(r"(?<![\w\])])\[(\d{1,6}(?:\s{0,2}[,;–-]\s{0,2}\d{1,6}){0,40})\](?!:)|(?<=\])\[(\d{1,6})\](?!:)")
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
        for first, last in _RANGE.findall(found[1] or found[2]):
            end = int(last or first)
            for number in range(int(first), min(end, int(first) + 99) + 1) or (end,):
                yield Citation(found[0], number)
    for found in _WORKS.finditer(prose):
        for part in _PART.finditer(found[1]):
            yield Citation(part[0], None, part[1], part[2])
    for found in _IN_TEXT.finditer(prose):
        yield Citation(found[0], None, re.split(r"\s", found[1])[0], found[2])


def names_work(document: str, author: str, year: str) -> bool:
    """Whether a document holds an author's name and the year."""
    return year in document and author.casefold() in document.casefold()
