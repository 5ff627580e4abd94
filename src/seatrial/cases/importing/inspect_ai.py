"""Inspect's data sets: JSON, JSONL or CSV with `input`, `target`, `choices`, `id` and `metadata`.

Source: Inspect's documentation, "Datasets".
"""

from pathlib import Path
from typing import Any

from seatrial.cases.importing import shapes
from seatrial.cases.importing.files import Files
from seatrial.cases.importing.foreign_rows import Reading, imported, row_of, rows_of
from seatrial.cases.importing.guessing import columns_of
from seatrial.cases.importing.notes import Notes
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.rows import Imported, Row
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

_FIELDS = {"input", "target", "choices", "id", "metadata", "files", "sandbox", "setup"}
_NEEDED = ("files", "sandbox", "setup")


def read(source: str, path: Path, files: Files, options: ImportOptions) -> Imported:
    """Read a data set.

    Raises:
        Mistake: It cannot be read.
    """
    reading = Reading(path, files, Notes(), options)
    return imported(reading, rows_of(reading, "samples", "data"), lambda tree: _row(tree, reading))


def _row(tree: Tree, reading: Reading) -> Row:
    row, said = tree.data, reading.options.fields
    for name in _NEEDED:
        if row.get(name):
            raise Mistake(f"it needs `{name}`, and nothing is run for a case")
    asked, right = said.ask or "input", said.expect or "target"
    if asked not in row and said.ask is None:
        columns = columns_of(row, reading)
        asked, right = columns.ask, columns.expect or right
    question = shapes.asked(shapes.value_at(row, asked))
    metadata = shapes.unpacked(row.get("metadata"))
    tags, left = shapes.tags_of(metadata if isinstance(metadata, dict) else {})
    tags |= {name: shapes.plain(shapes.value_at(row, name)) or "" for name in said.tags}
    for name in left:
        reading.notes.left_out(tree.place, f"metadata `{name}`", "a tag is a short plain value")
    for name in sorted(set(row) - _FIELDS - {asked, right, *said.tags}):
        reading.notes.left_out(reading.place, f"field `{name}`", "--tag keeps it as a tag")
    case: dict[str, Any] = {
        "id": shapes.plain(row.get(said.id or "id")),
        "ask": question.ask,
        "expect": shapes.expected(shapes.value_at(row, right)),
        "reference": said.reference and shapes.plain(shapes.value_at(row, said.reference)),
        "context": shapes.documents(shapes.value_at(row, said.context)) if said.context else [],
        "tags": tags,
    }
    if not row.get("choices"):
        return row_of(tree, case)
    wanted = shapes.unpacked(row.get(right))
    case["ask"], case["expect"] = shapes.with_choices(question.ask, row["choices"], wanted)
    return row_of(tree, case, [("choice", "choices")])
