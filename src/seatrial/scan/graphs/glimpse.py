"""The first fields of a protobuf message from its first bytes: enough to recognise a format, and never more is read."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from seatrial.scan.blob import Blob
from seatrial.scan.graphs.protobuf import BYTES, FIXED32, FIXED64, VARINT

AHEAD: Final = 1 << 16


class Seen(NamedTuple):
    """A field: the value of a varint, or as many bytes of its body as were there."""

    number: int
    kind: int
    value: int
    body: bytes


def glimpse(blob: Blob) -> tuple[Seen, ...]:
    """Fields at the start of a Blob."""
    return fields_of(blob.read(0, AHEAD))


def fields_of(data: bytes, most: int = 512) -> tuple[Seen, ...]:
    """Fields in some bytes, up to the first that is none; the last body may be cut."""
    return tuple(seen for seen, _ in zip(_fields(data), range(most), strict=False))


def _fields(data: bytes) -> Iterator[Seen]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind, value, body = key >> 3, key & 7, 0, b""
        if at < 0 or not 0 < number < 1 << 29:
            return
        if kind == VARINT:
            value, at = _varint(data, at)
        elif kind in (FIXED64, FIXED32):
            at += 8 if kind == FIXED64 else 4
        elif kind == BYTES:
            size, at = _varint(data, at)
            body = data[at : at + size] if at >= 0 else b""
            at += size
        else:
            return
        if at < 0:
            return
        yield Seen(number, kind, value, body)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Its value and the offset behind it, which is far below zero where it breaks off."""
    value = 0
    for index, byte in enumerate(data[at : at + 10]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, at + index + 1
    return 0, -(1 << 70)


def bodies(seen: tuple[Seen, ...], number: int) -> list[bytes]:
    """Bodies of the fields of a number."""
    return [each.body for each in seen if each.number == number and each.kind == BYTES]


def holds(seen: tuple[Seen, ...], number: int, kind: int) -> bool:
    """Whether such a field is among them."""
    return any(each.number == number and each.kind == kind for each in seen)
