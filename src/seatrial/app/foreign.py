"""Rows that were written for something else: which of their fields are question, answer and id."""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from seatrial.app.schema_cases import CaseModel, Field, FieldModel, FromModel
from seatrial.app.validation import explain
from seatrial.app.yaml_places import key_text
from seatrial.core.errors import Mistake

_NOTHING = object()
Read = Callable[[dict[str, Any]], Any]


def reader(source: FromModel) -> Callable[[dict[str, Any]], CaseModel]:
    """What makes a case of a foreign row.

    Raises:
        Mistake: A path or a regular expression is broken (at once); a row lacks the question (when it is read).
    """
    fields = {name: getattr(source, name) for name in ("ask", "expect", "id", "reference", "context")}
    reads = {name: _read(name, field) for name, field in fields.items() if field is not None}
    tags = {name: _tag(name, value) for name, value in source.tags.items()}

    def case(row: dict[str, Any]) -> CaseModel:
        found = {name: read(row) for name, read in reads.items()}
        if not isinstance(found["ask"], str | list) or not found["ask"]:
            raise Mistake(f"the row has no question in the field {_name(fields['ask'])}")
        for name in ("id", "reference", "context"):
            if found.get(name) is not None and not isinstance(found[name], list):
                found[name] = str(found[name])
        values = {name: read(row) for name, read in tags.items()}
        found["tags"] = {name: value for name, value in values.items() if value is not None}
        try:
            return msgspec.convert(found, CaseModel)
        except msgspec.ValidationError as error:
            what, keys = explain(str(error), found, CaseModel)
            raise Mistake(f"`{key_text(keys)}`: {what}") from None

    return case


def _name(field: Any) -> str:
    return f"`{field.field if isinstance(field, FieldModel) else field}`"


def _read(name: str, field: Field) -> Read:
    path, pattern = (field.field, field.regex) if isinstance(field, FieldModel) else (field, None)
    at = _path(name, path)
    if pattern is None:
        return at
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise Mistake(f"the regular expression of `{name}` is broken: {error}") from None

    def extracted(row: dict[str, Any]) -> Any:
        value = at(row)
        found = list(compiled.finditer(str(value))) if value is not None else []
        if not found:
            raise Mistake(f"the regular expression of `{name}` finds nothing in the field `{path}`")
        return found[-1].group(1 if compiled.groups else 0)

    return extracted


def _tag(name: str, value: Any) -> Read:
    return _path(f"tags.{name}", value) if isinstance(value, str) and value.startswith("$.") else lambda row: value


def _path(name: str, path: str) -> Read:
    if not path.startswith("$"):
        return lambda row: _dotted(row, path)
    import jsonpath

    try:
        compiled = jsonpath.compile(path)
    except jsonpath.JSONPathError as error:
        raise Mistake(f"the JSONPath of `{name}` is broken: {error}") from None

    def first(row: dict[str, Any]) -> Any:
        match = compiled.match(row)
        return None if match is None else match.obj

    return first


def _dotted(row: Any, path: str) -> Any:
    if isinstance(row, dict) and path in row:
        return row[path]
    for step in path.split("."):
        row = row.get(step, _NOTHING) if isinstance(row, dict) else _NOTHING
    return None if row is _NOTHING else row
