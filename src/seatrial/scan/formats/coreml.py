"""Core ML models (source: mlmodel/format of apple/coremltools): custom code, other files, and packages' manifests."""

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.formats.json_text import names_any, parse, strings
from seatrial.scan.graphs.protobuf import BYTES, VARINT, Field, Message
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule

_VERSION, _DESCRIPTION, _UPDATABLE = 1, 2, 10
_PIPELINES: Final = {200: 1, 201: 1, 202: 0}
"""Kinds of pipelines, and how many messages lie between each and its models."""
_NETWORKS: Final = frozenset((303, 403, 500))
_PROGRAM, _CUSTOM_MODEL, _LINKED_MODEL, _CUSTOM_LAYER = 502, 555, 556, 500
_KINDS: Final = frozenset((*_PIPELINES, *range(300, 305), *range(400, 405), 500, 501, 502, 555, 556, 560))
_FURTHER: Final = frozenset((*range(600, 613), 900, *range(2000, 2010), 3000))
_CLASS_NAME = 10
_WEIGHTS: Final = b"@model_path/"

CUSTOM = Rule(
    "coreml.custom-code",
    "review",
    "The model needs a class of the application",
    "Custom layers and models run code that is not in the file, by a name that the file chooses.",
    "Make sure that the class is yours.",
)
LINKED = Rule(
    "coreml.linked-model",
    "review",
    "The model loads another model by its path",
    "What it finds there is not what was checked.",
    "Put the other model into the file.",
)
LEAVES = Rule(
    "coreml.leaves-package",
    "attack",
    "A path leads out of the package",
    "Loading the model reads files elsewhere.",
    "Do not load it.",
    ("CWE-22", *SUPPLY_CHAIN),
)


def recognise(part: Part) -> bool:
    """A version, a description, and one of Core ML's kinds of models; ONNX has neither such numbers nor such order."""
    first = part.blob.read(0, 2)
    if len(first) < 2 or first[0] != _VERSION << 3 or not 0 < first[1] < 32:
        return False
    numbers: dict[int, int] = {}
    with suppress(Unreadable):  # what was read before the break decides
        for each in islice(Message.of(part.blob, part.budget).fields(), 8):
            numbers[each.number] = each.kind
    kinds = (_KINDS | _FURTHER) & numbers.keys()
    return numbers.get(_VERSION) == VARINT and numbers.get(_DESCRIPTION) == BYTES and bool(kinds)


def inspect(part: Part) -> Iterator[Finding]:
    """The model and those in its pipelines."""
    waiting = [(Message.of(part.blob, part.budget), 0)]
    while waiting:
        model, depth = waiting.pop()
        if depth > part.budget.limits.depth:
            raise Unreadable("its pipelines nest too deeply")
        for field in model.fields():
            part.budget.member()
            if field.kind != BYTES:
                continue
            if field.number in _PIPELINES:
                waiting += [(each, depth + 1) for each in _models(field.body, _PIPELINES[field.number])]
            else:
                yield from _kind(part, field)


def _models(body: Message, between: int) -> Iterator[Message]:
    for field in body.fields():
        if field.number == 1 and field.kind == BYTES:
            if between:
                yield from _models(field.body, between - 1)
            else:
                yield field.body


def _kind(part: Part, field: Field) -> Iterator[Finding]:
    if field.number == _CUSTOM_MODEL:
        yield part.finding(CUSTOM, _class_name(field.body), offset=field.place)
    elif field.number == _LINKED_MODEL:
        yield part.finding(LINKED, offset=field.place)
    elif field.number == _PROGRAM:
        yield from _paths(part, field.body)
    elif field.number in _NETWORKS:
        for layer in field.body.fields():
            if layer.number != 1 or layer.kind != BYTES:
                continue
            part.budget.check_time()
            for each in layer.body.fields():
                if each.number == _CUSTOM_LAYER and each.kind == BYTES:
                    yield part.finding(CUSTOM, _class_name(each.body), offset=each.place)


def _class_name(body: Message) -> str:
    return next(
        (each.body.text(4096) for each in body.fields() if each.number == _CLASS_NAME and each.kind == BYTES), ""
    )


def _paths(part: Part, program: Message) -> Iterator[Finding]:
    """Where a program's weights lie: always below `@model_path`."""
    raw = program.raw(part.budget.limits.header)
    place = raw.find(_WEIGHTS)
    told = 0
    while place >= 0 and told < 20:
        path = raw[place + len(_WEIGHTS) : place + 256]
        if path.startswith(b"/") or b"../" in path.split(b"weights/", 1)[0]:
            told += 1
            yield part.finding(LEAVES, path[:80].decode("latin-1"))
        place = raw.find(_WEIGHTS, place + 1)


COREML = Format("coreml", "Core ML models (.mlmodel, also in .mlpackage)", recognise, inspect, (CUSTOM, LINKED, LEAVES))


def _is_manifest(part: Part) -> bool:
    return part.blob.size < 1 << 20 and names_any(part.blob, ("rootModelIdentifier",))


def _manifest(part: Part) -> Iterator[Finding]:
    """The paths of a package's manifest."""
    whole, _ = parse(part.blob.read(0, 1 << 20))
    entries = whole.get("itemInfoEntries") if isinstance(whole, dict) else None
    if not isinstance(entries, dict):
        raise Unreadable("its itemInfoEntries are missing")
    for entry in entries.values():
        path = entry.get("path") if isinstance(entry, dict) else None
        if not isinstance(path, str):
            raise Unreadable("an entry has no path: " + json.dumps(entry)[:80])
        if path.startswith(("/", "\\", "~")) or ".." in path.replace("\\", "/").split("/"):
            yield part.finding(LEAVES, path)
    for _ in strings(whole):
        part.budget.check_time()


MLPACKAGE = Format("mlpackage", "The manifest of a Core ML package", _is_manifest, _manifest, (LEAVES,))
