"""Which modules and names a Keras config may refer to.

Source: keras/src/saving/serialization_lib.py (keys of a serialised object), keras.io API reference (public modules).
"""

import re
from typing import Final

_PLACES: Final = (
    "activations constraints dtype_policies initializers layers losses metrics models ops optimizers quantizers "
    " random regularizers trainers distribution mixed_precision experimental engine legacy_layers"
)
_BUILDING: Final = re.compile(
    rf"keras(\.api)?(\._tf_keras\.keras)?(\.(v1|v2))?\.({'|'.join(_PLACES.split())})(\..+)?|keras|keras\.(optimizer_v1|legacy\..+|"
    r"utils\.losses_utils|backend\.common\.(keras_tensor|variables|dtypes)|backend\.\w+\.(optimizers\.\w+|trainer)|saving\.legacy\..+|legacy_tf_layers\..+|premade\w*\..+)"
)
_FAMILIES: Final = re.compile(
    r"(keras_hub|keras_nlp|keras_cv|keras_tuner|keras_rs|tensorflow_addons|tensorflow_probability)(\..+)?"
)
_FUNCTIONS: Final = re.compile(
    r"keras(\.api)?(\.(v1|v2))?\.(activations|initializers|losses|metrics|regularizers|constraints|ops|random|backend)(\..+)?"
)
_NOT_FUNCTIONS: Final = re.compile(
    r"keras\.backend\.(common\.global_state|config)(\..+)?|keras\.(ops|random)\..*(config|file|saving|utils|io).*"
)
_BUILDS_MODULES: Final = frozenset({"keras.models", "keras.saving", "keras.config", "keras.utils"})
SPECIAL: Final = frozenset(
    str.split(
        "__tuple__ __tensor__ __numpy__ __bytes__ __ellipsis__ __slice__ __keras_tensor__ __lambda__ __typespec__ "
        "__complex__ __custom_object__ __passive_serialization__ __self__ TensorShape TypeSpec slice "
        "CONSTANT_VALUE __list__ __dict__ __dtype__ ellipsis tuple Functional Sequential Model function"
    )
)
"""Class names that need no module."""


def plain(module: str) -> str:
    """A module's name as the public API spells it."""
    for old in ("tensorflow.python.keras", "tensorflow.keras", "tf_keras.src", "tf_keras", "keras.src", "keras.python"):
        if module == old or module.startswith(old + "."):
            return "keras" + module.removeprefix(old)
    return module


def builds_only(module: str) -> bool:
    """Whether the classes of a module are parts of models and nothing else."""
    return _BUILDING.fullmatch(module) is not None or _FAMILIES.fullmatch(module) is not None


def computes_only(module: str) -> bool:
    """Whether the functions of a module compute and nothing else."""
    return _FUNCTIONS.fullmatch(module) is not None and _NOT_FUNCTIONS.fullmatch(module) is None


def is_keras(module: str) -> bool:
    """Whether it is Keras' own."""
    return module == "keras" or module.startswith("keras.")
