"""Plain tables: CSV, JSONL and Parquet, whose fields are guessed by their names or named by the user."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seatrial.cases.importing import shapes
from seatrial.cases.importing.files import MOST_BYTES, MOST_ROWS, Files, csv_trees, json_tree, jsonl_trees, read_text
from seatrial.cases.importing.foreign_rows import Reading, Trees, imported, row_of
from seatrial.cases.importing.guessing import Columns, columns_of
from seatrial.cases.importing.messages import is_messages
from seatrial.cases.importing.notes import Notes
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.rows import Imported, Row
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import MissingExtra, Mistake

_CHUNK = 5_000
_LOOKED_AT = 100
"""Rows that tell which fields a table has."""


def read(source: str, path: Path, files: Files, options: ImportOptions) -> Imported:
    """Read a table.

    Raises:
        Mistake: It cannot be read, or no field of it holds a question.
        MissingExtra: It is Parquet, and no reader is installed.
    """
    reading = Reading(path, files, Notes(), options)
    return of_rows(reading, rows_of_table(path, files))


def of_rows(reading: Reading, rows: Trees) -> Imported:
    """Cases of rows whose fields are the same throughout.

    Raises:
        Mistake: No field holds a question, or there are no rows.
    """
    waiting = iter(rows)
    first = list(itertools.islice(waiting, _LOOKED_AT))
    names = {key: each.data[key] for each in first if isinstance(each, Tree) and each.is_mapping for key in each.data}
    if not first:
        raise Mistake("the table has no rows", path=reading.files.shown(reading.path))
    try:
        columns = columns_of(names, reading) if names else None
    except Mistake as mistake:
        raise Mistake(mistake.what, path=reading.files.shown(reading.path)) from None
    return imported(reading, itertools.chain(first, waiting), lambda tree: _row(tree, columns))


def rows_of_table(path: Path, files: Files) -> Iterator[Tree | Mistake]:
    """The rows of a table by its ending: Parquet, JSONL, else CSV.

    Raises:
        Mistake: It cannot be read.
    """
    if path.suffix == ".parquet":
        yield from _parquet(path, files)
    elif path.suffix in (".jsonl", ".ndjson"):
        yield from jsonl_trees(path, files)
    elif path.suffix == ".json":
        yield from _json(path, files)
    else:
        yield from csv_trees(path, files)


def _json(path: Path, files: Files) -> Iterator[Tree | Mistake]:
    """A list of objects, the one list inside of an object, or an object a line: all three are found on the Hub."""
    text = read_text(path, files, MOST_BYTES).strip()
    first, more, _ = text.partition("\n")
    if text.startswith("{") and _is_json(first) and (more or not _holds_rows(json.loads(first))):
        yield from jsonl_trees(path, files)
        return
    tree = json_tree(text, path, files)
    lists = [part for _, part in tree.items() if part.is_list] if tree.is_mapping else [tree]
    if len(lists) != 1 or not lists[0].is_list:
        raise Mistake("a list of objects, or an object a line, is expected", path=files.shown(path))
    yield from lists[0].each()


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _holds_rows(value: Any) -> bool:
    """Whether an object that stands alone on its line is no row, but holds the rows in its one list."""
    lists = [each for each in value.values() if isinstance(each, list)]
    if len(lists) != 1 or not lists[0] or shapes.find(value, shapes.ASKED) is not None:
        return False
    return all(isinstance(each, dict) for each in lists[0]) and not is_messages(lists[0])


def _row(tree: Tree, columns: Columns | None) -> Row:
    row = tree.data
    if columns is None:
        raise Mistake("it is empty")
    question = shapes.asked(_at(row, columns.ask))
    tags = {name: shapes.plain(_at(row, name)) for name in columns.tags}
    case: dict[str, Any] = {
        "id": shapes.plain(_at(row, columns.id)),
        "ask": question.ask,
        "expect": shapes.expected(_at(row, columns.expect)),
        "reference": _text(_at(row, columns.reference)),
        "context": shapes.documents(_at(row, columns.context)),
        "tags": {name: value for name, value in tags.items() if value not in (None, "")},
    }
    if columns.choices is None or not row.get(columns.choices):
        return row_of(tree, case)
    right = _at(row, columns.expect)
    case["ask"], case["expect"] = shapes.with_choices(question.ask, row[columns.choices], right)
    return row_of(tree, case, [("choice", "choices")])


def _at(row: dict[str, Any], field: str | None) -> Any:
    return None if field is None else shapes.value_at(row, field)


def _text(value: Any) -> str | None:
    found = shapes.expected(value)
    return found[0] if isinstance(found, list) else found


def _parquet(path: Path, files: Files) -> Iterator[Tree]:
    try:
        import polars
    except ImportError:
        raise MissingExtra("parquet", f"reading {path.name}") from None
    name = files.shown(path)
    if not path.is_file():
        raise Mistake("there is no such file", path=name)
    try:
        frame = polars.scan_parquet(path)
        for offset in range(0, MOST_ROWS, _CHUNK):
            part = frame.slice(offset, _CHUNK).collect()
            for i, row in enumerate(part.iter_rows(named=True), offset + 1):
                yield Tree.plain(row, path, files.place(path, i))
            if part.height < _CHUNK:
                return
    except polars.exceptions.PolarsError as error:
        raise Mistake(f"no Parquet file: {str(error).splitlines()[0][:200]}", path=name) from None
