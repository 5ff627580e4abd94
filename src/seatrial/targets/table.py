"""The one table of Targets: built-in ones and those of entry points in the group `seatrial.targets`.

An entry point names a factory `(name, settings) -> Target`; its own name is the key that picks it in a suite file.
"""

import difflib
import inspect
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from seatrial.core.errors import Mistake
from seatrial.core.target import Target

GROUP = "seatrial.targets"
_BUILT_IN = {
    name: EntryPoint(name, f"seatrial.targets.{module}", GROUP)
    for name, module in {
        "openai": "openai:OpenAITarget.of",
        "http": "http_json:HttpTarget.of",
        "python": "function:FunctionTarget.of",
        "recorded": "recorded:RecordedTarget.of",
    }.items()
}


def known_targets() -> tuple[str, ...]:
    """The keys that pick a Target, built-in ones first; a built-in name cannot be taken over."""
    return (*_BUILT_IN, *sorted(point.name for point in entry_points(group=GROUP) if point.name not in _BUILT_IN))


def build_target(name: str, settings: Mapping[str, Any], *, folder: Path | None = None) -> Target:
    """The Target that a suite file means.

    Args:
        name: Its name there.
        settings: Its keys; exactly one of them is a known Target.
        folder: Where relative paths of files and modules begin; the working directory without it.

    Raises:
        Mistake: No key or more than one picks a Target, a key is unknown, or a value cannot work.
    """
    point = _picked(settings)
    factory = point.load()
    if point.name in _BUILT_IN:
        _check_keys(point, settings)
    given = {"folder": folder} if "folder" in inspect.signature(factory).parameters else {}
    built: Target = factory(name, settings, **given)
    return built


def _picked(settings: Mapping[str, Any]) -> EntryPoint:
    found = [_BUILT_IN[key] for key in settings if key in _BUILT_IN]
    if not found:
        found = [point for point in entry_points(group=GROUP) if point.name in settings]
    if len(found) == 1:
        return found[0]
    if found:
        raise Mistake(f"a target is one thing, not {' and '.join(point.name for point in found)}")
    raise Mistake(f"the target needs one of the keys {', '.join(known_targets())}")


def _check_keys(point: EntryPoint, settings: Mapping[str, Any]) -> None:
    import importlib

    allowed: frozenset[str] = importlib.import_module(point.module).KEYS
    for key in settings:
        if key not in allowed:
            near = difflib.get_close_matches(str(key), allowed, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; allowed are {', '.join(sorted(allowed))}"
            raise Mistake(f"a target of kind {point.name} has no such key{hint}", key=str(key))
    value = settings[point.name]
    if not isinstance(value, str) or not value.strip():
        raise Mistake("must be a text", key=point.name)
