"""ExecuTorch programs (source: program.fbs and extended_header.h of pytorch/executorch): places and operators."""

import re
from collections.abc import Iterator
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.formats.flatbuffers import Flat, Malformed, Table
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule

_IDENTIFIER: Final = re.compile(rb"ET\d\d\Z")
_LIBRARIES: Final = """
aten executorch_prim prims quantized_decomposed quantized torchao llama et_vk cadence cortex_m dim_order_ops mlx
higher_order torchvision
"""
_SPACES: Final = frozenset(_LIBRARIES.split())

BOUNDS = Rule(
    "executorch.out-of-bounds",
    "attack",
    "A segment or offset outside the file",
    "The runtime maps these places into memory.",
    "Do not load it; export the model again.",
    ("CWE-125", *SUPPLY_CHAIN),
)
CUSTOM = Rule(
    "executorch.custom-operator",
    "review",
    "An operator of a library that is not known",
    "The program needs native code that somebody must bring along.",
    "Make sure that you know whose operator it is.",
)


def recognise(part: Part) -> bool:
    """By the FlatBuffers identifier."""
    return _IDENTIFIER.match(part.blob.read(4, 4)) is not None


def inspect(part: Part) -> Iterator[Finding]:
    """The program's tables and the segments behind them."""
    try:
        program = Flat(part.blob, part.budget).root()
        yield from _segments(part, program)
        for plan in program.tables(1):
            for operator in plan.tables(6):
                name = operator.text(0)
                if name.partition("::")[0] not in _SPACES:
                    yield part.finding(CUSTOM, name, offset=operator.at)
            for delegate in plan.tables(7):
                delegate.text(0)
    except Malformed as reason:
        yield part.finding(BOUNDS, str(reason))


def _segments(part: Part, program: Table) -> Iterator[Finding]:
    head = part.blob.read(8, 32)
    base, size = (
        (int.from_bytes(head[16:24], "little"), part.blob.size)
        if head[:4] == b"eh00"
        else (part.blob.size, part.blob.size)
    )
    for segment in program.tables(4):
        start, length = segment.number(0, 8), segment.number(1, 8)
        if base + start + length > 16 * size + (1 << 20):
            yield part.finding(BOUNDS, f"{length} bytes at {base + start}", offset=segment.at)
        elif base + start + length > size:
            raise Unreadable(f"a segment reaches to byte {base + start + length} and it has {size}")


EXECUTORCH = Format("executorch", "ExecuTorch programs (.pte)", recognise, inspect, (BOUNDS, CUSTOM))
