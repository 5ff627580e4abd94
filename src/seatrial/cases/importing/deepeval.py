"""DeepEval's data sets: goldens and test cases in JSON, JSONL or CSV, in snake case or camel case.

Source: DeepEval's documentation, "Datasets" (`add_goldens_from_json_file`, `add_goldens_from_csv_file`).
"""

import re
from pathlib import Path
from typing import Any

from seatrial.cases.importing import shapes
from seatrial.cases.importing.files import Files
from seatrial.cases.importing.foreign_rows import Reading, imported, row_of, rows_of
from seatrial.cases.importing.messages import is_messages, turns_of
from seatrial.cases.importing.notes import Notes
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.rows import Imported, Row
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

_LISTS = ("goldens", "test_cases", "testCases", "conversational_goldens", "conversationalGoldens", "data")
_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_LEFT = {
    "actual_output": "the answer is asked for; answers that are there already are a target `recorded`",
    "tools_called": "the calls are the answer's; they are asked for",
    "token_cost": "it belongs to an answer",
    "completion_time": "it belongs to an answer",
    "source_file": "--tag keeps it as a tag",
    "comments": "--tag keeps it as a tag",
    "expected_outcome": "write it as a check `reaches_goal`",
    "user_description": "write it as the persona of a simulated `user`",
    "chatbot_role": "write it as a check `stays_in_role`",
}
_READ = frozenset(
    {
        *("input", "expected_output", "context", "retrieval_context", "expected_tools", "additional_metadata"),
        *("name", "tags", "id", "turns", "scenario", "custom_column_key_values"),
    }
)


def read(source: str, path: Path, files: Files, options: ImportOptions) -> Imported:
    """Read a data set.

    Raises:
        Mistake: It cannot be read.
    """
    reading = Reading(path, files, Notes(), options)
    return imported(reading, rows_of(reading, *_LISTS), lambda tree: _row(tree, reading))


def _row(tree: Tree, reading: Reading) -> Row:
    row = {_CAMEL.sub(r"_\1", str(key)).lower(): value for key, value in tree.data.items()}
    said = reading.options.fields
    asked = shapes.value_at(tree.data, said.ask) if said.ask else row.get("input")
    right = shapes.value_at(tree.data, said.expect) if said.expect else row.get("expected_output")
    tags, left = shapes.tags_of({**_mapping(row.get("additional_metadata")), **_labels(row.get("tags"))})
    tags |= {name: shapes.plain(shapes.value_at(tree.data, name)) or "" for name in said.tags}
    _name_left(tree, reading, row, left)
    retrieved, context = (_several(row.get(name)) for name in ("retrieval_context", "context"))
    if retrieved and context and retrieved != context:
        why = "the case takes `context`; what a run retrieved belongs to its answers"
        reading.notes.left_out(tree.place, "`retrieval_context`", why)
    case: dict[str, Any] = {
        "id": shapes.plain(row.get("name") or row.get("id")),
        "ask": _turns(tree, reading, row) if asked in (None, "") else shapes.asked(asked).ask,
        "expect": shapes.expected(right),
        "context": context or retrieved,
        "tags": tags,
    }
    return row_of(tree, case, _checks(row.get("expected_tools")))


def _turns(tree: Tree, reading: Reading, row: dict[str, Any]) -> Any:
    """The turns of a conversation up to its last question."""
    turns = shapes.unpacked(row.get("turns"))
    if not isinstance(turns, list) or not turns:
        if row.get("scenario"):
            raise Mistake("it is a scenario without turns; write it as the goal of a simulated `user`")
        raise Mistake("there is no question in `input`")
    kept = list(turns)
    while kept and isinstance(kept[-1], dict) and str(kept[-1].get("role")) == "assistant":
        kept.pop()
    if len(kept) < len(turns):
        reading.notes.left_out(tree.place, "`turns`", "the assistant's last turn is what is asked for")
    if not is_messages(kept):
        raise Mistake("its `turns` are no messages with a role and a content")
    if row.get("scenario"):
        reading.notes.left_out(tree.place, "`scenario`", "its turns are asked as they are written")
    return turns_of(kept)


def _name_left(tree: Tree, reading: Reading, row: dict[str, Any], metadata: list[str]) -> None:
    said = reading.options.fields
    named = {str(name) for name in (*said[:5], *said.tags) if name}
    for key, value in row.items():
        if value not in (None, "", [], {}) and key not in _READ and key not in named:
            reading.notes.left_out(reading.place, f"field `{key}`", _LEFT.get(key, "--tag keeps it as a tag"))
    for key in metadata:
        reading.notes.left_out(tree.place, f"metadata `{key}`", "a tag is a short plain value")


def _several(value: Any) -> list[str]:
    """Documents of a list, or of a cell of CSV, between semicolons or vertical bars."""
    if isinstance(value, str) and value.strip()[:1] not in ("[", "{"):
        return [part.strip() for part in re.split(r"[;|]", value) if part.strip()]
    return shapes.documents(value)


def _checks(tools: Any) -> list[tuple[Any, str]]:
    tools = shapes.unpacked(tools)
    parts: Any = re.split(r"[;,|]", tools) if isinstance(tools, str) else tools if isinstance(tools, list) else []
    named = [part.get("name") if isinstance(part, dict) else str(part).strip() for part in parts]
    names = [name for name in named if name]
    return [({"tools_used": {"tools": names, "match": "any_order"}}, "expected_tools")] if names else []


def _mapping(value: Any) -> dict[str, Any]:
    value = shapes.unpacked(value)
    return value if isinstance(value, dict) else {}


def _labels(value: Any) -> dict[str, Any]:
    value = shapes.unpacked(value)
    return value if isinstance(value, dict) else {"tags": value} if value else {}
