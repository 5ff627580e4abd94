"""Data sets of tracing tools: rows with an input, an output that is right, and metadata."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from seatrial.cases.importing import shapes
from seatrial.cases.importing.foreign_rows import Reading, row_of
from seatrial.cases.importing.rows import Row
from seatrial.cases.importing.trees import Tree


class Keys(NamedTuple):
    """The fields of a row by what they hold; several names where exports differ."""

    asked: tuple[str, ...]
    expected: tuple[str, ...]
    metadata: tuple[str, ...]
    quiet: frozenset[str]


def exchange(tree: Tree, reading: Reading, keys: Keys) -> Row:
    """A row of a data set as a case.

    Raises:
        Mistake: It has no question.
    """
    row, said = nested(tree.data), reading.options.fields
    named = said.ask and shapes.value_at(row, said.ask)
    question = shapes.asked(named if named is not None else _first(row, keys.asked))
    tags, left = shapes.tags_of(_mapping(_first(row, keys.metadata)))
    tags |= {name: shapes.plain(shapes.value_at(row, name)) or "" for name in said.tags}
    for name in left:
        reading.notes.left_out(tree.place, f"metadata `{name}`", "a tag is a short plain value")
    context = said.context and shapes.value_at(row, said.context)
    beside = dict(question.beside)
    inside = None if said.context else shapes.find(beside, shapes.CONTEXTS)
    case: dict[str, Any] = {
        "id": shapes.plain(row.get(said.id or "id")),
        "ask": question.ask,
        "expect": shapes.expected(shapes.value_at(row, said.expect) if said.expect else _first(row, keys.expected)),
        "reference": said.reference and shapes.plain(shapes.value_at(row, said.reference)),
        "context": shapes.documents(beside.pop(inside) if inside else context),
        "variables": beside,
        "tags": tags,
    }
    known = {*keys.asked, *keys.expected, *keys.metadata, *keys.quiet, said.id or "id"}
    for each in sorted(set(row) - known - {(field or "").split(".")[0] for field in said[:5]} - set(said.tags)):
        if row[each] not in (None, "", [], {}):
            reading.notes.left_out(reading.place, f"field `{each}`", "--tag keeps it as a tag")
    return row_of(tree, case)


def nested(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in which `inputs.question` and `inputs_question` of a CSV export are put back into `inputs`."""
    found: dict[str, Any] = {}
    for key, value in row.items():
        outer, dot, inner = key.partition(".")
        if not dot and key.startswith(("inputs_", "outputs_", "metadata_")):
            outer, dot, inner = key.partition("_")
        if dot and inner and isinstance(found.setdefault(outer, {}), dict):
            if value not in (None, ""):
                found[outer][inner] = shapes.unpacked(value)
        else:
            found[key] = value
    return found


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """The first of the fields that is there; a text in quotes is one that was written as JSON."""
    value = next((row[name] for name in names if row.get(name) not in (None, "")), None)
    if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == '"':
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _mapping(value: Any) -> Mapping[str, Any]:
    value = shapes.unpacked(value)
    return value if isinstance(value, Mapping) else {}
