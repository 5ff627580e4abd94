"""What can be found in a Keras config, in words."""

from typing import Final

from seatrial.scan.rule import SUPPLY_CHAIN, UNSAFE_LOADING, Rule

LAMBDA_ATTACK = Rule(
    "keras.lambda-reaches-out",
    "attack",
    "A Lambda layer's code reaches out of the model",
    "The code runs when the model is loaded or called; it names functions that no layer needs (CVE-2024-3660).",
    "Do not load it.",
    UNSAFE_LOADING,
)
LAMBDA = Rule(
    "keras.lambda",
    "review",
    "The model carries Python code in a Lambda layer",
    "The code runs when the model is loaded or called, and a safe mode that forbids it has been got round before.",
    "Ask for a model whose layers are registered classes, or read the code.",
    UNSAFE_LOADING,
)
FOREIGN_MODULE = Rule(
    "keras.dangerous-name",
    "attack",
    "The config names a function or module that no model is made of",
    "Keras imports and calls what the config names (CVE-2025-1550, CVE-2025-8747, CVE-2025-9906).",
    "Do not load it.",
    UNSAFE_LOADING,
)
CUSTOM = Rule(
    "keras.custom-object",
    "review",
    "The model needs a class or function that is not Keras' own",
    "Loading it runs that code: it has to come from somewhere.",
    "Look at the code it names; then it can be accepted.",
    ("CWE-829", *SUPPLY_CHAIN),
)
PATH = Rule(
    "keras.reads-elsewhere",
    "attack",
    "A layer reads a file outside the model, or an address",
    "Loading the model reads any file of yours or asks any server (CVE-2025-12058).",
    "Do not load it.",
    ("CWE-73", "CWE-918", *SUPPLY_CHAIN),
)
FILE = Rule(
    "keras.reads-file",
    "review",
    "A layer reads a file when the model is loaded",
    "What the model does depends on a file that is not part of it.",
    "Look at that file, and keep it with the model.",
    ("CWE-73", *SUPPLY_CHAIN),
)
TORCH_MODULE = Rule(
    "keras.torch-module",
    "review",
    "The model carries a pickled PyTorch module",
    "Keras loads it with pickle, which runs what stands in it.",
    "Ask for a model without TorchModuleWrapper.",
    UNSAFE_LOADING,
)
RULES: Final = (LAMBDA_ATTACK, LAMBDA, FOREIGN_MODULE, CUSTOM, PATH, FILE, TORCH_MODULE)
