"""Reading the JSON of an answer; what cannot be read gives a sentence, never an exception."""

import math
import re
from typing import Any

import msgspec

MOST_CHARACTERS = 200_000
"""Longer JSON is not looked into by `json_schema` and `json_path`, whose time is that of Python."""
_FENCE = re.compile(r"```[ \t]*(?:(?:json|JSON)[ \t]*)?\r?\n(.*?)```", re.DOTALL)


class NotJson(ValueError):
    """The text is no JSON; the message says why in a few words."""


def read_json(text: str, fenced: bool = False) -> Any:
    """The value of a JSON text (RFC 8259); `fenced` also takes the first block between ```json fences.

    Raises:
        NotJson: It is none.
    """
    if fenced and (block := _FENCE.search(text)):
        text = block[1]
    if not text.strip():
        raise NotJson("it is empty")
    try:
        return msgspec.json.decode(text)
    except RecursionError:
        raise NotJson("it is nested too deeply") from None
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise NotJson(str(error).partition("\n")[0]) from None


def same_value(found: Any, wanted: Any, tolerance: float) -> bool:
    """Whether two JSON values are the same; numbers within a tolerance (or 1e-9 of their size), true is not 1."""
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    if isinstance(found, int | float) and isinstance(wanted, int | float):
        return found == wanted or _near(found, wanted, tolerance)
    if isinstance(found, dict) and isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(same_value(found[key], wanted[key], tolerance) for key in found)
    if isinstance(found, list) and isinstance(wanted, list | tuple):
        return len(found) == len(wanted) and all(map(same_value, found, wanted, [tolerance] * len(found)))
    return bool(found == wanted)


def _near(one: float, other: float, tolerance: float) -> bool:
    try:
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=tolerance)
    except OverflowError:  # a whole number beyond the range of floats
        return False


def shown(value: Any) -> str:
    """A JSON value as text, for a reason."""
    return msgspec.json.encode(value).decode()
