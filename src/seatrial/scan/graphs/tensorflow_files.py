"""Files beside TensorFlow's models that hold data only: event logs and records, and the index of a checkpoint.

Source: tensorflow/core/lib/io/record_reader.cc (length, masked CRC-32C) and table/format.h (footer and its number).
"""

from collections.abc import Iterator
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.part import Part

_MAGIC: Final = (0xDB4775248B80FB57).to_bytes(8, "little")
_POLYNOMIAL: Final = 0x82F63B78
_MOST: Final = 50_000


def _crc(data: bytes) -> int:
    """The masked CRC-32C of a few bytes."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
    value ^= 0xFFFFFFFF
    return ((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF


def _is_record(part: Part, at: int) -> bool:
    head = part.blob.read(at, 12)
    return len(head) == 12 and _crc(head[:8]) == int.from_bytes(head[8:], "little")


def _inspect_records(part: Part) -> Iterator[Finding]:
    at, size = 0, part.blob.size
    for _ in range(_MOST):
        if at == size:
            return
        if not _is_record(part, at):
            raise Unreadable("a record has a wrong checksum, or breaks off")
        at += int.from_bytes(part.blob.read(at, 8), "little") + 16
        if at > size:
            raise Unreadable("a record declares more bytes than there are")
        part.budget.check_time()
    yield from ()


def _is_index(part: Part) -> bool:
    head = part.blob.read(0, 4)
    if len(head) < 4 or head[:2] != b"\0\0" or head[3] != 8 or head[2] > 64:
        return False
    return part.blob.read(part.blob.size - 8, 8) == _MAGIC


RECORDS = Format(
    "tensorflow records",
    "TensorFlow event logs (.tfevents) and records (.tfrecord): structure",
    lambda part: _is_record(part, 0),
    _inspect_records,
    (),
)
CHECKPOINT = Format(
    "tensorflow checkpoint",
    "TensorFlow checkpoint index: recognised; it names tensors only",
    _is_index,
    lambda part: iter(()),
    (),
)
