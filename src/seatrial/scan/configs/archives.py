"""JSON that describes a model archive or an exported program: TorchServe's manifest, Hydra configs, torch.export.

Source: pytorch/serve, model-archiver (MANIFEST.json); torch/_export/serde/schema.py and serialize.py, where expressions
are given to `sympy.sympify` and targets are looked up by their names.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from seatrial.core.finding import Finding
from seatrial.scan.configs import targets
from seatrial.scan.configs.documents import objects, read_json
from seatrial.scan.format import Format
from seatrial.scan.graphs.paths import leaves
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, UNSAFE_LOADING, Rule
from seatrial.scan.source.dangers import danger_of
from seatrial.scan.source.torch_names import is_known_operator, reaching_operator

HANDLER = Rule(
    "mar.has-handler",
    "low",
    "The archive brings code of its own",
    "The server imports the handler when it loads the model.",
    "Read what was found in it.",
)
REQUIREMENTS = Rule(
    "mar.installs-packages",
    "low",
    "The archive asks for packages to be installed",
    "A server that allows it installs them when the model is loaded.",
    "Scan the list, and install from a lock.",
    ("CWE-829", *SUPPLY_CHAIN),
)
LEAVES = Rule(
    "mar.path-leaves",
    "attack",
    "The manifest names a file outside the archive",
    "The server imports or reads it from its own disk.",
    "Do not load it.",
    ("CWE-22", *SUPPLY_CHAIN),
)
EXPRESSION = Rule(
    "export.expression-runs",
    "attack",
    "An expression of sizes holds more than arithmetic",
    "The loader gives it to sympy, which evaluates it as Python.",
    "Do not load it.",
    UNSAFE_LOADING,
)
REACHES = Rule(
    "export.reaches-out",
    "attack",
    "The program calls what reaches out of it",
    "It runs when the program is called.",
    "Do not load it.",
    UNSAFE_LOADING,
)
CUSTOM = Rule(
    "export.custom-operator",
    "review",
    "The program calls an operator that PyTorch itself does not have",
    "It runs machine code from a library that is loaded beside the program.",
    "Find out which library it belongs to.",
)
_PATHS: Final = ("handler", "serializedFile", "modelFile", "requirementsFile", "configFile", "extraFiles")
_ARITHMETIC: Final = re.compile(r"[\w\s.,+\-*/()<>=&|~%!:\[\]]*")
_QUOTED: Final = re.compile(r"'\w+'")
"""Names of symbols, as sympy writes them: `Symbol('s0', integer=True)`."""
_WORDS: Final = re.compile(r"__|\b(import|lambda|exec|eval|open|getattr|compile|globals|os|sys|subprocess)\b")
_TARGET: Final = re.compile(r"torch\.ops\.(\w+)\.(\w+)(\.\w+)*")
_PLAIN: Final = re.compile(
    r"_operator\.\w+|math\.\w+|torch\.(sym_\w+|_\w+\.\w+|\w+)|torch\._higher_order_ops(\.\w+)*|"
    r"torch\._(C\._\w+|export\.\w+|symbolic_\w+|inductor\.\w+)(\.\w+)*|torch\.(fx|utils\._sympy|distributed)(\.\w+)*|#\w*"
)


def _manifest(part: Part) -> dict[str, Any] | None:
    whole = read_json(part.blob, ("handler", "modelName"))
    model = whole.get("model") if isinstance(whole, dict) else None
    return model if isinstance(model, dict) and ("handler" in model or "modelName" in model) else None


def _inspect_manifest(part: Part) -> Iterator[Finding]:
    model = _manifest(part) or {}
    for key in _PATHS:
        for path in str(model.get(key) or "").split(","):
            file = path.rpartition(":")[0] if key == "handler" and ":" in path[2:] else path
            if file and leaves(file.strip()):
                yield part.finding(LEAVES, f"{key}: {path}")
    handler = str(model.get("handler") or "")
    if "." in handler or ":" in handler:
        yield part.finding(HANDLER, handler)
    if model.get("requirementsFile"):
        yield part.finding(REQUIREMENTS, str(model["requirementsFile"]))


def _hydra(part: Part) -> Any | None:
    return read_json(part.blob, ("_target_", "init_args"))


def _is_hydra(part: Part) -> bool:
    whole = _hydra(part)
    return whole is not None and any("_target_" in each or "init_args" in each for each in objects(whole, part))


def _program(part: Part) -> dict[str, Any] | None:
    whole = read_json(part.blob, ("graph_module",))
    return whole if isinstance(whole, dict) and "graph_module" in whole else None


def _inspect_program(part: Part) -> Iterator[Finding]:
    told: set[str] = set()
    for each in objects(_program(part), part):
        expression, target = each.get("expr_str"), each.get("target")
        if isinstance(expression, str) and _is_more(expression):
            yield part.finding(EXPRESSION, expression)
        if isinstance(target, str) and ("inputs" in each or "outputs" in each) and target not in told:
            told.add(target)
            yield from _operator(part, target)


def _is_more(expression: str) -> bool:
    """Whether an expression of sizes is more than arithmetic."""
    return _WORDS.search(expression) is not None or not _ARITHMETIC.fullmatch(_QUOTED.sub("", expression))


def _operator(part: Part, target: str) -> Iterator[Finding]:
    named = _TARGET.fullmatch(target)
    danger = danger_of(target) if not named else reaching_operator(named[1], named[2])
    if danger is not None or any(word in target.split(".") for word in ("os", "sys", "subprocess", "builtins")):
        yield part.finding(REACHES, f"{target}: {danger or 'reaches into the interpreter'}")
    elif not (is_known_operator(named[1]) if named else _PLAIN.fullmatch(target)):
        yield part.finding(CUSTOM, target)


MANIFEST = Format(
    "torchserve manifest",
    "TorchServe model archive (.mar): its manifest",
    lambda part: _manifest(part) is not None,
    _inspect_manifest,
    (HANDLER, REQUIREMENTS, LEAVES),
)
HYDRA = Format(
    "hydra json",
    "JSON configs with Hydra targets",
    _is_hydra,
    lambda part: targets.target_findings(part, _hydra(part)),
    targets.RULES,
)
PROGRAM = Format(
    "torch.export",
    "torch.export programs (.pt2): operators and expressions",
    lambda part: _program(part) is not None,
    _inspect_program,
    (EXPRESSION, REACHES, CUSTOM),
)
