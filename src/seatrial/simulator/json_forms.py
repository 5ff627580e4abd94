"""A value that fits a JSON Schema, with known facts where the property's name says so."""

import math
from collections.abc import Mapping
from typing import Any

MAX_DEPTH = 12
MAX_VALUES = 10_000  # arrays within arrays would else grow with the power of their depth


def fill_schema(schema: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    """The smallest value that fits a schema's `type`, `properties`, `items`, `enum`, `const` and lower bounds.

    A property whose name is a key of `known` takes its value when the type fits. Other keywords of JSON Schema are
    not looked at: like a model in JSON mode, the simulator may then miss the schema. From MAX_DEPTH on, and beyond
    MAX_VALUES, a value is null.

    Args:
        schema: A JSON Schema as parsed JSON.
        known: Facts by property name; `answer` is the text of strings.
    """
    return _Filling(known).value(schema, 0)


class _Filling:
    """One value in the making."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._known = known
        self._left = MAX_VALUES

    def value(self, schema: Any, depth: int) -> Any:
        self._left -= 1
        if depth >= MAX_DEPTH or self._left < 0 or not isinstance(schema, Mapping):
            return None
        if "const" in schema:
            return schema["const"]
        if isinstance(schema.get("enum"), list) and schema["enum"]:
            return schema["enum"][0]
        for key in ("anyOf", "oneOf"):
            if isinstance(schema.get(key), list) and schema[key]:
                return self.value(schema[key][0], depth + 1)
        kind = schema.get("type", "object" if "properties" in schema else None)
        kind = kind[0] if isinstance(kind, list) and kind else kind
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            length = min(max(0, math.ceil(_bound(schema, "minItems"))), 100, max(0, self._left))
            return [self.value(schema.get("items", {}), depth + 1) for _ in range(length)]
        return _plain(str(kind), schema, self._known)

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        properties, known = schema.get("properties", {}), self._known
        if not isinstance(properties, Mapping):
            return {}
        return {
            name: known[name] if name in known and _fits(known[name], inner) else self.value(inner, depth + 1)
            for name, inner in properties.items()
        }


def _fits(value: Any, schema: Any) -> bool:
    if not isinstance(schema, Mapping):
        return False
    kinds, listed = schema.get("type"), schema.get("enum")
    allowed = not isinstance(listed, list) or value in listed
    return allowed and any(_is(value, kind) for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _is(value: Any, kind: Any) -> bool:
    if kind == "boolean" or isinstance(value, bool):
        return kind == "boolean" and isinstance(value, bool)
    types: dict[str, type | tuple[type, ...]] = {
        "string": str, "integer": int, "number": (int, float), "object": dict, "array": list
    }  # fmt: skip
    return isinstance(kind, str) and kind in types and isinstance(value, types[kind])


def _bound(schema: Mapping[str, Any], key: str) -> int | float:
    """A lower bound, 0 when none is given or it is no number."""
    found = schema.get(key, 0)
    return found if isinstance(found, int | float) and not isinstance(found, bool) else 0


def _plain(kind: str, schema: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    if kind == "string":
        text = known.get("answer")
        text = text if isinstance(text, str) else ""
        return text.ljust(min(max(0, math.ceil(_bound(schema, "minLength"))), 1000), "x")
    least = _bound(schema, "minimum")
    if kind == "integer":
        return math.ceil(least)
    if kind == "number":
        return least
    return False if kind == "boolean" else None
