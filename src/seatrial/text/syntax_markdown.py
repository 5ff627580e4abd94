"""Markdown: every text is some, so what is looked for is what surely was not meant (CommonMark 0.31, GFM 0.29).

A fence that stays open; a link without a destination, or whose bracket is not closed; a reference (`[text][name]`)
that is defined nowhere; a table whose rows have not as many cells as its head; a heading without a space (`##Fares`).
"""

import re
from collections.abc import Iterator

from seatrial.text.blocks import blocks_of, prose_of
from seatrial.text.syntax import MOST_CHARACTERS, CannotRead

_LINK = re.compile(
    r"(?<!\\)\[[^\[\]\n]{0,500}\]\((?P<to>[^()\n]{0,2000}(?:\([^()\n]{0,500}\)[^()\n]{0,500})?)(?P<end>\))?"
)
_REFERENCE = re.compile(r"(?<!\\)\[(?P<text>[^\[\]\n]{1,500})\]\[(?P<name>[^\[\]\n]{0,200})\]")
_DEFINED = re.compile(r"^[ \t]{0,8}\[([^\[\]\n]{1,200})\]:", re.MULTILINE)
_TITLED = re.compile(r"(?:<[^<>]*>|[^\s<>]+)(?:\s+(?:\"[^\"]*\"|'[^']*'))?")
_HEADING = re.compile(r"#{2,6}[^\s#]|#[A-Z][a-z]+ \w")
_DELIMITERS = re.compile(r"[ \t]{0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_NUMBER = re.compile(r"\d+")


def faults_of_markdown(text: str) -> Iterator[str]:
    """What is wrong with a text of Markdown, each as the end of a sentence.

    Raises:
        CannotRead: It is too long.
    """
    if len(text) > MOST_CHARACTERS:
        raise CannotRead(f"it has {len(text):,} characters, and only {MOST_CHARACTERS:,} are read")
    for block in blocks_of(text):
        if not block.closed:
            yield f"line {max(1, block.line - 1)}: a fence of code is not closed"
    prose = prose_of(text, "x")
    defined = {_name(each) for each in _DEFINED.findall(prose)}
    lines = prose.split("\n")
    for number, line in enumerate(lines, 1):
        for fault in (*_links(line), *_references(line, defined), *_headings(line)):
            yield f"line {number}: {fault}"
    yield from _tables(lines)


def _links(line: str) -> Iterator[str]:
    for found in _LINK.finditer(line):
        if found["end"] is None:
            yield "the bracket of a link is not closed"
        elif not found["to"].strip():
            yield "a link has no destination"
        elif not _TITLED.fullmatch(found["to"].strip()):
            yield "the destination of a link holds a space"


def _references(line: str, defined: set[str]) -> Iterator[str]:
    for found in _REFERENCE.finditer(line):
        name = found["name"] or found["text"]
        if _name(name) not in defined and not _NUMBER.fullmatch(name) and not _NUMBER.fullmatch(found["text"]):
            yield f"the reference `{name[:40]}` is defined nowhere"


def _headings(line: str) -> Iterator[str]:
    if _HEADING.match(line):
        yield "a heading has no space behind its `#`"


def _tables(lines: list[str]) -> Iterator[str]:
    """Rows of tables with another number of cells than the head; a table ends at a line without `|`."""
    width = 0
    for number, line in enumerate(lines, 1):
        head = lines[number - 2] if number > 1 else ""
        if "|" in line and "|" in head and not width and _DELIMITERS.fullmatch(line):
            width = _cells(line)
            if _cells(head) != width:
                yield f"line {number}: the head of a table has {_cells(head)} cells, the line below it {width}"
        elif "|" not in line:
            width = 0
        elif width and _cells(line) != width:
            yield f"line {number}: a row of a table has {_cells(line)} cells, its head has {width}"


def _cells(line: str) -> int:
    """How many cells a line has; a bar behind a backslash divides none."""
    return line.strip().replace("\\|", "").removeprefix("|").removesuffix("|").count("|") + 1


def _name(name: str) -> str:
    return " ".join(name.casefold().split())
