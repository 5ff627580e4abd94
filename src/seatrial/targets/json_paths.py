"""A value out of decoded JSON, by a plain field or a JSONPath (RFC 9535)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from seatrial.core.errors import Mistake


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
"""What a path gives where nothing is."""


class Path:
    """`field` names a key of the top object; anything that begins with `$` is a JSONPath, whose first value counts.

    Raises:
        Mistake: The JSONPath cannot be read.
    """

    def __init__(self, text: str, key: str) -> None:
        if not isinstance(text, str) or not text:
            raise Mistake("must be a field name or a JSONPath such as $.answer", key=key)
        self.text = text
        self._find = _json_path(text, key) if text.startswith("$") else None

    def first(self, data: Any) -> Any:
        """The first value, or MISSING."""
        if self._find is not None:
            return self._find(data)
        return data.get(self.text, MISSING) if isinstance(data, Mapping) else MISSING


def _json_path(text: str, key: str) -> Callable[[Any], Any]:
    import jsonpath

    try:
        path = jsonpath.compile(text)
    except jsonpath.JSONPathError as error:
        why = str(error).splitlines()[0]
        raise Mistake(f"{text!r} is no JSONPath: {why}", key=key) from None

    def find(data: Any) -> Any:
        try:
            match = path.match(data)
        except (jsonpath.JSONPathError, TypeError, RecursionError):
            return MISSING
        return MISSING if match is None else match.obj

    return find
