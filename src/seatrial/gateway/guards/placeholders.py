"""What stands in the place of what was taken out: `[EMAIL_1]`, the same for the same, and put back if wanted."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from seatrial.gateway.guards.finding import Match

LONGEST: Final = 48
_PLACEHOLDER: Final = re.compile(r"\[[A-Z][A-Z0-9_]{1,30}_\d{1,5}\]")
_NOT_NAME: Final = re.compile(r"[^A-Z0-9]+")


class Placeholders:
    """Numbers what is taken out of one request and its answer.

    Args:
        withheld: Placeholder -> what it stands for; filled further.
    """

    __slots__ = ("_count", "_known", "withheld")

    def __init__(self, withheld: dict[str, str]) -> None:
        self.withheld = withheld
        self._known: dict[tuple[str, str], str] = {}
        self._count: dict[str, int] = {}
        for placeholder, value in withheld.items():
            name, _, number = placeholder[1:-1].rpartition("_")
            self._known[name, value] = placeholder
            self._count[name] = max(self._count.get(name, 0), int(number))

    def take(self, kind: str, value: str) -> str:
        """The placeholder of a value."""
        name = _NOT_NAME.sub("_", kind.upper().removeprefix("A ").removeprefix("AN ")).strip("_")[:28] or "TEXT"
        found = self._known.get((name, value))
        if found is None:
            number = self._count[name] = self._count.get(name, 0) + 1
            found = self._known[name, value] = f"[{name}_{number}]"
            self.withheld[found] = value
        return found

    def reserve(self, text: str) -> None:
        """Do not use placeholders that a text has already, of the client's own."""
        for each in _PLACEHOLDER.finditer(text):
            name, _, number = each[0][1:-1].rpartition("_")
            self._count[name] = max(self._count.get(name, 0), int(number))


class Restorer:
    """Finds placeholders in an answer that stand for something.

    Args:
        withheld: Placeholder -> what it stands for.
    """

    def __init__(self, withheld: Mapping[str, str]) -> None:
        self._withheld = withheld

    def find(self, text: str) -> list[Match]:
        """All that are known."""
        if "[" not in text:
            return []
        return [Match("", *each.span()) for each in _PLACEHOLDER.finditer(text) if each[0] in self._withheld]

    def open(self, text: str) -> int:
        """From a bracket that is not closed."""
        at = text.rfind("[", max(0, len(text) - LONGEST))
        return len(text) if at < 0 or "]" in text[at:] else at

    def value(self, placeholder: str, *, quoted: bool) -> str:
        """What it stands for; as it is written inside the quotes of JSON, if it is."""
        value = self._withheld[placeholder]
        return json.dumps(value, ensure_ascii=False)[1:-1] if quoted else value


def replaced(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """A text with other words in some places, which are in order and do not overlap."""
    parts, at = [], 0
    for start, end, words in edits:
        parts += [text[at:start], words]
        at = end
    return "".join([*parts, text[at:]])
