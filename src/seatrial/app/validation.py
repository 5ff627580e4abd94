"""Checks plain data against a record, and goes on behind a mistake until all of them are known."""

import re
from typing import Any, TypeVar

import msgspec

from seatrial.app.mistakes import Mistakes, brief, did_you_mean, sentence
from seatrial.app.schema import LATER, FileModel
from seatrial.app.yaml_places import Document, KeyPath

T = TypeVar("T", bound=msgspec.Struct)
_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
_MISSING = object()
_KINDS = {"array": (list,), "object": (dict,), "null": (type(None),), "int": (int,), "str": (str,), "bool": (bool,)}


class Place:
    """Where data stands in a file: mistakes below it are told with line and key.

    Attributes:
        keys: The key path of the data.
        mistakes: Where they are gathered.
    """

    def __init__(self, document: Document, mistakes: Mistakes, keys: KeyPath = ()) -> None:
        self.document, self.mistakes, self.keys = document, mistakes, keys

    def below(self, *keys: str | int) -> "Place":
        """A place further in."""
        return Place(self.document, self.mistakes, (*self.keys, *keys))

    def add(self, what: str, *keys: str | int) -> None:
        """Take a mistake here, or further in."""
        self.mistakes.add(self.document.mistake(what, (*self.keys, *keys)))


def convert(data: Any, kind: type[T], place: Place) -> T | None:
    """The data as a record; None when it has mistakes, all of which are then in `place.mistakes`."""
    if not isinstance(data, dict):
        place.add(f"a mapping is expected, {brief(data)} was found")
        return None
    rest, clean = _copy(data), True
    for _ in range(100):
        try:
            made = msgspec.convert(rest, kind)
        except msgspec.ValidationError as error:
            clean = False
            what, keys = explain(str(error), rest, kind)
            place.add(what, *keys)
            if "missing required" in str(error) or not _removed(rest, keys):
                return None
        else:
            return made if clean else None
    return None


def explain(message: str, data: Any, kind: type[msgspec.Struct]) -> tuple[str, KeyPath]:
    """The sentence and the key path of a validation message of msgspec about `data`."""
    text, _, path = message.partition(" - at `$")
    keys, value = _keys(path.rstrip("`"), data)
    if path.endswith("[...]`") and isinstance(value, dict):
        keys, value = _part(keys, value, text)
    if match := re.search("unknown field `(.*)`", text):
        name = match[1]
        if name in LATER and kind is FileModel and not keys:
            return f"`{name}` comes with a later version of Seatrial", (*keys, name)
        return f"this key is not known; {did_you_mean(name, _fields(kind, keys))}", (*keys, name)
    if match := re.search("missing required field `(.*)`", text):
        return f"the key `{match[1]}` is missing", keys
    if "Invalid enum value" in text:
        allowed = _allowed(kind, keys)
        return f"{brief(value)} is not allowed; {did_you_mean(str(value), allowed)}" if allowed else text, keys
    return sentence(text, value), keys


def _keys(path: str, data: Any) -> tuple[KeyPath, Any]:
    keys: list[str | int] = []
    for name, index in _STEP.findall(path):
        if index == "..." or (index and not isinstance(data, list)):
            break
        step: str | int = name or int(index)
        data = data.get(step) if isinstance(data, dict) else data[step] if isinstance(step, int) else None
        keys.append(step)
    return tuple(keys), data


def _part(keys: KeyPath, values: dict[str, Any], message: str) -> tuple[KeyPath, Any]:
    """The value in a mapping that a message is about: msgspec tells of what kind it is, but not where."""
    got = re.search(r"got `(\w+)`", message)
    kinds = _KINDS.get(got[1], ()) if got else ()
    for name, value in values.items():
        if type(value) in kinds:
            return (*keys, name), value
    return keys, values


def _removed(data: Any, keys: KeyPath) -> bool:
    for key in keys[:-1]:
        data = data[key]
    if not keys:
        return False
    if isinstance(data, list) and isinstance(keys[-1], int):
        return False  # the places of what stands behind it would shift
    return data.pop(keys[-1], _MISSING) is not _MISSING


def _copy(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _copy(each) for key, each in data.items()}
    return [_copy(each) for each in data] if isinstance(data, list) else data


def _field(kind: Any, keys: KeyPath) -> Any:
    """The type that stands at a key path of a record."""
    for key in keys:
        structs = [each for each in _flat(kind) if isinstance(each, msgspec.inspect.StructType)]
        arrays = [each for each in _flat(kind) if isinstance(each, msgspec.inspect.ListType)]
        if isinstance(key, int):
            kind = arrays[0].item_type if arrays else None
        else:
            found = [field.type for struct in structs for field in struct.fields if field.encode_name == key]
            kind = found[0] if found else None
    return kind


def _flat(kind: Any) -> list[Any]:
    if isinstance(kind, msgspec.inspect.Metadata):
        return _flat(kind.type)
    if isinstance(kind, msgspec.inspect.UnionType):
        return [part for each in kind.types for part in _flat(each)]
    return [kind]


def _fields(kind: type[msgspec.Struct], keys: KeyPath) -> list[str]:
    found = _flat(_field(msgspec.inspect.type_info(kind), keys))
    structs = [each for each in found if isinstance(each, msgspec.inspect.StructType)]
    return [field.encode_name for struct in structs for field in struct.fields]


def _allowed(kind: type[msgspec.Struct], keys: KeyPath) -> list[str]:
    found = _flat(_field(msgspec.inspect.type_info(kind), keys))
    return [str(value) for each in found if isinstance(each, msgspec.inspect.LiteralType) for value in each.values]
