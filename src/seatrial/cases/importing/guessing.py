"""Which field of a table holds what: as the user says, else guessed by its name; what was guessed is told."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from seatrial.cases.importing import shapes
from seatrial.cases.importing.foreign_rows import Reading
from seatrial.cases.importing.options import Fields
from seatrial.core.errors import Mistake

_GUESSED = {
    "ask": shapes.ASKED,
    "expect": shapes.EXPECTED,
    "reference": shapes.REFERENCES,
    "context": shapes.CONTEXTS,
    "id": shapes.IDS,
}


class Columns(NamedTuple):
    """The fields of a table by what they hold."""

    ask: str
    expect: str | None
    reference: str | None
    context: str | None
    id: str | None
    choices: str | None
    tags: tuple[str, ...]

    @property
    def used(self) -> frozenset[str]:
        """All of them, by the name of the outermost field."""
        names = (self.ask, self.expect, self.reference, self.context, self.id, self.choices, *self.tags)
        return frozenset(name for name in names if name)


def columns_of(row: Mapping[str, Any], reading: Reading) -> Columns:
    """The fields of a table, told by its first row; the guesses and what is left are noted.

    Raises:
        Mistake: No field holds a question, or one that the user names is not there.
    """
    said = reading.options.fields
    found: dict[str, str | None] = {}
    taken: set[str] = set()
    for part, names in _GUESSED.items():
        name = _said(said, part, row)
        guess = None if name else shapes.find({key: row[key] for key in row if key not in taken}, names)
        if part == "ask" and name is None and guess is None:
            there = ", ".join(map(str, row))[:200]
            raise Mistake(f"no field looks like a question; name it by --ask FIELD, there are {there}")
        found[part] = name or guess
        if guess is not None:
            reading.notes.changed(reading.place, f"field `{guess}`", f"taken as `{part}`; --{part} FIELD says another")
        taken |= {each for each in (name, guess) if each}
    choices = shapes.find({key: row[key] for key in row if key not in taken}, shapes.CHOICES)
    columns = Columns(choices=choices, tags=_tags(said, row), **found)  # type: ignore[arg-type]
    left_out(reading, set(map(str, row)) - columns.used)
    return columns


def left_out(reading: Reading, names: Iterable[str]) -> None:
    """Name fields that nothing reads."""
    for name in sorted(names):
        if name:
            reading.notes.left_out(reading.place, f"field `{name}`", "--tag keeps it as a tag")


def _said(said: Fields, part: str, row: Mapping[str, Any]) -> str | None:
    name: str | None = getattr(said, part)
    if name is not None and shapes.value_at(row, name) is None and name.split(".")[0] not in row:
        there = ", ".join(map(str, row))[:200]
        raise Mistake(f"there is no field `{name[:80]}` (--{part}); there are {there}")
    return name


def _tags(said: Fields, row: Mapping[str, Any]) -> tuple[str, ...]:
    for name in said.tags:
        if shapes.value_at(row, name) is None and name.split(".")[0] not in row:
            raise Mistake(f"there is no field `{name[:80]}` (--tag); there are {', '.join(map(str, row))[:200]}")
    return said.tags
