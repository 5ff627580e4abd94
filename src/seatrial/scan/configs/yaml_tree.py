"""YAML read as events, never constructed: a tree of dicts, lists and texts, its tags, and what aliases would cost.

Source: yaml.org/spec/1.1; PyYAML's parser gives events with tags resolved against %TAG directives.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from seatrial.scan.configs.documents import TWICE
from seatrial.scan.format import Unreadable
from seatrial.scan.part import Part

DEEPEST: Final = 500
_MOST: Final = 10**18
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where PyYAML has it: the same events, faster."""


@dataclass(slots=True)
class Tagged:
    """A tag that stands in the text, as it is meant, with what it stands at."""

    tag: str
    line: int
    value: str = ""


@dataclass(slots=True)
class Tree:
    """What a YAML text holds. `weight` counts nodes as if aliases were written out."""

    documents: list[Any] = field(default_factory=list)
    tags: list[Tagged] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    weight: int = 0
    is_too_deep: bool = False


@dataclass(slots=True)
class _Open:
    """A collection that is being read; for a mapping `key` is the key whose value comes next."""

    node: dict[str, Any] | list[Any]
    anchor: str | None
    key: str | None = None
    weight: int = 1


def read(text: str | bytes, part: Part) -> Tree:
    """Read all documents of a YAML text.

    Raises:
        Unreadable: It is no YAML.
        OverBudget: It has too many nodes.
    """
    tree, reading = Tree(), _Reading()
    try:
        for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
            if not count & 1023:
                part.budget.check_time()
            reading.take(event, tree)
            if len(reading.open) > DEEPEST:
                tree.is_too_deep = True
                return tree
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Unreadable(f"it is no YAML: {_short(error)}") from error
    return tree


def _short(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return f"{problem}, line {mark.line + 1}" if mark is not None else str(problem)


class _Reading:
    """The state between events."""

    def __init__(self) -> None:
        self.open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}

    def take(self, event: Any, tree: Tree) -> None:
        """Take one event into the tree."""
        tag, line = getattr(event, "tag", None), event.start_mark.line + 1
        if tag:
            tree.tags.append(Tagged(tag, line, str(getattr(event, "value", ""))[:200]))
        if isinstance(event, yaml.ScalarEvent):
            tree.lines.setdefault(event.value, line)
            self._put(event.value, 1, event.anchor, tree, is_scalar=True)
        elif isinstance(event, yaml.AliasEvent):
            node, weight = self._anchors.get(event.anchor or "", ("", 1))
            self._put(node, weight, None, tree, is_scalar=isinstance(node, str))
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self.open.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else [], event.anchor))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            done = self.open.pop()
            self._put(done.node, done.weight, done.anchor, tree, is_scalar=False)

    def _put(self, node: Any, weight: int, anchor: str | None, tree: Tree, *, is_scalar: bool) -> None:
        if anchor is not None:
            self._anchors[anchor] = (node, weight)
        if not self.open:
            tree.documents.append(node)
            tree.weight += weight
            return
        into = self.open[-1]
        into.weight = min(into.weight + weight, _MOST)
        if isinstance(into.node, list):
            into.node.append(node)
        elif into.key is None:
            key = node if is_scalar else f"\0key {len(into.node)}"
            into.key = key
            if not is_scalar:
                into.node[f"{key} itself"] = node
        else:
            if into.key in into.node:
                into.node.setdefault(TWICE, []).append({into.key: into.node[into.key]})
            into.node[into.key] = node
            into.key = None
