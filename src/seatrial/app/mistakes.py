"""Mistakes are collected and told all at once, each with its file, line and key, what was found and what is allowed."""

import difflib
import re
from collections.abc import Iterable
from typing import Any

from seatrial.core.errors import Mistake

MOST = 50
_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


class Mistakes:
    """Gathers Mistakes; `end` raises them as one whose text has a line for each."""

    def __init__(self) -> None:
        self._found: list[Mistake] = []
        self._more = 0

    def __len__(self) -> int:
        return len(self._found)

    @property
    def full(self) -> bool:
        """Whether so many are found that looking for more helps nobody."""
        return len(self._found) >= MOST

    def add(self, mistake: Mistake) -> None:
        """Take one."""
        if not self.full:
            self._found.append(mistake)
        else:
            self._more += 1

    def end(self) -> None:
        """Raise what was found.

        Raises:
            Mistake: Anything was.
        """
        if len(self._found) == 1 and not self._more:
            raise self._found[0]
        if self._found:
            lines = list(dict.fromkeys(str(mistake) for mistake in self._found))
            raise Mistake("\n".join([*lines, *([f"and {self._more} more"] if self._more else [])]))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean X?`, or all that is allowed when nothing is near."""
    known = list(known)
    near = difflib.get_close_matches(word, known, 1)
    return f"did you mean `{near[0]}`?" if near else f"allowed are {', '.join(known)}"


def brief(value: Any) -> str:
    """A value as it is shown in a sentence: short, on one line."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = " ".join(str(value).split())
    return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`"


def sentence(message: str, value: Any) -> str:
    """A validation message of msgspec in plain words, with the value that was found."""
    found = brief(value)
    if match := re.match(r"Expected `([^`]+)`, got `([^`]+)`", message):
        kinds = [_KINDS.get(kind.strip(), kind.strip()) for kind in match[1].split("|")]
        kinds = [kind for kind in kinds if kind != "nothing"] or kinds
        kinds = [kind for kind in kinds if kind != "a whole number" or "a number" not in kinds]
        return f"{_either(kinds)} is expected, {found} was found"
    if match := re.match(r"Expected `(\w+)` of length >= 1", message):
        return f"{_KINDS[match[1]]} must not be empty"
    if match := re.match(r"Expected `(\w+)` (>=|<=|>|<) (\S+)", message):
        words = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}
        return f"{_KINDS[match[1]]} of {words[match[2]]} {match[3]} is expected, {found} was found"
    if message.startswith("Expected `str` matching regex"):
        return f"{found} has the wrong form"
    return f"{message[:1].lower()}{message[1:]}" if message else "wrong"


def _either(kinds: list[str]) -> str:
    return kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} or {kinds[-1]}"
