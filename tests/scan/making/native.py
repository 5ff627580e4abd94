"""Writers of Core ML, OpenVINO and R files."""

import struct


def varint(value):
    """A number as Protocol Buffers write it."""
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def field(number, value):
    """A field: a number, or bytes and text with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    raw = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def coreml(kind, body):
    """A model of a kind."""
    return field(1, 5) + field(2, field(1, field(1, "image"))) + field(kind, body)


def network(*layers):
    """A neural network of layers, each with a name and its kind's field."""
    return b"".join(field(1, field(1, f"layer{number}") + layer) for number, layer in enumerate(layers))


def openvino(layer="", version="opset1", head='<?xml version="1.0"?>\n'):
    """A model of one layer."""
    data = '<data element_type="f32" offset="0" shape="1,2" size="8"/>'
    return (
        f'{head}<net name="n" version="11"><layers><layer id="0" name="c" type="Const" version="{version}">{data}'
        f'</layer>{layer}</layers><edges/><rt_info><model path="x.onnx"/></rt_info></net>'
    ).encode()


class R:
    """Writes R's objects as XDR: each method gives an item's bytes."""

    nil = struct.pack(">i", 254)
    unbound = struct.pack(">i", 252)
    globalenv = struct.pack(">i", 253)

    @staticmethod
    def ints(*values):
        return struct.pack(f">{len(values)}i", *values)

    @classmethod
    def char(cls, text):
        return cls.ints(0x40009, len(text)) + text.encode()

    @classmethod
    def symbol(cls, name):
        return cls.ints(1) + cls.char(name)

    @classmethod
    def strings(cls, *texts, attributes=b""):
        flags = 16 | (0x200 if attributes else 0)
        return cls.ints(flags, len(texts)) + b"".join(map(cls.char, texts)) + attributes

    @classmethod
    def reals(cls, *values):
        return cls.ints(14, len(values)) + struct.pack(f">{len(values)}d", *values)

    @classmethod
    def vector(cls, *items, attributes=b""):
        flags = 19 | (0x300 if attributes else 0)
        return cls.ints(flags, len(items)) + b"".join(items) + attributes

    @classmethod
    def pairs(cls, **items):
        """A list with names, as attributes are."""
        each = [cls.ints(0x402) + cls.symbol(name.replace("_", ".")) + item for name, item in items.items()]
        return b"".join(each) + cls.nil

    @classmethod
    def call(cls, name, *arguments):
        """An expression that calls a function."""
        return cls.ints(6) + cls.symbol(name) + b"".join(cls.ints(2) + each for each in arguments) + cls.nil

    @classmethod
    def promise(cls, value, expression):
        """A promise in the global environment."""
        return cls.ints(0x405) + cls.globalenv + value + expression

    @classmethod
    def environment(cls, **frame):
        return cls.ints(4, 0) + cls.globalenv + cls.pairs(**frame) + cls.nil + cls.nil

    @classmethod
    def closure(cls, body, environment=globalenv):
        return cls.ints(0x403) + environment + cls.nil + body


def rds(item, version=3, prefix=b""):
    """A file of one object."""
    encoding = struct.pack(">i", 5) + b"UTF-8" if version == 3 else b""
    return prefix + b"X\n" + struct.pack(">iii", version, 0x40301, 0x30500) + encoding + item


FRAME = R.vector(
    R.ints(13, 3, 1, 2, 3),
    R.strings("a", "b"),
    R.reals(0.5),
    attributes=R.pairs(
        names=R.strings("x", "y"), class_=R.strings("data.frame"), row_names=R.ints(13, 2, -(1 << 31), -3)
    ),
)
MODEL = R.vector(
    R.reals(1.0, 2.0),
    R.call("lm", R.call("~", R.symbol("y"), R.symbol("x")), R.symbol("data")),
    attributes=R.pairs(names=R.strings("coefficients", "call"), class_=R.strings("lm")),
)
