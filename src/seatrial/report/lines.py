"""Lines of a terminal as pieces of text with a style."""

from collections.abc import Iterable
from typing import NamedTuple

from seatrial.report.text import cell_width, wrap


class Piece(NamedTuple):
    """A piece of a line; `style` is one of rich's names."""

    text: str
    style: str = ""


Line = list[Piece]

ASCII = str.maketrans({"·": "-", "–": "-", "…": "~", "≥": ">=", "≤": "<=", "→": "->"})
"""What an ASCII terminal shows in place of our own typographic characters."""


def plain(lines: Iterable[Line]) -> str:
    """The lines without any style."""
    return "".join("".join(piece.text for piece in line).rstrip() + "\n" for line in lines)


def heading(text: str) -> list[Line]:
    """An empty line and a heading."""
    return [[], [Piece(text, "bold")]]


def wrapped(text: str, width: int, *, first: str = "", rest: str | None = None, style: str = "") -> list[Line]:
    """A text in lines of at most `width` columns; `first` and `rest` stand before them."""
    rest = " " * cell_width(first) if rest is None else rest
    found = wrap(text, max(10, width - max(cell_width(first), cell_width(rest))))
    return [[Piece(rest if number else first), Piece(line, style)] for number, line in enumerate(found)]
