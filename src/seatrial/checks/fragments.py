"""The arguments of a built-in Check as JSON Schema (draft 2020-12), made from its fields."""

from collections.abc import Mapping
from typing import Any

import msgspec

from seatrial.checks.arguments import CHECK
from seatrial.checks.built_in import BuiltIn

_WORDY = ("title", "description")
"""Docstrings of records, which say more than a hint in an editor can show."""


def arguments_schema(cls: type[BuiltIn]) -> dict[str, Any]:
    """A schema of the value behind a Check's name: its bare value, or its arguments by name."""
    _, components = msgspec.json.schema_components([cls])
    fields = _inlined(components[cls.__name__], components)
    bare = list(cls.forms)
    if cls.short is not None and not bare:
        bare.append(fields["properties"][cls.short])
    if not fields["required"]:
        bare.append({"type": "null"})
    return {"anyOf": [*bare, fields]} if bare else dict(fields)


def _inlined(schema: Any, components: Mapping[str, Any]) -> Any:
    """The schema with what it refers to put in its place."""
    if isinstance(schema, Mapping):
        if schema == CHECK:
            return CHECK
        if "$ref" in schema:
            return _inlined(components[schema["$ref"].rpartition("/")[2]], components)
        return {key: _inlined(value, components) for key, value in schema.items() if key not in _WORDY}
    return [_inlined(each, components) for each in schema] if isinstance(schema, list) else schema
