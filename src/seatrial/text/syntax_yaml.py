"""YAML: read as a stream of events by PyYAML, so that aliases never unfold and no object is ever made."""

from typing import Any

import yaml

from seatrial.text.syntax import CannotRead, NotWellFormed, refuse_empty, refuse_long

DEEPEST = 100
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(source: str) -> None:
    """Read documents, each a mapping or a list: any plain sentence would be YAML, too.

    Keys that stand twice in a mapping and aliases without an anchor are mistakes (YAML 1.2.2, sections 3.2.1.3 and
    7.1), although PyYAML takes the former.

    Raises:
        NotWellFormed: It is none.
        CannotRead: It is too long or nested too deeply.
    """
    refuse_long(source)
    refuse_empty(source)
    reading = _Reading()
    try:
        for event in yaml.parse(source, Loader=_LOADER):
            reading.take(event)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise NotWellFormed(f"{line}{error.problem or error.context}") from None
    except (yaml.YAMLError, UnicodeEncodeError):
        raise NotWellFormed("it holds a character that YAML does not allow") from None


class _Reading:
    """Where in the documents the events are: the collections that are open, and the keys of each mapping."""

    def __init__(self) -> None:
        self.open: list[set[str] | None] = []
        self.key_next: list[bool] = []
        self.anchors: set[str] = set()

    def take(self, event: yaml.Event) -> None:
        """One event."""
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.DocumentStartEvent():
                self.anchors = set()
            case yaml.CollectionEndEvent():
                self.open.pop()
                self.key_next.pop()
            case yaml.AliasEvent():
                if event.anchor not in self.anchors:
                    raise NotWellFormed(f"line {line}: the alias `*{(event.anchor or '')[:30]}` has no anchor")
                self._node(None, line)
            case yaml.NodeEvent():
                if event.anchor:
                    self.anchors.add(event.anchor)
                self._node(event.value if isinstance(event, yaml.ScalarEvent) else None, line)
                if isinstance(event, yaml.CollectionStartEvent):
                    self._begin(isinstance(event, yaml.MappingStartEvent))

    def _begin(self, mapping: bool) -> None:
        self.open.append(set() if mapping else None)
        self.key_next.append(mapping)
        if len(self.open) > DEEPEST:
            raise CannotRead(f"it is nested more than {DEEPEST} deep")

    def _node(self, scalar: str | None, line: int) -> None:
        if not self.open:
            if scalar is not None:
                raise NotWellFormed("it is a plain text, no mapping and no list")
            return
        keys = self.open[-1]
        if keys is None:
            return
        if self.key_next[-1] and scalar is not None and scalar != "<<":
            if scalar in keys:
                raise NotWellFormed(f"line {line}: the key `{scalar[:40]}` stands twice")
            keys.add(scalar)
        self.key_next[-1] = not self.key_next[-1]
