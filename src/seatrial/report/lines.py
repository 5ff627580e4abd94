"""Lines of a terminal as pieces of text with a style."""

from collections.abc import Iterable
from typing import NamedTuple

from seatrial.report.text import cell_width, wrap


class Piece(NamedTuple):
    """A piece of a line; `style` is one of rich's names."""

    text: str
    style: str = ""


Line = list[Piece]

_ASCII = str.maketrans({"·": "-", "–": "-", "…": "~", "≥": ">=", "≤": "<=", "→": "->"})


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


def ascii_text(text: str) -> str:
    """The text for a terminal that shows ASCII alone; a letter that it lacks becomes a question mark."""
    return text.translate(_ASCII).encode("ascii", "replace").decode()


def coloured(lines: Iterable[Line], width: int) -> str:
    """The lines with ANSI colours."""
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    out = StringIO()
    console = Console(file=out, width=width, force_terminal=True, color_system="standard", legacy_windows=False)
    for line in lines:
        console.print(Text.assemble(*((piece.text, piece.style) for piece in line)), soft_wrap=True)
    return out.getvalue()
