"""Reading persona files: what the simulator knows, how fast it is, and which faults were planted in it."""

import difflib
import re
import types
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from seatrial.core.errors import Mistake
from seatrial.simulator.fault_kinds import Fault, Planted
from seatrial.simulator.persona_record import Persona
from seatrial.simulator.persona_rules import broken_rule
from seatrial.simulator.units import read_unit
from seatrial.simulator.yaml_source import Place, Source, read_yaml

__all__ = ["Persona", "load_persona", "shipped_personas"]

_SHIPPED = Path(__file__).parent / "personas"
_PATH = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


def shipped_personas() -> list[str]:
    """The names of the personas that come with Seatrial, sorted."""
    return sorted(path.stem for path in _SHIPPED.glob("*.yaml"))


def load_persona(name_or_path: str | Path) -> Persona:
    """Read a shipped persona by its name, or a persona file by its path.

    Raises:
        Mistake: There is no such persona, or its file is wrong; the sentence names file, line, key and what is allowed.
    """
    path = _find(name_or_path, Path())
    source = read_yaml(path, str(name_or_path) if path.parent != _SHIPPED else path.name)
    for _ in range(5):
        base = source.data.get("extends")
        if not isinstance(base, str) or not base:
            break
        path = _find(base, path.parent)
        below = read_yaml(path, path.name)
        source = Source({**source.data, "extends": below.data.get("extends", "")}, source.places).over(below)
    else:
        raise source.mistake("personas extend each other in a circle, or more than 5 deep", ("extends",))
    return _convert(source)


def _find(name_or_path: str | Path, folder: Path) -> Path:
    text = str(name_or_path)
    if text in shipped_personas():
        return _SHIPPED / f"{text}.yaml"
    path = folder / text
    if path.suffix in {".yaml", ".yml"} or path.exists():
        return path
    near = _nearest(text, shipped_personas())
    raise Mistake(f"no persona is called {text!r}{near}; shipped are {', '.join(shipped_personas())}, or give a file")


def _nearest(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _convert(source: Source) -> Persona:
    try:
        persona = msgspec.convert(source.data, Persona, dec_hook=read_unit)
    except msgspec.ValidationError as error:
        raise _explain(source, str(error)) from None
    if broken := broken_rule(persona):
        raise source.mistake(*broken)
    return persona


def _explain(source: Source, message: str) -> Mistake:
    what, _, path = message.partition(" - at `$")
    place = _place(source.data, path.rstrip("`"), message)
    if unknown := re.search(r"unknown field `(.+)`", what):
        known = sorted(_known_keys(source.data, place))
        key = unknown[1]
        return source.mistake(f"unknown key{_nearest(key, known)}; allowed are {', '.join(known)}", (*place, key))
    if place[:1] == ("faults",) and place[2:] == ("kind",):
        kinds = sorted(kind.__struct_config__.tag for kind in typing.get_args(Fault))
        found = str(_at(source.data, place))
        return source.mistake(f"unknown fault {found!r}{_nearest(found, kinds)}; known are {', '.join(kinds)}", place)
    return source.mistake(what[:1].lower() + what[1:].replace("`", ""), place)


def _place(data: Any, path: str, message: str) -> Place:
    """A msgspec path as a key path; it writes `[...]` for a key of a mapping, which is then found by trying each."""
    parts: list[str | int] = []
    for name, index in _PATH.findall(path):
        if index != "...":
            parts.append(name or int(index))
            continue
        guilty = (key for key in _at(data, tuple(parts)) if _failure(_only(data, (*parts, key))) == message)
        key = next(guilty, None)
        if key is None:
            break
        parts.append(key)
    return tuple(parts)


def _only(data: Any, place: Place) -> Any:
    """The data with all keys beside the last part of a place left out."""
    if len(place) == 1:
        return {place[0]: data[place[0]]}
    inner = _only(data[place[0]], place[1:])
    if isinstance(data, dict):
        return {**data, place[0]: inner}
    return [inner if index == place[0] else item for index, item in enumerate(data)]


def _failure(data: Any) -> str | None:
    try:
        msgspec.convert(data, Persona, dec_hook=read_unit)
    except msgspec.ValidationError as error:
        return str(error)
    return None


def _at(data: Any, place: Place) -> Any:
    for part in place:
        data = data[part]
    return data


def _known_keys(data: Any, place: Place) -> list[str]:
    """The keys allowed at a place: walks the annotated types beside the data."""
    kind: Any = Persona
    for depth, part in enumerate(place):
        kind = _inside(kind, part, _at(data, place[: depth + 1]))
    fields = getattr(kind, "__struct_fields__", ())
    return [*fields, "kind"] if isinstance(kind, type) and issubclass(kind, Planted) else list(fields)


def _inside(kind: Any, part: str | int, value: Any) -> Any:
    if isinstance(part, str) and hasattr(kind, "__struct_fields__"):
        kind = typing.get_type_hints(kind).get(part)
    elif typing.get_origin(kind) in {tuple, dict}:
        kind = typing.get_args(kind)[0 if typing.get_origin(kind) is tuple else 1]
    if isinstance(kind, types.UnionType):
        return _member(typing.get_args(kind), value)
    return kind


def _member(members: tuple[Any, ...], value: Any) -> Any:
    tag = value.get("kind") if isinstance(value, dict) else None
    structs = [member for member in members if hasattr(member, "__struct_config__")]
    return next((member for member in structs if member.__struct_config__.tag == tag), structs[0] if structs else None)
