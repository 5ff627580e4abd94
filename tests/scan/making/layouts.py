"""Layouts around pickles: joblib's inline arrays and torch's files before 1.6, written by hand."""

import math
import pickle
import struct


def text(value):
    """SHORT_BINUNICODE or SHORT_BINBYTES."""
    data = value.encode() if isinstance(value, str) else value
    return (b"\x8c" if isinstance(value, str) else b"C") + bytes([len(data)]) + data


def global_(module, name):
    """GLOBAL."""
    return f"c{module}\n{name}\n".encode()


def dtype(code, fields=b"N", size=-1):
    """`numpy.dtype(code, False, True)` with the state that numpy gives it."""
    state = b"(K\x03" + text("<") + b"N" + b"N" + fields + struct.pack("<ci", b"J", size) * 2 + b"K\x00t"
    return global_("numpy", "dtype") + text(code) + b"\x89\x88\x87R" + state + b"b"


def wrapper(code, shape, *, aligned=True, subclass=("numpy", "ndarray"), fields=b"N", size=-1):
    """Joblib's NumpyArrayWrapper, up to and with its BUILD: the array bytes follow."""
    dims = b"(" + b"".join(struct.pack("<ci", b"J", each) for each in shape) + b"t"
    state = b"}("
    state += text("subclass") + global_(*subclass) + text("shape") + dims + text("order") + text("C")
    state += text("dtype") + dtype(code, fields, size) + text("allow_mmap") + b"\x88"
    state += text("numpy_array_alignment_bytes") + (b"K\x10" if aligned else b"N")
    return global_("joblib.numpy_pickle", "NumpyArrayWrapper") + b")\x81" + state + b"ub"


def joblib_file(code, shape, data, *, aligned=True, behind=b"", **kinds):
    """A joblib file of a list with one array and whatever is behind it."""
    padding = b"\x03\xff\xff\xff" if aligned else b""
    return b"\x80\x03](" + wrapper(code, shape, aligned=aligned, **kinds) + padding + data + b"K\x01e" + behind + b"."


def storage(key, numel, kind="FloatStorage", view=b"N"):
    """A persistent id of torch's old layout."""
    return (
        b"(" + text("storage") + global_("torch", kind) + text(key) + text("cpu") + b"K" + bytes([numel]) + view + b"tQ"
    )


def tensor(key, numel, kind="FloatStorage", view=b"N"):
    """`torch._utils._rebuild_tensor_v2` of a storage."""
    args = b"(" + storage(key, numel, kind, view) + b"K\x00K" + bytes([numel]) + b"\x85K\x01\x85\x89"
    args += global_("collections", "OrderedDict") + b")Rt"
    return global_("torch._utils", "_rebuild_tensor_v2") + args + b"R"


def torch_legacy(body, storages):
    """Magic number, version, system, the object, its keys, and the storages: (key, elements, bytes of each)."""
    heads = [0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True}]
    data = b"".join(pickle.dumps(each, 2) for each in heads) + b"\x80\x02" + body + b"."
    data += pickle.dumps([key for key, *_ in storages], 2)
    return data + b"".join(struct.pack("<q", count) + b"\xab" * (count * size) for _, count, size in storages)


def array_bytes(shape, size):
    """Bytes of an array that are no opcodes."""
    return b"\xff" * (math.prod(shape) * size)
