"""Rows of files that know no checks: how they are read, and how one becomes a case row."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from seatrial.cases.importing.files import Files, csv_trees, json_tree, jsonl_trees, read_text
from seatrial.cases.importing.literal import all_literal
from seatrial.cases.importing.notes import Notes, Place, brief
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.rows import Imported, Row, Written, with_ids
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

Trees = Iterable[Tree | Mistake]


class Reading(NamedTuple):
    """A file of foreign rows on its way.

    Attributes:
        path: The file.
        files: How files are read.
        notes: Where it is written down what could not be brought along.
        options: What the user said.
    """

    path: Path
    files: Files
    notes: Notes
    options: ImportOptions

    @property
    def place(self) -> Place:
        """The file as a whole."""
        return self.files.place(self.path)


Make = Callable[[Tree], Row]
"""Makes a row of a case; raises a Mistake where that cannot be done."""


def imported(reading: Reading, rows: Trees, make: Make) -> Imported:
    """All rows of a file; one that is broken is named, and the others are kept."""
    found: list[Row] = []
    limit = reading.options.limit
    for row in rows:
        if limit is not None and len(found) >= limit:
            break
        try:
            if isinstance(row, Mistake):
                raise row
            if not row.is_mapping:
                raise Mistake(f"a row is an object, `{brief(str(row.data))[:40]}` was found")
            found.append(make(row))
        except Mistake as mistake:
            place = row.place if isinstance(row, Tree) else Place(str(mistake.path or reading.path), mistake.line or 0)
            reading.notes.not_imported(place, "row", mistake.what)
    return Imported(with_ids(found, reading.path.stem), reading.notes)


def rows_of(reading: Reading, *lists: str) -> Iterator[Tree | Mistake]:
    """The rows of a CSV, JSONL or JSON file; in JSON, a list, or the list behind one of these keys.

    Raises:
        Mistake: The file cannot be read, or is of another kind.
    """
    path, files = reading.path, reading.files
    if path.suffix == ".csv":
        yield from csv_trees(path, files)
    elif path.suffix in (".jsonl", ".ndjson"):
        yield from jsonl_trees(path, files)
    elif path.suffix == ".json":
        yield from _of_json(reading, lists)
    else:
        raise Mistake("it is of no known kind; known are .json, .jsonl and .csv", path=files.shown(path))


def _of_json(reading: Reading, lists: tuple[str, ...]) -> Iterator[Tree]:
    tree = json_tree(read_text(reading.path, reading.files, 64_000_000), reading.path, reading.files)
    if tree.is_mapping:
        names = [name for name in lists if tree.get(name) is not None and tree.parts[name].is_list]
        if not names:
            known = f" or an object with {' or '.join(f'`{name}`' for name in lists)}" if lists else ""
            raise Mistake(f"a list of objects{known} is expected", path=reading.files.shown(reading.path))
        for name in names:
            yield from tree.parts[name].each()
        return
    yield from tree.each()


def row_of(tree: Tree, case: dict[str, Any], checks: Iterable[tuple[Any, str]] = ()) -> Row:
    """A row whose texts stand for themselves; what is empty is left out. `checks` are specs with what they were."""
    literal = {key: all_literal(case[key]) for key in ("ask", "expect", "reference") if case.get(key) is not None}
    kept = {key: value for key, value in {**case, **literal}.items() if value not in (None, "", [], {})}
    written = tuple(Written(all_literal(spec), tree.place, what) for spec, what in checks)
    return Row(kept, written, tree.place)
