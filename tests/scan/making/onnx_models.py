"""ONNX models, as onnx/onnx.proto describes them."""

from dataclasses import dataclass

from making.protobufs import body, number


@dataclass(frozen=True)
class Tensor:
    """A TensorProto."""

    name: str = "w"
    shape: tuple = (2, 2)
    kind: int = 1
    raw: bytes | None = bytes(16)
    outside: dict | None = None

    def bytes(self):
        """Its fields."""
        sizes = b"".join(number(1, each) for each in self.shape)
        raw = body(9, self.raw) if self.raw is not None else b""
        entries = b"".join(body(13, body(1, key) + body(2, value)) for key, value in (self.outside or {}).items())
        place = number(14, 1) if self.outside else b""
        return sizes + number(2, self.kind) + body(8, self.name) + raw + entries + place


def attribute(name, *, tensor=None, graph=None, text=None, graphs=(), sparse=None):
    """An AttributeProto."""
    out = body(1, name)
    out += body(4, text) if text is not None else b""
    out += body(5, tensor.bytes()) if tensor else b""
    out += body(6, graph) if graph is not None else b""
    out += b"".join(body(11, each) for each in graphs)
    out += body(22, body(1, sparse.bytes()) + number(3, 4)) if sparse else b""
    return body(5, out)


def node(op="Relu", domain="", attributes=b""):
    """A NodeProto."""
    named = body(7, domain) if domain else b""
    return body(1, "x") + body(2, "y") + body(4, op) + attributes + named


def graph(*nodes, tensors=()):
    """A GraphProto."""
    inside = b"".join(body(1, each) for each in nodes)
    return inside + body(2, "g") + b"".join(body(5, each.bytes()) for each in tensors) + body(11, body(1, "x"))


def function(name, domain, *nodes):
    """A FunctionProto."""
    return body(1, name) + body(4, "a") + body(5, "b") + b"".join(body(7, each) for each in nodes) + body(10, domain)


def model(inside, functions=(), training=None, metadata=()):
    """A ModelProto."""
    out = number(1, 8) + body(2, "maker") + body(7, inside) + body(8, body(1, "") + number(2, 17))
    out += b"".join(body(14, body(1, key) + body(2, value)) for key, value in metadata)
    out += body(20, body(1, training)) if training is not None else b""
    return out + b"".join(body(25, each) for each in functions)


def simple(*tensors, op="Relu", domain=""):
    """A model with one operator and some weights."""
    return model(graph(node(op, domain), tensors=tensors))
