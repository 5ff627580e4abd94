"""YAML as plain data that knows the file and line of every key.

Scalars follow the YAML 1.2 core schema: `21:40`, `no` and dates stay text. Anchors, duplicate keys and files over
4 MB are refused.
"""

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from seatrial.core.errors import Mistake

MAX_BYTES = 4_000_000
_INTEGER = re.compile(r"[-+]?\d+")
_FLOAT = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")
_WORDS: dict[str, Any] = {"": None, "~": None} | {
    form: value
    for word, value in (("null", None), ("true", True), ("false", False))
    for form in (word, word.capitalize(), word.upper())
}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Place = tuple[str | int, ...]


class Source(msgspec.Struct, frozen=True):
    """Plain data and where each part of it stands: key path -> (file, line)."""

    data: dict[str, Any]
    places: dict[Place, tuple[str, int]]

    def where(self, place: Place) -> tuple[str, int]:
        """File and line of a key path, or of the nearest part around it that is known."""
        while place and place not in self.places:
            place = place[:-1]
        return self.places.get(place, ("", 1))

    def mistake(self, what: str, place: Place) -> Mistake:
        """A Mistake that names file, line and key."""
        path, line = self.where(place)
        return Mistake(what, path=path, line=line, key=key_text(place) or None)

    def over(self, base: "Source") -> "Source":
        """This file's top-level keys laid over those of the file that it extends."""
        places = {place: at for place, at in base.places.items() if not place or place[0] not in self.data}
        return Source({**base.data, **self.data}, {**places, **self.places})


def key_text(place: Place) -> str:
    """`("faults", 0, "rate")` -> `faults[0].rate`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def read_yaml(path: Path, name: str) -> Source:
    """Read a file whose top is a mapping; `name` is what errors call it.

    Raises:
        Mistake: The file can not be read, is too big, or is no such YAML.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Mistake(f"can not read this file: {error.strerror}", path=name) from None
    if len(raw) > MAX_BYTES:
        raise Mistake(f"the file is larger than {MAX_BYTES // 1_000_000} MB", path=name)
    return parse_yaml(raw, name)


def parse_yaml(raw: bytes, name: str) -> Source:
    """Read YAML text whose top is a mapping.

    Raises:
        Mistake: It is no such YAML; the sentence names the line.
    """
    try:
        node = yaml.compose(raw, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        problem = error.problem or "is not valid"
        raise Mistake(f"not YAML: {problem}", path=name, line=mark.line + 1 if mark else None) from None
    except (yaml.YAMLError, ValueError) as error:
        raise Mistake(f"not YAML: {str(error).splitlines()[0]}", path=name) from None
    except RecursionError:
        raise Mistake("not YAML that a person wrote: nested too deeply", path=name) from None
    if not isinstance(node, yaml.MappingNode):
        raise Mistake("expected keys and values at the top of the file", path=name, line=1)
    walk = _Walk(name)
    return Source(walk.value(node, ()), walk.places)


class _Walk:
    """One pass over a node tree."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.places: dict[Place, tuple[str, int]] = {}
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.places.setdefault(place, (self.name, node.start_mark.line + 1))
        if id(node) in self._seen:
            raise self._mistake("anchors and aliases are not allowed here", node, place)
        self._seen.add(id(node))
        if len(place) > 40:
            raise self._mistake("nested too deeply", node, place)
        if isinstance(node, yaml.ScalarNode):
            return scalar(node.value) if not node.style else node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        return self._mapping(node, place)

    def _mapping(self, node: yaml.Node, place: Place) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key, str):
                raise self._mistake("a key must be plain text", key_node, place)
            if key in found:
                raise self._mistake("this key is given twice", key_node, (*place, key))
            self.places[*place, key] = (self.name, key_node.start_mark.line + 1)
            found[key] = self.value(value_node, (*place, key))
        return found

    def _mistake(self, what: str, node: yaml.Node, place: Place) -> Mistake:
        return Mistake(what, path=self.name, line=node.start_mark.line + 1, key=key_text(place) or None)


def scalar(text: str) -> Any:
    """The value of an unquoted scalar; numbers that would lose digits or overflow stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text.lstrip("+-")) < 19 else text
    number = float(text) if _FLOAT.fullmatch(text) else math.inf
    return number if math.isfinite(number) else text
