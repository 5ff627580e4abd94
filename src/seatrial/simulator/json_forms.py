"""A value that fits a JSON Schema, with known facts where the property's name says so."""

from collections.abc import Mapping
from typing import Any

MAX_DEPTH = 12


def fill_schema(schema: Mapping[str, Any], known: Mapping[str, Any], depth: int = 0) -> Any:
    """The smallest value that fits a schema's `type`, `properties`, `items`, `enum`, `const` and lower bounds.

    A property whose name is a key of `known` takes its value when the type fits. Other keywords of JSON Schema are
    not looked at: like a model in JSON mode, the simulator may then miss the schema.

    Args:
        schema: A JSON Schema as parsed JSON.
        known: Facts by property name.
        depth: How deep in the schema this is; from MAX_DEPTH on the value is null.
    """
    if depth >= MAX_DEPTH or not isinstance(schema, Mapping):
        return None
    if "const" in schema:
        return schema["const"]
    if isinstance(schema.get("enum"), list) and schema["enum"]:
        return schema["enum"][0]
    for key in ("anyOf", "oneOf"):
        if isinstance(schema.get(key), list) and schema[key]:
            return fill_schema(schema[key][0], known, depth + 1)
    kind = schema.get("type", "object" if "properties" in schema else None)
    kind = kind[0] if isinstance(kind, list) and kind else kind
    if kind == "object":
        return _object(schema, known, depth)
    if kind == "array":
        length = min(int(schema.get("minItems", 0) or 0), 100)
        return [fill_schema(schema.get("items", {}), known, depth + 1) for _ in range(length)]
    return _plain(str(kind), schema, known)


def _object(schema: Mapping[str, Any], known: Mapping[str, Any], depth: int) -> dict[str, Any]:
    properties = schema.get("properties", {})
    if not isinstance(properties, Mapping):
        return {}
    return {
        name: known[name] if name in known and _fits(known[name], inner) else fill_schema(inner, known, depth + 1)
        for name, inner in properties.items()
    }


def _fits(value: Any, schema: Any) -> bool:
    if not isinstance(schema, Mapping):
        return False
    kinds = schema.get("type")
    allowed = "enum" not in schema or value in schema["enum"]
    return allowed and any(_is(value, kind) for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _is(value: Any, kind: Any) -> bool:
    if kind == "boolean" or isinstance(value, bool):
        return kind == "boolean" and isinstance(value, bool)
    types: dict[str, type | tuple[type, ...]] = {
        "string": str, "integer": int, "number": (int, float), "object": dict, "array": list
    }  # fmt: skip
    return isinstance(kind, str) and kind in types and isinstance(value, types[kind])


def _plain(kind: str, schema: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    if kind == "string":
        text = known.get("answer")
        least = schema.get("minLength", 0)
        return text if isinstance(text, str) else "x" * min(int(least) if isinstance(least, int) else 0, 1000)
    if kind in {"integer", "number"}:
        least = schema.get("minimum", 0)
        return least if isinstance(least, int | float) else 0
    return False if kind == "boolean" else None
