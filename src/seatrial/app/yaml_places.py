"""YAML as plain data that knows on which line each key stands.

Scalars follow the YAML 1.2 core schema: `21:40`, `no` and dates stay text. Anchors are allowed; what they unfold to is
bounded, and so are the file's size and its depth. `${NAME}` may stand unquoted inside `{...}`, where YAML itself would
take its braces for a mapping.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from seatrial.core.errors import Mistake

MAX_BYTES = 8_000_000
MAX_NODES = 1_000_000
MAX_DEPTH = 60
_INTEGER = re.compile(r"[-+]?\d+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")
_VARIABLE = re.compile(r"\$\{([A-Za-z_]\w*)\}")
_VEILED = re.compile("\\$\ue000(\\w+)\ue001")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

KeyPath = tuple[str | int, ...]


class Node(NamedTuple):
    """Plain data with the line of each part (`keys`: what stands below a key or an index) and the number of parts."""

    data: Any
    line: int
    keys: "dict[str | int, Node]"
    size: int


class Document(NamedTuple):
    """A file's data and places."""

    path: Path
    root: Node

    def line(self, keys: KeyPath) -> int:
        """The line of a key path, or of the nearest part around it that stands in the file."""
        node = self.root
        for key in keys:
            if key not in node.keys:
                break
            node = node.keys[key]
        return node.line

    def mistake(self, what: str, keys: KeyPath = ()) -> Mistake:
        """A Mistake that names file, line and key."""
        return Mistake(what, path=shown(self.path), line=self.line(keys), key=key_text(keys) or None)


def shown(path: Path) -> str:
    """A path as a person sees it from here: relative where it lies below the working directory."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def key_text(keys: KeyPath) -> str:
    """`("suites", "behaviour", "cases", 0)` -> `suites.behaviour.cases[0]`."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")


def read_yaml(path: Path) -> Document:
    """Read a YAML file.

    Raises:
        Mistake: It cannot be read, is too big, or is no YAML; the sentence names file and line.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Mistake(f"the file is larger than {MAX_BYTES:,} bytes; keep cases in files of their own", path=path)
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        hint = "; `seatrial init` writes one" if path.suffix in (".yaml", ".yml") else ""
        raise Mistake(f"there is no such file{hint}", path=path) from None
    except OSError as error:
        raise Mistake(f"the file cannot be read: {error.strerror or error}", path=path) from None
    except UnicodeDecodeError as error:
        raise Mistake(f"the file is no UTF-8 (byte {error.start})", path=shown(path)) from None
    return parse_yaml(text, path)


def parse_yaml(text: str, path: Path) -> Document:
    """Read a text as YAML.

    Raises:
        Mistake: It is no YAML; the sentence names file and line.
    """
    reader: _Reader | None = None
    try:
        reader = _Reader(text, path)
        return Document(path, reader.document())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Mistake(_sentence(error, text), path=shown(path), line=mark.line + 1 if mark else None) from None
    except yaml.YAMLError as error:
        raise Mistake(f"this is no YAML: {str(error).splitlines()[0]}", path=shown(path)) from None
    finally:
        if reader is not None:
            reader.loader.dispose()


def _sentence(error: yaml.MarkedYAMLError, text: str) -> str:
    mark = error.problem_mark
    lines = text.splitlines()
    before = lines[mark.line][: mark.column + 1] if mark and mark.line < len(lines) else ""
    if "\t" in before and not before.split("\t")[0].strip():
        return "a tab stands in the indentation; YAML allows spaces only"
    what = error.problem or "it cannot be read"
    context = f" ({error.context})" if error.context else ""
    return f"this is no YAML: {what}{context}; check the indentation and the quotes"


class _Reader:
    """Builds nodes from libyaml's events, so that depth and size are bounded on the way."""

    def __init__(self, text: str, path: Path) -> None:
        # Private characters stand for the braces of `${NAME}` while libyaml reads: one for one, so places stay right.
        self.loader: Any = _LOADER(_VARIABLE.sub("$\ue000\\1\ue001", text))
        self._path, self._anchors, self._size = path, dict[str, Node](), 0

    def document(self) -> Node:
        for _ in range(2):  # the beginnings of the stream and of the document
            event = self.loader.get_event()
            if isinstance(event, yaml.StreamEndEvent):
                return Node(None, 1, {}, 1)
        if isinstance(event, yaml.StreamEndEvent):
            return Node(None, 1, {}, 1)
        node = self._node(self.loader.get_event(), 0)
        self.loader.get_event()
        after = self.loader.get_event()
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._mistake("a second document (`---`) begins; one file holds one", after)
        return node

    def _mistake(self, what: str, event: Any) -> Mistake:
        return Mistake(what, path=shown(self._path), line=_line(event))

    def _node(self, event: Any, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise self._mistake(f"the file is nested more than {MAX_DEPTH} deep", event)
        if isinstance(event, yaml.AliasEvent):
            node = self._anchors.get(event.anchor or "")
            if node is None:
                raise self._mistake(f"the anchor `&{event.anchor}` does not stand before its alias", event)
            return self._counted(node._replace(line=_line(event)), event, node.size)
        build: Callable[[Any, int], Node] = {
            yaml.SequenceStartEvent: self._sequence,
            yaml.MappingStartEvent: self._mapping,
        }.get(type(event), self._scalar)
        before = self._size
        node = build(event, depth)
        node = self._counted(node._replace(size=1 + self._size - before), event, 1)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _counted(self, node: Node, event: Any, size: int) -> Node:
        self._size += size
        if self._size > MAX_NODES:
            raise self._mistake(f"the file unfolds to more than {MAX_NODES:,} values", event)
        return node

    def _scalar(self, event: Any, depth: int) -> Node:
        tag, value = event.tag, _VEILED.sub(r"${\1}", event.value) if "\ue000" in event.value else event.value
        if tag not in (None, "!", "tag:yaml.org,2002:str"):
            raise self._mistake(f"the tag `{tag}` is not allowed", event)
        plain = event.implicit[0] and tag is None
        return Node(_plain(value) if plain else value, _line(event), {}, 1)

    def _sequence(self, event: Any, depth: int) -> Node:
        parts: list[Node] = []
        while not isinstance(following := self.loader.get_event(), yaml.SequenceEndEvent):
            parts.append(self._node(following, depth + 1))
        return Node([part.data for part in parts], _line(event), dict(enumerate(parts)), 1)

    def _mapping(self, event: Any, depth: int) -> Node:
        keys: dict[str | int, Node] = {}
        merged: dict[str | int, Node] = {}
        while not isinstance(following := self.loader.get_event(), yaml.MappingEndEvent):
            name = self._key(following)
            value = self._node(self.loader.get_event(), depth + 1)
            if name == "<<":
                for each in value.keys.values() if isinstance(value.data, list) else (value,):
                    merged = {**each.keys, **merged}
                continue
            if name in keys:
                first = keys[name].line
                raise self._mistake(f"the key `{name}` stands here a second time (first on line {first})", following)
            keys[name] = value._replace(line=following.start_mark.line + 1)
        keys = {**merged, **keys}
        return Node({name: part.data for name, part in keys.items()}, _line(event), keys, 1)

    def _key(self, event: Any) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise self._mistake("a key must be a plain text", event)
        return str(event.value)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _plain(text: str) -> Any:
    if text.lower() in _WORDS and text in (text.lower(), text.title(), text.upper()):
        return _WORDS[text.lower()]
    if len(text) < 300:
        if _INTEGER.fullmatch(text):
            return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text
