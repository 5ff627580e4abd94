"""ONNX models: operators, tensors and the files that they lie in; subgraphs and functions too.

Source: onnx/onnx.proto (fields and their numbers), onnx/docs/ExternalData.md.
"""

import os
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.format import Format
from seatrial.scan.graphs import onnx_rules
from seatrial.scan.graphs.glimpse import bodies, fields_of, glimpse, holds
from seatrial.scan.graphs.paths import leaves
from seatrial.scan.graphs.protobuf import BYTES, VARINT, Count, Message, by_number, first_text
from seatrial.scan.part import Part
from seatrial.scan.rule import Rule

_GRAPH, _NODE, _TENSOR, _ATTRIBUTE, _FUNCTION, _SPARSE, _TRAINING, _MODEL = range(8)
_INSIDE: Final[dict[int, dict[int, int]]] = {
    _MODEL: {7: _GRAPH, 20: _TRAINING, 25: _FUNCTION},
    _TRAINING: {1: _GRAPH, 2: _GRAPH},
    _GRAPH: {1: _NODE, 5: _TENSOR, 15: _SPARSE},
    _FUNCTION: {7: _NODE, 11: _ATTRIBUTE},
    _NODE: {5: _ATTRIBUTE},
    _ATTRIBUTE: {5: _TENSOR, 6: _GRAPH, 10: _TENSOR, 11: _GRAPH, 22: _SPARSE, 23: _SPARSE},
    _SPARSE: {1: _TENSOR, 2: _TENSOR},
}
"""Kind of a message, number of a field: kind of what is inside."""
_HUGE: Final = 1 << 48
"""Elements; no machine holds a tensor of that many."""


def _recognise(part: Part) -> bool:
    seen = glimpse(part.blob)
    if not (holds(seen, 1, VARINT) or holds(seen, 8, BYTES)):
        return False
    for graph in bodies(seen, 7):
        inside = fields_of(graph, 64)
        nodes = [fields_of(body, 16) for body in bodies(inside, 1)[:4]]
        if any(bodies(node, 4) or bodies(node, 7) for node in nodes) or bodies(inside, 5) or bodies(inside, 11):
            return True
    # A model may hold functions before its graph, or a graph may begin behind what is glimpsed at.
    return holds(seen, 1, VARINT) and holds(seen, 8, BYTES) and (holds(seen, 7, BYTES) or holds(seen, 2, BYTES))


def _inspect(part: Part) -> Iterator[Finding]:
    told: set[tuple[str, str]] = set()
    for finding in _walk(part):
        if (finding.id, finding.evidence) not in told:
            told.add((finding.id, finding.evidence))
            yield finding


def _walk(part: Part) -> Iterator[Finding]:
    whole = Message.of(part.blob, part.budget)
    own = {first_text(by_number(each.body), 10, 1 << 16) for each in whole.fields() if each.number == 25}
    waiting, count = deque([(whole, _MODEL)]), Count(part.budget)
    while waiting:
        message, kind = waiting.popleft()
        if kind == _TENSOR:
            yield from _tensor(part, message)
            continue
        inside, name, domain = _INSIDE[kind], "", ""
        for each in message.fields():
            if each.kind == BYTES and each.number in inside:
                count.one()
                waiting.append((each.body, inside[each.number]))
            elif kind == _NODE and each.kind == BYTES and each.number == 4:
                name = each.body.text(1 << 16)
            elif kind == _NODE and each.kind == BYTES and each.number == 7:
                domain = each.body.text(1 << 16)
        if kind == _NODE:
            yield from _operator(part, name, domain, domain in own, message.start)


def _operator(part: Part, name: str, domain: str, is_own: bool, place: int) -> Iterator[Finding]:
    if onnx_rules.RUNS.fullmatch(name):
        yield part.finding(onnx_rules.PYTHON, f"{domain or 'ai.onnx'}::{name}", offset=place)
    elif not is_own and onnx_rules.KNOWN_DOMAINS.fullmatch(domain) is None:
        yield part.finding(onnx_rules.CUSTOM, f"{domain}::{name}", offset=place)


def _tensor(part: Part, message: Message) -> Iterator[Finding]:
    """A tensor: its shape against its data, and where the data lie."""
    shape: list[int] = []
    kind = raw = is_outside = 0
    name, values, outside = "", -1, dict[str, str]()
    for each in message.fields():
        if each.number == 1:
            shape += [each.value] if each.kind == VARINT else list(islice(each.body.packed(), 64))
        elif each.number == 2 and each.kind == VARINT:
            kind = each.value
        elif each.number == 8 and each.kind == BYTES:
            name = each.body.raw(1 << 20).decode("utf-8", "replace")[:200]
        elif each.number == 9 and each.kind == BYTES:
            raw, values = each.body.size, each.place
        elif each.number == 13 and each.kind == BYTES:
            entry = by_number(each.body)
            outside[first_text(entry, 1, 1 << 16)] = first_text(entry, 2, 1 << 16)
        elif each.number == 14 and each.kind == VARINT:
            is_outside = each.value
    count = _count(shape)
    if count is None:
        yield part.finding(
            onnx_rules.NEGATIVE, f"{name}: {[_signed(size) for size in shape][:8]}", offset=message.start
        )
    elif values >= 0 and kind in onnx_rules.BITS and not is_outside and raw != (count * onnx_rules.BITS[kind] + 7) // 8:
        shown = f"{name}: shape {shape[:8]} of {onnx_rules.BITS[kind]} bits, {raw} bytes"
        yield part.finding(onnx_rules.SIZES, shown, offset=values)
    if outside:
        yield from _outside(part, name, outside, message.start)


def _count(shape: list[int]) -> int | None:
    """Elements, or None when a size is below zero or their product absurd."""
    count = 1
    for size in shape:
        if _signed(size) < 0:
            return None
        count *= size
        if count > _HUGE:
            return None
    return count


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def _outside(part: Part, name: str, entries: dict[str, str], place: int) -> Iterator[Finding]:
    location = entries.get("location", "")
    rule: Rule | None = None
    if leaves(location):
        rule = onnx_rules.LEAVES
    elif any(entries.get(key, "0").strip().startswith("-") for key in ("offset", "length")):
        rule, location = onnx_rules.NEGATIVE, f"{location}: {entries}"
    elif not part.inner and location:
        beside = os.path.join(os.path.dirname(os.path.abspath(part.path)), location)  # noqa: PTH118, PTH120, PTH100
        rule = onnx_rules.LINKED if os.path.islink(beside) else None  # noqa: PTH114  a name, which may be no path at all
    if rule is not None:
        yield part.finding(rule, f"{name}: {location}" if rule is not onnx_rules.NEGATIVE else location, offset=place)


ONNX = Format("onnx", "ONNX models (.onnx), with functions and subgraphs", _recognise, _inspect, onnx_rules.RULES)
