"""JSON that somebody else wrote, parsed once for all who look at it; keys that are given twice lose nothing."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import Blob
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.formats.json_text import depth
from seatrial.scan.limits import MEGABYTE
from seatrial.scan.part import Part
from seatrial.scan.rule import Rule

LARGEST: Final = 64 * MEGABYTE
DEEPEST: Final = 400
"""Levels; Python's own parser takes about a thousand, honest configs ten."""
TWICE: Final = "\0earlier"
"""The key under which earlier values of a repeated key are kept."""
KEYS: Final = ("class_name", "keras_version", "__loader__", "_target_", "expr_str", "nbformat", "handler", "__class__")
"""What makes JSON a config that builds objects, or source in disguise."""
_BEGINNINGS: Final = tuple(
    mark + text.encode(codec)
    for text in ("{", "[")
    for codec, mark in (
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-32-le", b""),
        ("utf-32-be", b""),
        ("utf-32-le", b"\xff\xfe\0\0"),
        ("utf-32-be", b"\0\0\xfe\xff"),
    )
)
"""`json.loads` reads all of these when it is given bytes; white space before them is stripped for UTF-8 only."""
TOO_DEEP = Rule(
    "json.nested-too-deep",
    "review",
    "A JSON config nests deeper than any program writes it",
    "Such files are made to exhaust whoever reads them, or to hide what stands inside.",
    "Do not load it.",
)


def _text(blob: Blob, keys: tuple[str, ...]) -> str | None:
    """The text of a JSON object or list that may have one of the keys."""
    head = blob.read(0, 256).lstrip(b" \t\r\n")
    if not head.startswith(_BEGINNINGS):
        return None
    raw = blob.read(0, LARGEST)
    try:
        text = raw.decode(json.detect_encoding(raw), "surrogatepass").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None
    return text if "\\u00" in text or any(key in text for key in keys) else None


def read_json(blob: Blob, keys: tuple[str, ...]) -> Any | None:
    """A JSON object, if some bytes hold one that may have one of the keys; None for anything else.

    Args:
        blob: The bytes.
        keys: Parsing is spared where none of these stands in the text, and nothing there is escaped.
    """
    text = _text(blob, keys)
    return None if text is None else parse(text)


@lru_cache(maxsize=2)
def parse(text: str) -> Any | None:
    """A JSON text, or None if it is none or nests too deeply."""
    try:
        return None if is_too_deep(text) else json.loads(text, object_pairs_hook=_pairs)
    except (ValueError, RecursionError):
        return None


def is_too_deep(text: str) -> bool:
    """Whether JSON nests deeper than is parsed here."""
    return depth(text.encode("utf-8", "surrogatepass")) > DEEPEST


def _pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
    whole = dict(found)
    if len(whole) < len(found):
        last = {id(value) for value in whole.values()}
        whole[TWICE] = [{key: value} for key, value in found if id(value) not in last]
    return whole


def objects(whole: Any, part: Part) -> Iterator[dict[str, Any]]:
    """All JSON objects in a tree, outer ones first; shared branches of YAML once.

    Raises:
        OverBudget: There are too many.
    """
    for each in _branches(whole, part):
        if isinstance(each, dict):
            yield each


def texts(whole: Any, part: Part) -> Iterator[str]:
    """All texts that stand as values in a tree."""
    for each in _branches(whole, part):
        yield from (value for value in (each.values() if isinstance(each, dict) else each) if isinstance(value, str))


def _branches(whole: Any, part: Part) -> Iterator[dict[str, Any] | list[Any]]:
    waiting, seen = [whole], set[int]()
    while waiting:
        each = waiting.pop()
        if not isinstance(each, dict | list) or id(each) in seen:
            continue
        seen.add(id(each))
        if not len(seen) & 1023:
            part.budget.check_time()
        yield each
        waiting.extend(reversed(each.values() if isinstance(each, dict) else each))


def _is_beyond(part: Part) -> bool:
    text = _text(part.blob, KEYS)
    return text is not None and (is_too_deep(text) or len(part.blob.read(LARGEST, 1)) > 0)


def _inspect(part: Part) -> Iterator[Finding]:
    if part.blob.read(LARGEST, 1):
        raise Unreadable(f"a JSON config of more than {LARGEST // MEGABYTE} MB is not parsed")
    yield part.finding(TOO_DEEP)


BEYOND = Format("json beyond limits", "JSON configs too deep or too large to parse", _is_beyond, _inspect, (TOO_DEEP,))
