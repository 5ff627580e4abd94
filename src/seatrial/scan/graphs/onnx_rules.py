"""What can be found in an ONNX model, in words; and the operator domains that are known."""

import re
from typing import Final

from seatrial.scan.rule import SUPPLY_CHAIN, UNSAFE_LOADING, Rule

LEAVES = Rule(
    "onnx.data-outside",
    "attack",
    "Weights are read from outside the model's folder",
    "Loading the model reads any file of yours as a tensor (CVE-2022-25882, CVE-2024-27318, CVE-2024-5187).",
    "Do not load it.",
    ("CWE-22", *SUPPLY_CHAIN),
)
LINKED = Rule(
    "onnx.data-linked",
    "review",
    "Weights beside the model are a link to another place",
    "What is loaded is not what was shipped in the folder.",
    "Replace the link by the file.",
    ("CWE-61", *SUPPLY_CHAIN),
)
CUSTOM = Rule(
    "onnx.custom-operator",
    "review",
    "An operator of a domain that is not known",
    "It runs machine code from a library that is loaded beside the model.",
    "Find out which library it belongs to.",
)
PYTHON = Rule(
    "onnx.python-operator",
    "attack",
    "An operator that calls Python or a shell",
    "It runs code that is named in the model.",
    "Do not load it, unless you made it.",
    UNSAFE_LOADING,
)
SIZES = Rule(
    "onnx.sizes-differ",
    "review",
    "A tensor's shape and its data do not fit",
    "Loaders that trust the shape read or write past the end of the data.",
    "Do not load it; save it anew.",
    ("CWE-125", *SUPPLY_CHAIN),
)
NEGATIVE = Rule(
    "onnx.impossible-shape",
    "attack",
    "A tensor's shape or place is impossible",
    "Sizes below zero, or beyond what any machine has, are written to overflow a loader.",
    "Do not load it.",
    ("CWE-190", *SUPPLY_CHAIN),
)
RULES: Final = (LEAVES, LINKED, CUSTOM, PYTHON, SIZES, NEGATIVE)
KNOWN_DOMAINS: Final = re.compile(
    r"|ai\.onnx(\.(ml|training|preview(\.training)?|contrib))?|com\.microsoft(\.(nchwc|mlfeaturizers|experimental|dml|"
    r"internal_nhwc|extensions))?|com\.ms\.(internal\.nhwc|nhwc)|org\.pytorch\.(aten|prim|_caffe2)|onnxscript\.atenlib|"
    r"pkg\.(onnxscript\.torch_lib(\.\w+)?|torch(\.\w+)*|onnxscript(\.\w+)*|transformers(\.\w+)*)|this|local|tensorrt|trt(\.plugins)?|"
    r"onnx\.brevitas|qonnx(\.custom_op\.\w+)?|finn(\.custom_op\.\w+)*|ai\.graphcore|com\.xilinx|ai\.onnx\.contrib\.\w+|mmdeploy|"
    r"ai\.onnxruntime|onnxruntime|com\.intel\.ai|org\.openvinotoolkit|spox\w*|torch\.\w+|caffe2?|torchvision|nvidia|TRT"
)
"""ONNX's own, those of ONNX Runtime, of exporters and of accelerators."""
RUNS: Final = re.compile(
    r"Py(Custom)?Op|PyOp\w*|PythonOp|PyFunc|Python\w*|Shell\w*|Exec\w*|System(Call|Command)?|ReadFile|WriteFile|OpenFile"
)
BITS: Final[dict[int, int]] = {
    **dict.fromkeys((2, 3, 9, 17, 18, 19, 20, 24), 8),
    **dict.fromkeys((4, 5, 10, 16), 16),
    **dict.fromkeys((1, 6, 12), 32),
    **dict.fromkeys((7, 11, 13, 14), 64),
    **dict.fromkeys((21, 22, 23), 4),
    **dict.fromkeys((25, 26), 2),
    15: 128,
}
"""Bits of an element by TensorProto.DataType."""
