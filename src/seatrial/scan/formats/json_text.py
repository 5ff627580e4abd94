"""JSON that somebody else wrote: bounded in depth before it is parsed, and every repeated key is seen."""

import json
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, Final

from seatrial.scan.blob import Blob
from seatrial.scan.format import Unreadable
from seatrial.scan.limits import MEGABYTE

DEPTH: Final = 100
# The end of the text ends a string too, or a text of escaped quotes would be read again from each of them.
_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_STEPS: Final = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_ESCAPED: Final = re.compile(r"\\u00([2-7][0-9a-fA-F])")


class TooDeep(Unreadable):
    """Lists within lists beyond every use."""


def depth(data: bytes) -> int:
    """How deep brackets nest, outside strings."""
    steps = _STRING.sub(b"", data).translate(None, _NOT_BRACKETS).translate(_STEPS)
    return max(0, max(accumulate(memoryview(steps).cast("b")), default=0))


def parse(data: bytes) -> tuple[Any, tuple[str, ...]]:
    """A JSON text and the keys that are given twice in one object.

    Raises:
        TooDeep: It nests deeper than `DEPTH`.
        Unreadable: It is no JSON.
    """
    if depth(data) > DEPTH:
        raise TooDeep(f"its JSON nests deeper than {DEPTH} levels")
    twice: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        whole = dict(found)
        if len(whole) < len(found):
            seen: set[str] = set()
            twice.extend(key for key, _ in found if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        return whole

    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=pairs), tuple(twice)
    except UnicodeDecodeError as error:
        raise Unreadable(f"it is no UTF-8: byte {error.start}") from error
    except ValueError as error:
        raise Unreadable(f"it is no JSON: {error}") from error


def strings(whole: Any) -> Iterator[str]:
    """All texts in a parsed JSON, keys too."""
    waiting = [whole]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            yield from each
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)


def names_any(blob: Blob, keys: tuple[str, ...], most: int = 32 * MEGABYTE) -> bool:
    """Whether bytes begin as a JSON object and name one of the keys, with escapes or without. Parses nothing."""
    head = blob.read(0, 64).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(b"{"):
        return False
    text = blob.read(0, most).decode("utf-8", "replace")
    if "\\u00" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return any(f'"{key}"' in text for key in keys)
