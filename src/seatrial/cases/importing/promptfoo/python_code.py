"""Simple Python over an answer as checks: `'x' in output and len(output) < 100`; nothing is run."""

import ast
import warnings
from collections.abc import Mapping
from typing import Any

from seatrial.cases.importing.promptfoo.assertion import Assertion, Spec
from seatrial.cases.importing.promptfoo.expressions import (
    Answer,
    Value,
    compared,
    done,
    joined,
    length_of,
    negated,
    searched,
    untranslatable,
)

MOST_CHARACTERS = 2_000
_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip


def translate_python(a: Assertion) -> Spec:
    """An inline expression; files of Python are refused."""
    spec = check_of(a.text, a.variables)
    a.changed(f"translated from Python to `{next(iter(spec))}`")
    return spec


def check_of(code: str, variables: Mapping[str, Any]) -> Spec:
    """The check that an expression over `output` means.

    Raises:
        Mistake: It is more than a simple comparison.
    """
    code = code.strip()
    if code.startswith("return ") and "\n" not in code:
        code = code.removeprefix("return").strip()
    if len(code) > MOST_CHARACTERS:
        raise untranslatable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about somebody else's program
            tree = ast.parse(code, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise untranslatable() from None
    return done(_Reader(variables).value(tree.body))


class _Reader:
    """Turns a syntax tree into a check; it never evaluates it."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._variables = variables

    def value(self, node: ast.expr) -> Value:
        match node:
            case ast.Name(id="output"):
                return Answer()
            case ast.Constant(value=str() | int() | float() | bool() | None as constant):
                return constant
            case ast.BoolOp(op=operator, values=values):
                name = "all_of" if isinstance(operator, ast.And) else "any_of"
                return joined([self.value(each) for each in values], name)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return negated(self.value(operand))
            case ast.Compare(left=left, ops=[operation], comparators=[right]):
                return self._compared(left, operation, right)
            case ast.Call(func=function, args=arguments, keywords=[]):
                return self._called(function, arguments)
            case ast.Subscript(slice=ast.Constant(value=str() as name)) if _is_variables(node.value):
                return self._variable(name)
        raise untranslatable()

    def _compared(self, left: ast.expr, operation: ast.cmpop, right: ast.expr) -> Value:
        if isinstance(operation, ast.In | ast.NotIn):
            found = searched(self.value(right), self.value(left))
            return found if isinstance(operation, ast.In) else negated(found)
        if type(operation) not in _COMPARISONS:
            raise untranslatable()
        return compared(self.value(left), _COMPARISONS[type(operation)], self.value(right))

    def _called(self, function: ast.expr, arguments: list[ast.expr]) -> Value:
        if isinstance(function, ast.Name) and len(arguments) == 1:
            value = self.value(arguments[0])
            if function.id == "len":
                return length_of(value)
            if function.id in ("str", "bool"):
                return value
        if isinstance(function, ast.Attribute):
            return self._method(self.value(function.value), function.attr, [self.value(each) for each in arguments])
        raise untranslatable()

    def _method(self, value: Value, name: str, arguments: list[Value]) -> Value:
        match name, arguments:
            case "lower" | "casefold", []:
                return value._replace(lower=True) if isinstance(value, Answer) else str(value).lower()
            case "strip", []:
                return value._replace(trimmed=True) if isinstance(value, Answer) else str(value).strip()
            case "split", [] if isinstance(value, Answer):
                return value._replace(words=True)
            case "startswith", [text] if isinstance(value, Answer) and not value.lower:
                return searched(value, text, "starts_with")
            case "endswith", [text] if isinstance(value, Answer) and not value.lower:
                return searched(value, text, "ends_with")
        raise untranslatable()

    def _variable(self, name: str) -> Value:
        value = self._variables.get(name)
        if not isinstance(value, str | int | float | bool):
            raise untranslatable()
        return value


def _is_variables(node: ast.expr) -> bool:
    """Whether it is `context["vars"]`."""
    match node:
        case ast.Subscript(value=ast.Name(id="context"), slice=ast.Constant(value="vars")):
            return True
    return False
