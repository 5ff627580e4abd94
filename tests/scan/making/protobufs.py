"""Protocol Buffers written field by field."""

import struct


def varint(value):
    """A number, seven bits a byte; one below zero as 64 bits."""
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def number(field, value):
    """A varint field."""
    return varint(field << 3) + varint(value)


def body(field, data):
    """A length-delimited field: bytes, text or another message."""
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def fixed32(field, value):
    """A float field."""
    return varint(field << 3 | 5) + struct.pack("<f", value)


def fixed64(field, value):
    """A double field."""
    return varint(field << 3 | 1) + struct.pack("<d", value)


def group(field, data):
    """A group, as old writers have them."""
    return varint(field << 3 | 3) + data + varint(field << 3 | 4)
