"""A JSON structure whose texts are Jinja2 templates, filled in inside a sandbox and bounded in size."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from seatrial.core.errors import Mistake

LARGEST = 4 * 1024 * 1024
"""Characters that one text may grow to."""
_WHOLE = re.compile(r"\s*\{\{((?:(?!\{\{|\}\}).)*)\}\}\s*", re.DOTALL)
Fill = Callable[[Mapping[str, Any]], Any]


class CannotFill(ValueError):
    """A template needs what is not there, or does what it must not."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """Also keeps `*` and `**` from making huge values."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Refuse what would be large."""
        sized = [value for value in (left, right) if hasattr(value, "__len__")]
        factor = next((value for value in (left, right) if isinstance(value, int)), 1)
        if operator == "*" and sized and len(sized[0]) * factor > LARGEST:
            raise TemplateError("the value would be too large")
        if operator == "**" and (abs(left) > 1e6 or abs(right) > 64):
            raise TemplateError("the power would be too large")
        return super().call_binop(context, operator, left, right)


class JsonTemplate:
    """A structure to fill in: keys stay, texts are templates, other values stay.

    A text that is one expression and nothing else (`"{{ messages }}"`) becomes that expression's value with its type;
    any other text becomes a text.

    Raises:
        Mistake: A template is malformed; the message says where in the structure.
    """

    def __init__(self, structure: Any, key: str = "request") -> None:
        sandbox = _Sandbox(undefined=StrictUndefined, keep_trailing_newline=True)
        self._fill = _compile(structure, sandbox, key)

    def fill(self, variables: Mapping[str, Any]) -> Any:
        """The structure with everything filled in.

        Raises:
            CannotFill: A variable is missing, or the result is too large.
        """
        try:
            return self._fill(variables)
        except UndefinedError as error:
            raise CannotFill(f"the request template needs something that this case lacks: {error.message}") from None
        except CannotFill:
            raise
        except Exception as error:  # noqa: BLE001 -- a template calls methods, which raise anything
            raise CannotFill(f"the request template cannot be filled in: {type(error).__name__}: {error}") from None


def _compile(value: Any, sandbox: _Sandbox, key: str) -> Fill:
    if isinstance(value, str):
        return _text(value, sandbox, key)
    if isinstance(value, Mapping):
        fields = {str(name): _compile(each, sandbox, f"{key}.{name}") for name, each in value.items()}
        return lambda variables: {name: fill(variables) for name, fill in fields.items()}
    if isinstance(value, list | tuple):
        items = [_compile(each, sandbox, f"{key}[{index}]") for index, each in enumerate(value)]
        return lambda variables: [fill(variables) for fill in items]
    return lambda variables: value


def _text(text: str, sandbox: _Sandbox, key: str) -> Fill:
    if "{{" not in text and "{%" not in text and "{#" not in text:
        return lambda variables: text
    whole = _WHOLE.fullmatch(text)
    try:
        if whole is not None:
            expression = sandbox.compile_expression(whole[1].strip(), undefined_to_none=False)
            return lambda variables: _present(expression(**variables))
        template = sandbox.from_string(text)
    except TemplateSyntaxError as error:
        raise Mistake(f"the template is malformed: {error.message}", key=key) from None

    def render(variables: Mapping[str, Any]) -> str:
        pieces, size = [], 0
        for piece in template.generate(**variables):
            size += len(piece)
            if size > LARGEST:
                raise CannotFill(f"the request template grows over {LARGEST} characters")
            pieces.append(piece)
        return "".join(pieces)

    return render


def _present(value: Any) -> Any:
    if isinstance(value, Undefined):
        str(value)  # raises, with the variable's name
    return value
