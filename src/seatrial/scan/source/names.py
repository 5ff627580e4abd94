"""Which dotted name an expression stands for: through imports, assignments, `getattr`, `__import__` and `__dict__`."""

import ast
import builtins
from collections.abc import Iterable
from typing import Final

from seatrial.scan.source.dangers import danger_of
from seatrial.scan.source.folding import fold

_BUILTINS: Final = frozenset(dir(builtins)) | {"execfile", "__builtins__", "unicode"}
_DEEPEST: Final = 24


class Names:
    """What the names of one source file stand for. Scopes are not told apart: an alias anywhere counts everywhere."""

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        self._imported: dict[str, str] = {}
        self.assigned: dict[str, list[ast.expr]] = {}
        self._defined: set[str] = set()
        self._stars: list[str] = []
        self._resolved: dict[ast.expr, tuple[str | None, bool]] = {}
        for node in nodes:
            match node:
                case ast.Import(names=names):
                    for each in names:
                        self._imported[each.asname or each.name.partition(".")[0]] = (
                            each.name if each.asname else each.name.partition(".")[0]
                        )
                case ast.ImportFrom(module=str() as module, names=[ast.alias(name="*")], level=0):
                    self._stars.append(module)
                case ast.ImportFrom(module=module, names=names, level=0):
                    self._imported.update({each.asname or each.name: f"{module}.{each.name}" for each in names})
                case ast.Assign(targets=targets, value=value):
                    self._assign(targets, value)
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    self.assigned.setdefault(name, []).append(value)
                case ast.NamedExpr(target=ast.Name(id=name), value=value):
                    self.assigned.setdefault(name, []).append(value)
                case ast.withitem(context_expr=value, optional_vars=ast.Name(id=name)):
                    self.assigned.setdefault(name, []).append(value)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    self._defined.add(name)

    def _assign(self, targets: list[ast.expr], value: ast.expr) -> None:
        for target in targets:
            if isinstance(target, ast.Name):
                self.assigned.setdefault(target.id, []).append(value)
            elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                for left, right in zip(target.elts, value.elts, strict=False):
                    self._assign([left], right)

    def of(self, node: ast.expr) -> str | None:
        """The dotted name; what a call gives ends in `()`: `socket.socket().connect`."""
        return self._of(node, 0)[0]

    def hidden(self, node: ast.expr) -> bool:
        """Whether the name was spelled in pieces on the way: `getattr(os, 'sys' + 'tem')`."""
        return self._of(node, 0)[1]

    def _of(self, node: ast.expr, depth: int) -> tuple[str | None, bool]:
        if node not in self._resolved:
            self._resolved[node] = (None, False)
            self._resolved[node] = self._work_out(node, depth) if depth < _DEEPEST else (None, False)
        return self._resolved[node]

    def _work_out(self, node: ast.expr, depth: int) -> tuple[str | None, bool]:
        match node:
            case ast.Name(id=name):
                return self._name(name, depth)
            case ast.Attribute(value=value, attr=attribute):
                return self._member(value, attribute, depth)
            case ast.Subscript(value=value, slice=key):
                return self._item(value, key, depth)
            case ast.Call():
                return self._call(node, depth)
            case ast.BoolOp(values=[*_, last]) | ast.IfExp(body=last):
                return self._of(last, depth + 1)
        return None, False

    def _name(self, name: str, depth: int) -> tuple[str | None, bool]:
        if name in self._imported:
            return self._imported[name], False
        for value in self.assigned.get(name, [])[:4]:
            found = self._of(value, depth + 1)
            if found[0] is not None:
                return found
        if name in _BUILTINS and name not in self._defined:
            return "builtins" if name == "__builtins__" else f"builtins.{name}", False
        if self._stars and name not in self._defined and name not in self.assigned:
            guesses = [f"{module}.{name}" for module in self._stars]
            return next((guess for guess in guesses if danger_of(guess)), None), False
        return None, False

    def _member(self, value: ast.expr, attribute: str, depth: int, *, hidden: bool = False) -> tuple[str | None, bool]:
        owner, before = self._of(value, depth + 1)
        if owner is None:
            return None, False
        if attribute in ("__dict__", "__call__"):
            return owner, before
        return f"{owner}.{attribute}", before or hidden

    def _item(self, value: ast.expr, key: ast.expr, depth: int) -> tuple[str | None, bool]:
        """`vars(os)['system']`, `sys.modules['os']`, `globals()['__builtins__']`."""
        text = fold(key)
        owner, before = self._of(value, depth + 1)
        if text is None or owner is None:
            return None, False
        if owner in ("sys.modules", "builtins.globals()", "builtins.locals()"):
            return ("builtins" if text.text == "__builtins__" else text.text), before or text.pieced
        is_namespace = isinstance(value, ast.Attribute) and value.attr == "__dict__"
        is_namespace |= isinstance(value, ast.Call) and self._of(value.func, depth + 1)[0] == "builtins.vars"
        if is_namespace or owner == "builtins":
            return f"{owner}.{text.text}", before or text.pieced
        return None, False

    def _call(self, node: ast.Call, depth: int) -> tuple[str | None, bool]:
        called, before = self._of(node.func, depth + 1)
        first = node.args[0] if node.args else None
        if called == "builtins.getattr" and len(node.args) >= 2 and first is not None:
            text = fold(node.args[1])
            return self._member(first, text.text, depth, hidden=text.pieced) if text else (None, False)
        if called in ("builtins.__import__", "importlib.import_module", "importlib.__import__"):
            text = fold(first)
            return (text.text, before or text.pieced) if text else (None, False)
        if called == "builtins.vars" and first is not None:
            return self._of(first, depth + 1)
        if called == "functools.partial" and first is not None:
            return self._of(first, depth + 1)
        return (f"{called}()", before) if called else (None, False)
