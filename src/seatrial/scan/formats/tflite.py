"""TensorFlow Lite (source: tensorflow/lite/schema/schema.fbs): custom and Flex operators, indices and places.

Indices that the interpreter trusted: CVE-2020-15210, CVE-2020-15211, CVE-2022-23558 and others.
"""

from collections.abc import Iterator
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.format import Format
from seatrial.scan.formats.flatbuffers import Flat, Malformed, Table
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule

_CUSTOM_CODE: Final = 32
KNOWN: Final = frozenset(
    {
        *("TFLite_Detection_PostProcess", "Convolution2DTransposeBias", "MaxPoolingWithArgmax2D", "MaxUnpooling2D"),
        *("TransformTensorBilinear", "TransformLandmarks", "Landmarks2TransformMatrix", "Resampler", "NumericVerify"),
        *("Mfcc", "AudioSpectrogram", "edgetpu-custom-op", "ethos-u", "RFFT2D", "Imag", "Real", "ComplexAbs"),
        *("TFSentencepieceTokenizeOp", "TFSentencepieceDetokenizeOp", "RaggedTensorToTensor", "RaggedRange"),
        *("WhitespaceTokenizeWithOffsets", "BertNormalizer", "Roll", "Irfft2d", "Atan2", "Cumsum", "Sign"),
        *("SignalRfft", "SignalWindow", "SignalFramer", "SignalEnergy", "SignalFftAutoScale", "SignalFilterBank"),
        *("SignalFilterBankLog", "SignalFilterBankSquareRoot", "SignalFilterBankSpectralSubtraction", "SignalPCAN"),
        *("tftext:WhitespaceTokenizer", "tftext:Ngrams", "tftext:RaggedTensorToTensor", "Conv3DTranspose"),
    }
)
"""Operators that Google's own converters and tasks put into files."""
_DANGEROUS: Final = frozenset(
    f"Flex{name}"
    for name in (
        "ReadFile",
        "WriteFile",
        "MatchingFiles",
        "PyFunc",
        "PyFuncStateless",
        "EagerPyFunc",
        "PrintV2",
        "Save",
    )
) | {
    "FlexSaveV2",
    "FlexRestoreV2",
    "FlexLoadLibrary",
    "FlexTFRecordDataset",
    "FlexTextLineDataset",
    "FlexDebugIdentity",
}
_MEND: Final = "Do not load it; convert the model again from its source."
_BOUNDS: Final = ("CWE-125", "CWE-787", *SUPPLY_CHAIN)

BOUNDS = Rule(
    "tflite.out-of-bounds",
    "attack",
    "An index or offset outside the model",
    "Interpreters in C have read and written outside their memory by such numbers.",
    _MEND,
    _BOUNDS,
)
FILE_OPERATOR = Rule(
    "tflite.dangerous-operator",
    "attack",
    "An operator that reads or writes files or runs Python",
    "With the Flex delegate it does so when the model is run.",
    _MEND,
)
FLEX = Rule(
    "tflite.flex-operator",
    "review",
    "An operator of full TensorFlow",
    "Flex operators run in TensorFlow itself, some of which reach files and code.",
    "Convert the model with built-in operators only.",
)
CUSTOM = Rule(
    "tflite.custom-operator",
    "review",
    "A custom operator that is not known",
    "The model needs native code that somebody must bring along.",
    "Make sure that you know whose operator it is.",
)


def recognise(part: Part) -> bool:
    """By the FlatBuffers identifier."""
    return part.blob.read(4, 4) == b"TFL3"


def inspect(part: Part) -> Iterator[Finding]:
    """Operators by name, tensors and buffers by their indices."""
    try:
        model = Flat(part.blob, part.budget).root()
        yield from _operators(part, model)
        yield from _graphs(part, model)
    except Malformed as reason:
        yield part.finding(BOUNDS, str(reason))


def _operators(part: Part, model: Table) -> Iterator[Finding]:
    for code in model.tables(1):
        name = code.text(1)
        builtin = max(code.number(0, 1), code.number(3, 4))
        if not name or builtin != _CUSTOM_CODE or name in KNOWN:
            continue
        rule = FILE_OPERATOR if name in _DANGEROUS else FLEX if name.startswith("Flex") else CUSTOM
        yield part.finding(rule, name, offset=code.at)


def _graphs(part: Part, model: Table) -> Iterator[Finding]:
    codes, buffers = model.vector(1, 4)[1], model.vector(4, 4)[1]
    for buffer in model.tables(4):
        buffer.vector(0, 1)
        place, size = buffer.number(1, 8), buffer.number(2, 8)
        if place > 1 and size:
            model.flat.check(place, size)
    for graph in model.tables(2):
        tensors = graph.vector(0, 4)[1]
        for tensor in graph.tables(0):
            if tensor.number(2, 4) >= max(1, buffers):
                yield part.finding(BOUNDS, f"buffer {tensor.number(2, 4)} of {buffers}", offset=tensor.at)
            if any(size < 0 for size in tensor.numbers(0)):
                yield part.finding(BOUNDS, "a dimension below nought", offset=tensor.at)
        ends = [index for field in (1, 2) for index in graph.numbers(field)]
        if any(not 0 <= index < tensors for index in ends):
            yield part.finding(BOUNDS, f"inputs and outputs {ends[:8]} of {tensors} tensors", offset=graph.at)
        yield from _calls(part, graph, tensors, codes)


def _calls(part: Part, graph: Table, tensors: int, codes: int) -> Iterator[Finding]:
    for call in graph.tables(3):
        if call.number(0, 4) >= codes:
            yield part.finding(BOUNDS, f"operator {call.number(0, 4)} of {codes}", offset=call.at)
            return
        # -1 stands for an optional tensor that is not given.
        wrong = [index for field in (1, 2) for index in call.numbers(field) if not -1 <= index < tensors]
        if wrong:
            yield part.finding(BOUNDS, f"tensor {wrong[0]} of {tensors}", offset=call.at)
            return


TFLITE = Format("tflite", "TensorFlow Lite models (.tflite)", recognise, inspect, (BOUNDS, FILE_OPERATOR, FLEX, CUSTOM))
