"""The entries of GGUF's tensors: dimensions, types and places, checked against each other and the file."""

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.format import Unreadable
from seatrial.scan.formats import gguf_types
from seatrial.scan.formats.reading import Reader
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule

DIMENSIONS: Final = 4
NAME: Final = 64
"""GGML_MAX_NAME; names of another program's tensors may be a little longer."""
_WHY: Final = "Readers in C have turned such numbers into reads and writes outside their memory."
_MEND: Final = "Do not load it; fetch the model again from its publisher and compare digests."
_BOUNDS: Final = ("CWE-190", "CWE-787", *SUPPLY_CHAIN)

SHAPE = Rule("gguf.impossible-shape", "attack", "A shape that no tensor has", _WHY, _MEND, _BOUNDS)
TYPE = Rule("gguf.unknown-tensor-type", "attack", "A tensor of a type far outside the known ones", _WHY, _MEND, _BOUNDS)
LONG_NAME = Rule("gguf.long-name", "attack", "A tensor's name that is no name", _WHY, _MEND, _BOUNDS)
TWICE = Rule("gguf.duplicate-tensor", "attack", "Two tensors of one name", "Readers differ in which they use.", _MEND)
OFFSET = Rule("gguf.impossible-offset", "attack", "A tensor beyond any file", _WHY, _MEND, _BOUNDS)
OVERLAP = Rule("gguf.overlap", "attack", "Tensors overlap", _WHY, _MEND, _BOUNDS)
UNALIGNED = Rule("gguf.unaligned", "review", "Tensors are not where the alignment puts them", _WHY, _MEND, _BOUNDS)
FAR = Rule("gguf.tensors-beyond-end", "review", "Tensors reach far beyond the end of the file", _WHY, _MEND, _BOUNDS)
RULES: Final = (SHAPE, TYPE, LONG_NAME, TWICE, OFFSET, OVERLAP, UNALIGNED, FAR)
CUT: Final = 16
MOST: Final = 1 << 46
"""Bytes: 64 TB, more than any file of this kind."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where a tensor's bytes are, from the start of the data; without a size when its type is not known."""

    name: str
    offset: int
    size: int | None


def read_tensors(part: Part, reader: Reader, wide: str, count: int) -> Generator[Finding, None, list[Tensor] | None]:
    """The entries; nothing when one of them makes the rest meaningless.

    Raises:
        Unreadable: The file ends within them.
    """
    found: list[Tensor] = []
    names: set[bytes] = set()
    for number in range(count):
        if not number & 1023:
            part.budget.check_time()
        place, length = reader.at, reader.number(wide)
        if length > 16 * NAME:
            yield part.finding(LONG_NAME, f"{length} bytes", offset=place)
            return None
        name = reader.take(length)
        if name in names:
            yield part.finding(TWICE, name.decode("utf-8", "replace"), offset=place)
        names.add(name)
        dimensions = reader.number("I")
        if dimensions > DIMENSIONS:
            yield part.finding(SHAPE, f"{dimensions} dimensions", offset=place)
            return None
        shape = [reader.number(wide) for _ in range(dimensions)]
        kind, offset = reader.number("I"), reader.number("Q")
        tensor = Tensor(name.decode("utf-8", "replace"), offset, _size(shape, kind))
        wrong = _judge(part, tensor, shape, kind, place)
        if wrong is not None:
            yield wrong
            return None
        found.append(tensor)
    return found


def _size(shape: list[int], kind: int) -> int | None:
    if kind not in gguf_types.BLOCKS:
        return None
    elements, taken = gguf_types.BLOCKS[kind]
    return -(-math.prod(shape) // elements) * taken


def _judge(part: Part, tensor: Tensor, shape: list[int], kind: int, place: int) -> Finding | None:
    shown = f"{tensor.name}: {shape}"
    if math.prod(shape) >= MOST or any(size >= MOST for size in shape):
        return part.finding(SHAPE, shown, offset=place)
    if kind >= gguf_types.TYPES:
        return part.finding(TYPE, f"{tensor.name}: type {kind}", offset=place)
    if kind in gguf_types.BLOCKS and shape and shape[0] % gguf_types.BLOCKS[kind][0]:
        return part.finding(SHAPE, f"{shown} in blocks of {gguf_types.BLOCKS[kind][0]}", offset=place)
    if tensor.offset + (tensor.size or 0) >= MOST:
        return part.finding(OFFSET, f"{tensor.name} at {tensor.offset}", offset=place)
    return None


def data_findings(
    part: Part, tensors: list[Tensor] | None, header: int, alignment: int
) -> Generator[Finding, None, int | None]:
    """What is wrong with the places; returns where the data ends, if that is known.

    Raises:
        Unreadable: The file is cut short, or a type is not known.
    """
    if tensors is None:
        return None
    start = -(-header // alignment) * alignment
    if not tensors:
        return header
    yield from _order(part, sorted(tensors, key=lambda each: each.offset), start, alignment)
    end = start + max(each.offset + (each.size or 0) for each in tensors)
    if end > part.blob.size:
        if end > CUT * max(part.blob.size, 1 << 16):
            yield part.finding(FAR, f"{end} bytes declared, {part.blob.size} there", offset=header)
        raise Unreadable(f"its tensors reach to byte {end} and it has {part.blob.size}")
    unknown = next((each.name for each in tensors if each.size is None), None)
    if unknown is not None:
        raise Unreadable(f"the type of its tensor {unknown[:60]!r} is unknown")
    return end


def _order(part: Part, tensors: list[Tensor], start: int, alignment: int) -> Iterator[Finding]:
    until = 0
    for each in tensors:
        if each.offset % alignment:
            yield part.finding(UNALIGNED, each.name, offset=start + each.offset)
            return
        if each.offset < until:
            yield part.finding(OVERLAP, each.name, offset=start + each.offset)
            return
        until = each.offset + (each.size or 0)
