"""skops files: `schema.json` says which classes are imported and how each is made.

Source: skops-dev/skops, skops/io/_general.py and _audit.py; CVE-2024-37065, CVE-2025-54412,
CVE-2025-54413, CVE-2025-54886.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from seatrial.core.finding import Finding
from seatrial.scan.configs.documents import objects, read_json
from seatrial.scan.format import Format
from seatrial.scan.part import Part
from seatrial.scan.pickles.allowed import role_of
from seatrial.scan.rule import SUPPLY_CHAIN, UNSAFE_LOADING, Rule
from seatrial.scan.source.dangers import danger_of, loading_danger

DANGEROUS = Rule(
    "skops.dangerous-type",
    "attack",
    "The file imports something that reaches out of a model",
    "skops makes what the file names once its types are trusted.",
    "Do not load it.",
    UNSAFE_LOADING,
)
MISMATCH = Rule(
    "skops.disguised-node",
    "attack",
    "A node says it is one thing and does another",
    "Such nodes got round the list of trusted types (CVE-2025-54412, CVE-2025-54413).",
    "Do not load it.",
    UNSAFE_LOADING,
)
UNTRUSTED = Rule(
    "skops.untrusted-type",
    "review",
    "The file imports a class or function that is not known",
    "Loading it runs that code.",
    "Look at the code it names; then it can be accepted.",
    ("CWE-470", *SUPPLY_CHAIN),
)
CALLS = Rule(
    "skops.binds-calls",
    "review",
    "The file holds a bound method, a partial call or an attribute reader",
    "It is called when the model is used.",
    "Look at what is bound.",
    ("CWE-470", *SUPPLY_CHAIN),
)
RULES: Final = (DANGEROUS, MISMATCH, UNTRUSTED, CALLS)
KEYS: Final = ("__loader__", "__class__")
_LIBRARIES: Final = re.compile(
    r"(sklearn|scipy|numpy|quantile_forest|imblearn|xgboost|lightgbm|catboost|pandas|skops|sksurv|category_encoders|mapie|"
    r"sklearn_extra|hdbscan|umap|statsmodels|interpret|econml|skorch)(\.\w+)*"
)
_BUILT_IN: Final = re.compile(
    r"builtins\.(str|int|float|bool|list|tuple|set|frozenset|dict|bytes|bytearray|complex|slice|NoneType|type|range|map|"
    r"object|function|ellipsis)|collections\.(OrderedDict|defaultdict|Counter|deque)|functools\.partial|datetime\.\w+|"
    r"decimal\.Decimal|pathlib\.\w*Path|types\.(FunctionType|SimpleNamespace)|zoneinfo\.ZoneInfo|uuid\.UUID"
)
_OPERATORS: Final = ("itemgetter", "attrgetter", "methodcaller")


def _schema(part: Part) -> Any | None:
    whole = read_json(part.blob, KEYS)
    if isinstance(whole, dict) and "__class__" in whole and "__module__" in whole:
        return whole
    return None


def _inspect(part: Part) -> Iterator[Finding]:
    told: set[tuple[str, str]] = set()
    for node in objects(_schema(part), part):
        if isinstance(node.get("__class__"), str):
            for finding in _node(part, node):
                if (finding.id, finding.evidence) not in told:
                    told.add((finding.id, finding.evidence))
                    yield finding


def _node(part: Part, node: dict[str, Any]) -> Iterator[Finding]:
    module, name, loader = str(node.get("__module__")), node["__class__"], str(node.get("__loader__"))
    yield from _type(part, module, name, loader)
    content = node.get("content")
    if loader == "OperatorFuncNode":
        yield from _operator(part, module, name, node)
    elif loader == "MethodNode" and isinstance(content, dict):
        yield from _method(part, module, name, content)
    elif loader == "PartialNode":
        yield part.finding(CALLS, "functools.partial")
    elif isinstance(content, dict) and isinstance(content.get("function"), str) and "module_path" in content:
        yield from _type(part, str(content["module_path"]), content["function"], "FunctionNode")


def _type(part: Part, module: str, name: str, loader: str) -> Iterator[Finding]:
    full = f"{module}.{name}"
    danger = loading_danger(full) if role_of(module, name) is None else None
    if _BUILT_IN.fullmatch(full) or (loader == "OperatorFuncNode" and module == "operator"):
        return
    if danger is not None or danger_of(name) is not None:
        yield part.finding(DANGEROUS, f"{full}: {danger or danger_of(name)}")
    elif role_of(module, name) or full in part.settings.allowed:
        return
    elif not _LIBRARIES.fullmatch(module) or (loader == "FunctionNode" and not _computes(module)):
        yield part.finding(UNTRUSTED, full)


def _computes(module: str) -> bool:
    """Whether the functions of a module compute only: ufuncs, and what transformers are made of."""
    return module in ("numpy", "scipy.special", "numpy._core.umath", "numpy.core.umath") or module.startswith(
        (
            "sklearn.metrics",
            "sklearn.feature_selection",
            "sklearn.utils.",
            "sklearn.gaussian_process",
            "sklearn.preprocessing",
        )
    )


def _operator(part: Part, module: str, name: str, node: dict[str, Any]) -> Iterator[Finding]:
    if module != "operator" or name not in _OPERATORS:
        yield part.finding(MISMATCH, f"OperatorFuncNode of {module}.{name}")
    elif any(text.strip("\"'").startswith("__") for text in _contents(node, part)):
        yield part.finding(DANGEROUS, f"operator.{name} of a name with double underscores")
    elif name != "itemgetter":
        yield part.finding(CALLS, f"operator.{name}")


def _contents(node: dict[str, Any], part: Part) -> Iterator[str]:
    """The JSON texts below a node: what an attribute reader would read."""
    return (each["content"] for each in objects(node, part) if isinstance(each.get("content"), str))


def _method(part: Part, module: str, name: str, content: dict[str, Any]) -> Iterator[Finding]:
    owner, function = content.get("obj"), str(content.get("func"))
    if isinstance(owner, dict) and (owner.get("__module__"), owner.get("__class__")) != (module, name):
        real = f"{owner.get('__module__')}.{owner.get('__class__')}"
        yield part.finding(MISMATCH, f"method {function} of {real}, said to be {module}.{name}")
    elif function.startswith("__") or danger_of(f"builtins.{function}"):
        yield part.finding(DANGEROUS, f"{module}.{name}.{function}")
    else:
        yield part.finding(CALLS, f"{module}.{name}.{function}")


SKOPS = Format("skops", "skops models (schema.json)", lambda part: _schema(part) is not None, _inspect, RULES)
