"""A writer of FlatBuffers, and of the models that are made of them."""

import struct


class Number:
    """A number of some bytes within a table."""

    def __init__(self, value, code="<i"):
        self.data = struct.pack(code, value)


class Numbers:
    """A vector of integers."""

    def __init__(self, *values):
        self.data = struct.pack(f"<{len(values)}i", *values)
        self.count = len(values)


def table(data, fields):
    """Append a table; `fields` by their number. Returns its offset. Everything it refers to comes behind it."""
    highest = max(fields, default=-1) + 1
    slots, size = {}, 4
    for number, value in fields.items():
        width = len(value.data) if isinstance(value, Number) else 4
        size += -size % width
        slots[number] = size
        size += width
    data += b"\x00" * (-len(data) % 8)
    layout = len(data)
    data += struct.pack("<HH", 4 + 2 * highest, size)
    data += b"".join(struct.pack("<H", slots.get(number, 0)) for number in range(highest))
    data += b"\x00" * (-len(data) % 8)
    start = len(data)
    data += struct.pack("<i", start - layout) + b"\x00" * (size - 4)
    for number, value in fields.items():
        place = start + slots[number]
        if isinstance(value, Number):
            data[place : place + len(value.data)] = value.data
        else:
            target = _put(data, value)
            data[place : place + 4] = struct.pack("<I", target - place)
    return start


def _put(data, value):
    data += b"\x00" * (-len(data) % 8)
    start = len(data)
    if isinstance(value, dict):
        return table(data, value)
    if isinstance(value, Numbers):
        data += struct.pack("<I", value.count) + value.data
    elif isinstance(value, str | bytes):
        raw = value.encode() if isinstance(value, str) else value
        data += struct.pack("<I", len(raw)) + raw + b"\x00"
    else:
        data += struct.pack("<I", len(value)) + b"\x00" * (4 * len(value))
        for index, each in enumerate(value):
            place = start + 4 + 4 * index
            target = _put(data, each)
            data[place : place + 4] = struct.pack("<I", target - place)
    return start


def flat(fields, identifier=b""):
    """A whole buffer."""
    data = bytearray(b"\x00\x00\x00\x00" + identifier)
    root = table(data, fields)
    data[:4] = struct.pack("<I", root)
    return bytes(data)


def tflite(codes=(), tensor=None, call=None, ends=(0, 1), extra=b""):
    """A model of one graph with two tensors and one call."""
    operators = [{3: Number(0)}, *({0: Number(32, "<b"), 1: name, 3: Number(32)} for name in codes)]
    tensors = [{0: Numbers(1, 4), 2: Number(1), 3: "in"}, tensor or {0: Numbers(1, 4), 2: Number(0), 3: "out"}]
    calls = [call or {0: Number(0), 1: Numbers(0, -1), 2: Numbers(1)}]
    graph = {0: tensors, 1: Numbers(ends[0]), 2: Numbers(ends[1]), 3: calls, 4: "main"}
    buffers = [{}, {0: b"\x00" * 16}, *([extra] if extra else [])]
    return flat({0: Number(3), 1: operators, 2: [graph], 3: "made", 4: buffers}, b"TFL3")


def executorch(operator="aten::add", segment=(0, 16)):
    """A program of one plan, and one segment behind it."""
    plan = {0: "forward", 6: [{0: operator, 1: "out"}], 7: [{0: "XnnpackBackend"}]}
    segments = [{0: Number(segment[0], "<Q"), 1: Number(segment[1], "<Q")}]
    data = bytearray(b"\x00\x00\x00\x00ET12eh00" + b"\x00" * 28)
    root = table(data, {0: Number(0), 1: [plan], 4: segments})
    data += b"\x00" * (-len(data) % 16)
    data[:4] = struct.pack("<I", root)
    data[12:32] = struct.pack("<IQQ", 32, len(data), len(data))
    return bytes(data) + b"\x01" * 16


def catboost(sizes=(1, 1), splits=(0, 1), parts=None, version="FlabuffersModel_v1", behind=b""):
    """A model of two trees."""
    trees = {0: Number(1), 1: Numbers(*splits), 2: Numbers(*sizes), 3: Numbers(0, 1)}
    fields = {0: version, 1: trees, 2: [{0: "params", 1: "{}"}]} | ({3: list(parts)} if parts else {})
    core = flat(fields)
    return b"CBM1" + struct.pack("<I", len(core)) + core + behind
