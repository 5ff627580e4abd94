"""Records as tables of Markdown: key, type in plain words, default, meaning."""

import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import inspect as types

NONE = "–"
_UNITS = {"Seconds": "duration", "Share": "share", "PerSecond": "rate", "Pattern": "regular expression"}


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; bars and ends of lines in cells are made harmless."""
    lines = [_row(head := list(head)), _row("---" for _ in head), *(_row(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def prose(kind: Any) -> str:
    """A docstring's paragraphs, each on one line, without its sections for callers."""
    text = inspect.getdoc(kind) or ""
    paragraphs = re.split(r"\n\s*\n", text)
    plain = [" ".join(each.split()) for each in paragraphs if not re.match("(Args|Raises|Attributes|Returns):", each)]
    return "\n\n".join(plain)


def keys(
    record: type[msgspec.Struct], links: Mapping[str, str], words: Mapping[str, str] = {}, skip: Iterable[str] = ()
) -> str:
    """The keys of a record as a table.

    Args:
        record: The record.
        links: Record name -> Markdown for it, where another record stands in a key.
        words: Meanings by `Record.key`, where the record itself says none.
        skip: Keys that are left out.
    """
    info = types.type_info(record)
    assert isinstance(info, types.StructType)
    rows = []
    for field in info.fields:
        if field.encode_name in skip:
            continue
        meaning = described(field.type) or words.get(f"{record.__name__}.{field.encode_name}", "")
        rows.append([f"`{field.encode_name}`", in_words(field.type, links), default(field), meaning])
    return table(["key", "type", "default", "meaning"], rows)


def described(kind: Any) -> str:
    """The description that an annotation carries; empty when it has none."""
    if isinstance(kind, types.Metadata):
        return (kind.extra_json_schema or {}).get("description", "") or described(kind.type)
    if isinstance(kind, types.UnionType):
        return next((text for each in kind.types if (text := described(each))), "")
    return ""


def in_words(kind: Any, links: Mapping[str, str] = {}) -> str:
    """A type as a person would say it."""
    match kind:
        case types.Metadata():
            return in_words(kind.type, links)
        case types.UnionType():
            parts = [in_words(each, links) for each in kind.types if not isinstance(each, types.NoneType)]
            parts.sort(key=lambda word: word.startswith("list"))
            if "number" in parts:
                parts = [each for each in parts if each != "whole number"]
            return " or ".join(dict.fromkeys(parts))
        case types.ListType() | types.VarTupleType():
            return _of("list", kind.item_type, links)
        case types.TupleType():
            return "list of " + ", ".join(in_words(each, links) for each in kind.item_types)
        case types.DictType():
            return _of("mapping", kind.value_type, links)
        case types.LiteralType():
            return " or ".join(f"`{value}`" for value in kind.values)
        case types.EnumType():
            return " or ".join(f"`{each.value}`" for each in kind.cls)
        case types.StructType():
            return links.get(kind.cls.__name__, kind.cls.__name__)
        case _:
            return _plain(kind)


def _of(outer: str, inner: Any, links: Mapping[str, str]) -> str:
    word = in_words(inner, links)
    return outer if word == "anything" else f"{outer} of ({word})" if " or " in word else f"{outer} of {word}"


def _plain(kind: Any) -> str:
    match kind:
        case types.BoolType():
            return "true or false"
        case types.IntType():
            low, high = kind.ge, kind.le
            return "whole number" + (f" {low} to {high}" if high is not None else f" from {low}" if low else "")
        case types.FloatType():
            return "number"
        case types.StrType():
            return "text"
        case types.CustomType():
            name = getattr(kind.cls, "__name__", None) or str(kind.cls)
            return next((word for unit, word in _UNITS.items() if unit in name), name)
        case _:
            return "anything"


def default(field: types.Field) -> str:
    """What holds when a key is left out."""
    if field.required:
        return "required"
    value = field.default
    if value is msgspec.NODEFAULT:
        value = field.default_factory() if field.default_factory is not msgspec.NODEFAULT else None
    unit = " s" if in_words(field.type) == "duration" and isinstance(value, float) else ""
    return f"`{value:g}{unit}`" if unit else shown(value)


def shown(value: Any) -> str:
    """A default as a suite file writes it."""
    if value is None or value in ("", (), [], {}) or value is msgspec.UNSET or isinstance(value, msgspec.Struct):
        return NONE
    if isinstance(value, tuple | list):
        return f"`[{', '.join(str(each) for each in value)}]`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str) and "<" in value:  # `<![` of a pattern would begin a declaration of HTML
        return f"`{value.partition('<')[0][:80]}…`"
    return f"`{value:g}`" if isinstance(value, float) and value < 1e6 else f"`{value}`"
