"""Operators of PyTorch by namespace: which are PyTorch's own, and which reach out of a model.

Source: PyTorch, aten/src/ATen/native/native_functions.yaml and torch/csrc/jit (registered namespaces); torchvision's
`image` operators.
"""

import re
from typing import Final

_KNOWN: Final = re.compile(
    r"aten|prim|prims|quantized|_?quantized(_decomposed)?|higher_order|torchvision|inductor|_?c10d_functional|c10d|fbgemm|mkldnn|"
    r"mkldnn_prepacked|prepacked|onednn|sparse|rngprims|symm_mem|profiler|torchao|static_runtime|static|_caffe2|xnnpack|vulkan|"
    r"vulkan_prepack|metal|metal_prepack|debugprims|streams|mkl|nested|cuda|cudnn|torch_sparse|torch_scatter|torch_cluster|"
    r"torch_spline_conv|pyg|torchtext|tensorrt|neuron|dim_order_ops|executorch|llama|custom_op_test|rnn|_nnapi|_inductor_test|"
    r"_test|linalg|special|fft|native|to_edge|coreml|vision|export|autograd"
)
_REACHING: Final[dict[tuple[str, str], str]] = {
    ("aten", "from_file"): "reads, and can create, any file",
    ("aten", "save"): "writes any file",
    ("aten", "load"): "reads any file",
    ("torch", "from_file"): "reads, and can create, any file",
    ("torch", "save"): "writes any file",
    ("torch", "load"): "loads a pickle",
    ("torch", "_save"): "writes any file",
    ("image", "read_file"): "reads any file",
    ("image", "write_file"): "writes any file",
    ("video_reader", "read_video_from_file"): "reads any file",
    ("video_reader", "probe_video_from_file"): "reads any file",
    ("prim", "PythonOp"): "calls Python",
    ("prim", "rpc_async"): "talks to the network",
    ("prim", "rpc_sync"): "talks to the network",
    ("prim", "rpc_remote"): "talks to the network",
    ("torchaudio", "sox_io_load_audio_file"): "reads any file",
    ("torchaudio", "sox_io_save_audio_file"): "writes any file",
}


def reaching_operator(namespace: str, name: str) -> str | None:
    """Why an operator reaches out of a model, or None."""
    return _REACHING.get((namespace, name))


def is_known_operator(namespace: str) -> bool:
    """Whether a namespace is PyTorch's own, or that of a well-known extension that computes only."""
    return _KNOWN.fullmatch(namespace) is not None or namespace in ("torchaudio", "image")
