"""TorchScript: the source inside an archive of `torch.jit.save` (`code/__torch__/...`), read by its syntax.

Source: PyTorch, torch/csrc/jit/docs/serialization.md.
"""

import ast
import re
from collections.abc import Iterator
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.part import Part
from seatrial.scan.rule import UNSAFE_LOADING, Rule
from seatrial.scan.source import rules
from seatrial.scan.source.python import LARGEST, is_torchscript, source_findings
from seatrial.scan.source.syntax import parsed
from seatrial.scan.source.torch_names import is_known_operator, reaching_operator

REACHES = Rule(
    "torchscript.reaches-out",
    "attack",
    "TorchScript code reads or writes files, or talks to the network",
    "It runs when the model is called; `weights_only` does not keep it from that.",
    "Do not load it.",
    UNSAFE_LOADING,
)
CUSTOM = Rule(
    "torchscript.custom-operator",
    "review",
    "TorchScript code calls an operator that PyTorch itself does not have",
    "It runs machine code from a library that is loaded beside the model.",
    "Find out which library it belongs to.",
)
_CALLS: Final = re.compile(r"\b(?:(ops)\.(\w+)|(torch))\.(\w+)\s*\(")
_CLASSES: Final = re.compile(r"__torch__\.torch\.classes\.(\w+)\.(\w+)")


def _inspect(part: Part) -> Iterator[Finding]:
    raw = part.blob.read(0, LARGEST + 1)
    if len(raw) > LARGEST:
        raise Unreadable("its code is larger than any module's")
    text = raw.decode("utf-8", "replace")
    try:
        tree = parsed(text)
    except SyntaxError:
        found = [(each[1] or each[3], each[2] or "", each[4]) for each in _CALLS.finditer(text)]
    else:
        found = list(_calls(tree))
        if any(_is_python(node) for node in ast.walk(tree)):
            yield from source_findings(part, text, rules.IN_ARCHIVE)
    for namespace, name in dict.fromkeys((second or first, last) for first, second, last in found):
        reason = reaching_operator(namespace, name)
        if reason is not None:
            yield part.finding(REACHES, f"{namespace}.{name}: {reason}")
        elif namespace != "torch" and not is_known_operator(namespace):
            yield part.finding(CUSTOM, f"{namespace}.{name}")
    for each in sorted({match.groups() for match in _CLASSES.finditer(text)}):
        if not is_known_operator(each[0]):
            yield part.finding(CUSTOM, f"class {'.'.join(each)}")


def _is_python(node: ast.AST) -> bool:
    """Whether it is no TorchScript, which imports nothing and has none of these names."""
    is_name = isinstance(node, ast.Name) and node.id in (
        "exec",
        "eval",
        "__import__",
        "open",
        "compile",
        "globals",
        "vars",
    )
    return is_name or isinstance(node, ast.Import | ast.ImportFrom)


def _calls(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """Calls of operators: `ops.namespace.name(...)` and `torch.name(...)`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id="ops"), attr=namespace), attr=name):
                yield "ops", namespace, name
            case ast.Attribute(value=ast.Name(id="torch"), attr=name):
                yield "torch", "", name
            case ast.Name(id="rpc_async" | "rpc_sync" | "rpc_remote" as name):
                yield "ops", "prim", name


TORCHSCRIPT = Format(
    "torchscript",
    "TorchScript source inside torch archives",
    is_torchscript,
    _inspect,
    (REACHES, CUSTOM, *rules.RULES),
)
