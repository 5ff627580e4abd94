"""TOML of strangers: what would cost the standard library's reader too much is refused before it is read."""

import re
import tomllib
from typing import Any

from seatrial.scan.format import Unreadable

MOST_DEPTH = 100
"""Brackets within brackets: honest files have about five, and the readers recurse."""
MOST_DOTS = 100
"""Dots of keys in one line: a key of n parts costs n squared."""
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'")


def parsed_toml(text: str) -> dict[str, Any]:
    """The tables of a text.

    Raises:
        Unreadable: It is no TOML, or nested deeper than any honest file.
    """
    if too_deep(text):
        raise Unreadable(f"its brackets are nested deeper than {MOST_DEPTH}")
    for line in text.splitlines():
        if line.count(".") > MOST_DOTS and _QUOTED.sub("", line).partition("#")[0].count(".") > MOST_DOTS:
            raise Unreadable(f"a key has more than {MOST_DOTS} parts")
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Unreadable(f"it is no valid TOML: {str(error)[:200]}") from error


def too_deep(text: str) -> bool:
    """Whether brackets may be nested too deeply; those in quotes count, too, which no honest file has so many of."""
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", text):
        depth = depth + 1 if bracket[0] in "[{" else max(0, depth - 1)
        if depth > MOST_DEPTH:
            return True
    return False
