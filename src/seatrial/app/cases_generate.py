"""Reads templates and slots as a user gives them, and makes rows of cases."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from seatrial.app.cases import read_tag
from seatrial.app.yaml_places import Document, parse_yaml, read_yaml
from seatrial.cases.generate import Kind, Made, Wish, generate
from seatrial.cases.slots import Filler, near_slots, read_fillers, read_template, unused
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake


class Given(NamedTuple):
    """What stands on the command line."""

    templates: Sequence[str]
    slots: Path
    kind: Kind = "functionality"
    vary: str | None = None
    falling: bool = False
    expect: str | None = None
    checks: Sequence[str] = ()
    tags: Sequence[str] = ()
    limit: int = 1000
    seed: int = 0


class Generated(NamedTuple):
    """The rows, and what is worth saying beside them."""

    made: Made
    notes: tuple[str, ...]


def generate_cases(given: Given) -> Generated:
    """Make rows of cases.

    Raises:
        Mistake: A template, a slot, a check or a tag is wrong; the sentence says where.
    """
    document = read_yaml(given.slots)
    fillers = _fillers(document)
    templates = tuple(read_template(text) for text in given.templates)
    expect = read_template(given.expect) if given.expect is not None else None
    made = generate(
        Wish(
            templates=templates,
            fillers=fillers,
            expect=expect,
            checks=tuple(_check(line) for line in given.checks),
            tags=dict(map(read_tag, given.tags)),
            kind=given.kind,
            vary=given.vary,
            direction="down" if given.falling else "up",
            limit=given.limit,
            seed=given.seed,
        )
    )
    used = [*templates, *filter(None, [expect])]
    notes = [f"the slot `{name}` is used by no template" for name in unused(used, fillers)]
    notes += [f"`{text}` is no slot and stays as it is" for template in used for text in near_slots(template)]
    if made.possible > given.limit:
        notes.append(f"{len(made.rows):,} of {made.possible:,} possible cases were made")
    silent = sum("expect" not in row and "checks" not in row for row in made.rows)
    if silent:
        notes.append(f"{counted(silent)} without an expected answer and without a check: their suite must judge them")
    return Generated(made, tuple(notes))


def counted(cases: int) -> str:
    """`1 case`, `2 cases`."""
    return f"{cases:,} case{'' if cases == 1 else 's'}"


def _fillers(document: Document) -> dict[str, tuple[Filler, ...]]:
    try:
        return read_fillers(document.root.data)
    except Mistake as mistake:
        name, _, place = (mistake.key or "").partition("[")
        keys: list[Any] = [name] if name else []
        keys += [int(place.rstrip("]"))] if place else []
        raise document.mistake(mistake.what, tuple(keys)) from None


def _check(line: str) -> Any:
    """A check as YAML, known to be one."""
    spec = parse_yaml(line, Path("--check")).root.data
    try:
        build_check(spec)
    except Mistake as mistake:
        raise Mistake(f"--check {line}: {mistake.what}") from None
    return spec
