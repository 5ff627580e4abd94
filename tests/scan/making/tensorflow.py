"""TensorFlow graphs and SavedModels, as tensorflow/core/framework and protobuf describe them."""

from making.protobufs import body, fixed64, number, varint


def text_attribute(key, value):
    """An attribute that is a text."""
    return body(5, body(1, key) + body(2, body(2, value)))


def list_attribute(key, values):
    """An attribute that is a list of texts."""
    return body(5, body(1, key) + body(2, body(1, b"".join(body(2, each) for each in values))))


def node(op, name="n", inputs=(), attributes=b""):
    """A NodeDef."""
    return body(1, name) + body(2, op) + b"".join(body(3, each) for each in inputs) + attributes


def constant(name, text):
    """A Const with one text."""
    tensor = number(1, 7) + body(8, text)
    return node("Const", name, attributes=body(5, body(1, "value") + body(2, body(8, tensor))))


def weights(name, size=64):
    """A Const with floats."""
    tensor = number(1, 1) + body(2, body(2, number(1, size // 4))) + body(4, bytes(size))
    return node("Const", name, attributes=body(5, body(1, "value") + body(2, body(8, tensor))))


def function(name, *nodes):
    """A FunctionDef."""
    return body(1, body(1, name)) + b"".join(body(3, each) for each in nodes)


def graph(*nodes, functions=()):
    """A GraphDef."""
    library = body(2, b"".join(body(1, each) for each in functions)) if functions else b""
    return b"".join(body(1, each) for each in nodes) + library + body(4, number(1, 1395))


def layer_metadata(text):
    """An object graph with Keras metadata, as TensorFlow 2.4 wrote it."""
    return body(1, body(4, body(1, "_tf_keras_layer") + body(3, text)))


def saved_model(inside, assets=(), objects=b""):
    """A SavedModel with one MetaGraphDef."""
    files = b"".join(body(6, body(1, body(1, "asset:0")) + body(2, each)) for each in assets)
    info = body(1, body(4, "serve") + body(5, "2.15.0"))
    signature = body(5, body(1, "serving_default") + body(2, b""))
    return number(1, 1) + body(2, info + body(2, inside) + signature + files + (body(7, objects) if objects else b""))


def keras_metadata(*texts):
    """A keras_metadata.pb."""
    return b"".join(
        body(1, number(2, at) + body(3, "root") + body(4, "_tf_keras_layer") + body(5, text))
        for at, text in enumerate(texts)
    )


HONEST_OPS = str.split(
    "AddV2 AssignVariableOp BatchMatMulV2 BiasAdd Cast ConcatV2 Const Conv2D DecodeJpeg DepthwiseConv2dNative "
    "Einsum ExpandDims FakeQuantWithMinMaxVars FusedBatchNormV3 GatherV2 HashTableV2 Identity IdentityN "
    "LookupTableFindV2 MatMul MaxPool MergeV2Checkpoints NoOp NonMaxSuppressionV5 OneHot Pack ParseExampleV2 "
    "PartitionedCall Placeholder PrintV2 RaggedTensorToTensor ReadVariableOp Relu Reshape ResizeBilinear "
    "ResourceApplyAdam ResourceGather RestoreV2 SaveV2 Select ShardedFilename Softmax SparseToDense "
    "StatefulPartitionedCall StatelessWhile StaticRegexFullMatch StridedSlice StringJoin StringSplitV2 "
    "TensorListStack TextLineReaderV2 TopKV2 Transpose UnicodeTranscode VarHandleOp VarIsInitializedOp VariableV2 "
    "While XlaCallModule Abs ZerosLike Addons>GatherTree TFText>Tokenize"
)


def record(data):
    """A TFRecord; the checksum of the data is not looked at."""
    length = len(data).to_bytes(8, "little")
    return length + checksum(length).to_bytes(4, "little") + data + bytes(4)


def checksum(data):
    """The masked CRC-32C, from a table."""
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ table[(value ^ byte) & 255]
    value ^= 0xFFFFFFFF
    return ((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF


def event(version="brain.Event:2"):
    """The first record of an event log."""
    return record(fixed64(1, 1.7e9) + body(3, version))


def checkpoint_index():
    """An index of a checkpoint: one block that begins with the header's key, and the footer."""
    header = number(1, 1) + body(3, number(1, 1))
    block = bytes([0, 0, len(header)]) + header
    return block + bytes(64) + varint(0) + bytes(39) + (0xDB4775248B80FB57).to_bytes(8, "little")
