"""Text of models and users, made fit to be shown: nothing invisible, nothing that moves a cursor, nothing endless."""

import re
import unicodedata

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = "\u00ad\u200b\u2028\u2029\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
_BROKEN = "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_UNFIT = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_BIDI}{_INVISIBLE}{_BROKEN}]")
"""Control characters but newline and tab, marks that turn or hide text, and what no UTF-8 or XML file may hold."""


def visible(text: str) -> str:
    r"""The text with every character that a reader could not see, or that acts on a terminal, as an escape (`\x1b`).

    Line ends become `\n`; newline and tab stay.
    """
    return _UNFIT.sub(_escape, text.replace("\r\n", "\n"))


def one_line(text: str, limit: int = 200) -> str:
    """The text on one line of at most `limit` characters, made visible."""
    return shorten(" ".join(visible(text[: 4 * limit]).split()), limit)


def shorten(text: str, limit: int) -> str:
    """The text, or its beginning with an ellipsis when it has more than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def cell_width(text: str) -> int:
    """How many columns a terminal gives to a text (East Asian wide characters take two, combining ones none).

    Source: Unicode Standard Annex 11.
    """
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns, broken between words and inside a word only when it is too long."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if cell_width(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, width)
        lines.extend(full)
    return [*lines, line] if line else lines or [""]


def fit(text: str, width: int) -> str:
    """The text in exactly `width` columns: filled with spaces, or cut with an ellipsis."""
    if cell_width(text) > width:
        text = _pieces(text, max(1, width - 1))[0] + "…"
    return text + " " * (width - cell_width(text))


def _pieces(word: str, width: int) -> list[str]:
    pieces, piece, taken = [], "", 0
    for character in word:
        if taken + _width(character) > width and piece:
            pieces.append(piece)
            piece, taken = "", 0
        piece += character
        taken += _width(character)
    return [*pieces, piece]


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
