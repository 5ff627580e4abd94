"""Logical lines of a requirements file, as pip joins and strips them; nothing of the environment is put in.

Source: pip documentation, "Requirements File Format": a backslash at a line's end joins the next, a comment starts with
`#` at the start or after white space. Variables such as `${TOKEN}` stay as they are written, so that the verdict is
the same on every machine.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_COMMENT = re.compile(r"(?:^|\s)#.*$")
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


class Line(NamedTuple):
    """A logical line: the number of its first physical line, and its text without comments."""

    number: int
    text: str


def decoded(data: bytes) -> str:
    """The text of a requirements file: by its byte order mark, by a coding line, else UTF-8.

    Raises:
        UnicodeDecodeError: It is none of these.
        LookupError: Its coding line names no known encoding.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding)
    for line in data.split(b"\n", 2)[:2]:
        if named := _CODING.match(line):
            text = data.decode(named[1].decode("ascii"))
            if not isinstance(text, str):
                raise LookupError("no text encoding")
            return text
    return data.decode("utf-8")


def logical_lines(text: str) -> Iterator[Line]:
    """The lines that say something."""
    joined: list[str] = []
    first = 1
    for number, raw in enumerate(text.splitlines(), 1):
        first = first if joined else number
        comment = raw.lstrip().startswith("#")
        if raw.endswith("\\") and not comment:
            joined.append(raw.strip("\\"))
            continue
        # A comment that stands between joined lines ends them, as in pip.
        joined.append(f" {raw}" if comment else raw)
        yield from _line(first, joined)
        joined = []
    yield from _line(first, joined)


def _line(number: int, parts: list[str]) -> Iterator[Line]:
    text = _COMMENT.sub("", "".join(parts)).strip()
    if text:
        yield Line(number, text)
