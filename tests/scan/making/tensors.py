"""Writers of .npy, safetensors and GGUF files, honest ones and others, by the published layouts."""

import json
import struct


def npy(header, data=b"", version=(1, 0)):
    """An array; `header` is text, or the header's `descr` and `shape`."""
    if not isinstance(header, str):
        header = str({"descr": header[0], "fortran_order": False, "shape": header[1]})
    start = 10 if version == (1, 0) else 12
    text = (header + " " * (-(start + len(header) + 1) % 64) + "\n").encode("utf-8" if version == (3, 0) else "latin-1")
    length = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + length + text + data


def entry(begin, end, dtype="U8", shape=None):
    """A tensor's entry in a safetensors header."""
    return {"dtype": dtype, "shape": [end - begin] if shape is None else shape, "data_offsets": [begin, end]}


def safetensors(header, data=b"", length=None):
    """A file; `header` is an object or bytes, which may lie about its length."""
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    raw += b" " * (-len(raw) % 8) if isinstance(header, dict) else b""
    return struct.pack("<Q", len(raw) if length is None else length) + raw + data


TENSORS = {"__metadata__": {"format": "pt"}, "a": entry(0, 16, "F32", [2, 2]), "b": entry(16, 20, "BF16", [2])}


class Gguf:
    """Writes GGUF of any version and byte order, piece by piece."""

    def __init__(self, version=3, order="<"):
        self.version, self.order, self.wide = version, order, "I" if version == 1 else "Q"
        self.keys, self.tensors, self.data = [], [], b""

    def pack(self, code, *numbers):
        """Numbers in this file's byte order."""
        return struct.pack(self.order + code, *numbers)

    def text(self, text, length=None):
        """A text with its length, or with another."""
        raw = text.encode()
        return self.pack(self.wide, len(raw) if length is None else length) + raw

    def key(self, name, kind, value):
        """A key whose value is already bytes."""
        self.keys.append(self.text(name) + self.pack("I", kind) + value)
        return self

    def string(self, name, text):
        """A key with a text."""
        return self.key(name, 8, self.text(text))

    def array(self, name, kind, values, count=None):
        """A key with an array of values that are already bytes."""
        head = self.pack("I" + self.wide, kind, len(values) if count is None else count)
        return self.key(name, 9, head + b"".join(values))

    def tensor(self, name, shape, kind, offset):
        """A tensor's entry."""
        numbers = self.pack("I", len(shape)) + self.pack(f"{len(shape)}{self.wide}", *shape)
        self.tensors.append(self.text(name) + numbers + self.pack("IQ", kind, offset))
        return self

    def bytes(self, data=b"", tensors=None, keys=None):
        """The whole file; counts may lie."""
        counts = [len(self.tensors) if tensors is None else tensors, len(self.keys) if keys is None else keys]
        head = b"GGUF" + self.pack("I", self.version) + self.pack(f"2{self.wide}", *counts)
        head += b"".join(self.keys) + b"".join(self.tensors)
        return head + b"\x00" * (-len(head) % 32) + data


def honest_gguf(version=3, order="<"):
    """A small model with every kind of value."""
    file = Gguf(version, order).string("general.architecture", "llama")
    file.key("general.alignment", 4, file.pack("I", 32)).key("llama.rope", 6, file.pack("f", 0.5))
    file.array("tokenizer.ggml.tokens", 8, [file.text("<s>"), file.text("é")])
    file.array("tokenizer.ggml.scores", 6, [file.pack("f", 1.0)] * 2).key("flag", 7, b"\x01")
    file.string("tokenizer.chat_template", "{% for m in messages %}{{ m['content'] }}{% endfor %}")
    return file.tensor("a.weight", [32, 2], 8, 0).tensor("b.weight", [4], 0, 96).bytes(b"\x01" * 112)
