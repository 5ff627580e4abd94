"""Numbers that an answer states at a known place: behind a pattern, or in its JSON."""

import math
import re
from functools import cached_property

from seatrial.checks.json_texts import NotJson, read_json
from seatrial.core.errors import Mistake

MOST_CHARACTERS = 100_000
_NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d+)?|[.,]\d+)\s*(%)?")


class Place:
    """A JSONPath (it begins with `$`), or a regular expression: its group that matched, else what follows its match.

    Raises:
        Mistake: It is neither.
    """

    def __init__(self, written: str) -> None:
        self.written = written
        if self.is_path:
            _ = self.path
        else:
            try:
                self.pattern = re.compile(written, re.IGNORECASE)
            except re.error as error:
                raise Mistake(f"`{written}` is neither a JSONPath nor a regular expression: {error}") from None

    @property
    def is_path(self) -> bool:
        """Whether it is a JSONPath."""
        return self.written.startswith("$")

    @cached_property
    def path(self) -> "object":
        """The JSONPath, compiled."""
        from jsonpath import JSONPathError, compile

        try:
            return compile(self.written)
        except JSONPathError as error:
            raise Mistake(f"`{self.written}` is no JSONPath: {error}") from None


def number_in(text: str, place: Place) -> float | None:
    """The number at that place of an answer; `80 %` is 0.8. None when none stands there."""
    text = text[:MOST_CHARACTERS]
    if place.is_path:
        return _in_json(text, place)
    found = place.pattern.search(text)
    if found is None:
        return None
    if found.re.groups:
        return _read(next((group for group in found.groups() if group), ""))
    return _read(text[found.end() : found.end() + 40])


def _in_json(text: str, place: Place) -> float | None:
    try:
        values = place.path.findall(read_json(text, fenced="```" in text))  # type: ignore[attr-defined]
    except NotJson:
        return None
    for value in values:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _as_float(value)
        if isinstance(value, str) and (number := _read(value)) is not None:
            return number
    return None


def _as_float(value: float) -> float:
    """A number of JSON; one that no float holds is infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _read(text: str) -> float | None:
    found = _NUMBER.search(text)
    if found is None:
        return None
    number = float(found[0].rstrip("% \t\n").replace(",", "."))
    return number / 100 if found[1] else number
