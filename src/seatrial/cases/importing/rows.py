"""What an import gives: rows of cases whose checks still know where they come from, and the notes."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from seatrial.cases.importing.notes import Notes, Place, brief


class Written(NamedTuple):
    """A check as a suite file writes it, and the construct that it stands for."""

    spec: Any
    place: Place
    what: str


class Row(NamedTuple):
    """A case to write.

    Attributes:
        case: The keys of a case row except `checks`; all its texts are literal, none is a template.
        checks: Its checks; literal, too.
        place: Where it comes from.
        lost: Names of the constructs that judged it there and are not imported.
    """

    case: dict[str, Any]
    checks: tuple[Written, ...]
    place: Place
    lost: tuple[str, ...] = ()


class Imported(NamedTuple):
    """All rows of a source and what is to be said about it."""

    rows: list[Row]
    notes: Notes


def with_ids(rows: Iterable[Row], stem: str) -> list[Row]:
    """Rows that all have an id of their own: the names that they have, numbered where they are the same."""
    rows, seen, named = list(rows), Counter[str](), []
    wanted = [brief(str(row.case.get("id") or f"{stem}-{i}"))[:100] for i, row in enumerate(rows, 1)]
    taken = set(wanted)
    for row, name in zip(rows, wanted, strict=True):
        seen[name] += 1
        unique = name
        while seen[name] > 1 and unique in taken:
            unique = f"{name} #{seen[name]}"
            seen[name] += unique in taken
        taken.add(unique)
        named.append(row._replace(case={"id": unique, **{k: v for k, v in row.case.items() if k != "id"}}))
    return named
