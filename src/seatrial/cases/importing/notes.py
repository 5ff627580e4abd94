"""What happened to each construct of a file that was imported: nothing goes missing without a line that says so."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

LONGEST = 160
"""Characters of a file's own text inside a note."""


class Level(StrEnum):
    """How grave a note is; only what is not imported is an error, and not even that when the user is lenient."""

    CHANGED = "changed"
    LEFT_OUT = "left out"
    NOT_IMPORTED = "not imported"


class Place(NamedTuple):
    """A line of a file; 0 is the file as a whole."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


class Note(NamedTuple):
    """A construct, where it stands, and what became of it."""

    level: Level
    place: Place
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.place}: {self.level}: {self.what}: {self.why}"


class Notes:
    """Gathers notes; one that is said twice of the same place is kept once."""

    def __init__(self) -> None:
        self._found: dict[Note, None] = {}

    def __iter__(self) -> Iterator[Note]:
        return iter(self._found)

    def changed(self, place: Place, what: str, why: str) -> None:
        """It was kept, and means something a little different now."""
        self._add(Level.CHANGED, place, what, why)

    def left_out(self, place: Place, what: str, why: str) -> None:
        """It has no bearing on what is asked or how it is judged."""
        self._add(Level.LEFT_OUT, place, what, why)

    def not_imported(self, place: Place, what: str, why: str) -> None:
        """It decides what is asked or how it is judged, and there is nothing here that does the same."""
        self._add(Level.NOT_IMPORTED, place, what, why)

    def of(self, level: Level) -> list[Note]:
        """The notes of one level, in the order in which they were made."""
        return [note for note in self._found if note.level is level]

    def _add(self, level: Level, place: Place, what: str, why: str) -> None:
        self._found[Note(level, place, brief(what), why)] = None


def brief(text: str) -> str:
    """A text of a file on one line, short, with nothing that a terminal would obey."""
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 4 * LONGEST]).split())
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"
