"""`{{ name }}` in the texts of cases and in their checks, filled from their variables in Jinja's sandbox."""

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from seatrial.core.errors import Mistake

LONGEST = 1_000_000
"""Characters that a template may come to, and the longest text that is repeated in it."""
MOST_BITS = 4_096
"""Of a power in it."""
_WHOLE = re.compile(r"\s*\{\{((?:(?!\{\{|\}\}).)*)\}\}\s*", re.DOTALL)


def is_template(text: str) -> bool:
    """Whether there is anything to fill."""
    return "{{" in text or "{%" in text


def fill(text: str, variables: dict[str, Any]) -> str:
    """A text with its variables filled in; a text without any comes back as it is.

    Raises:
        Mistake: A variable is not known, or the template is broken; the sentence has no place yet.
    """
    if not is_template(text):
        return text
    filled: list[str] = []
    size = 0
    with _mistakes_of(variables):
        for part in _environment().from_string(text).generate(variables):
            size += len(part)
            if size > LONGEST:
                raise Mistake(f"the template comes to more than {LONGEST:,} characters")
            filled.append(part)
    return "".join(filled)


def has_templates(value: Any) -> bool:
    """Whether some text in a structure is a template."""
    if isinstance(value, str):
        return is_template(value)
    if isinstance(value, dict):
        return any(map(has_templates, value.values()))
    return isinstance(value, list) and any(map(has_templates, value))


def fill_all(value: Any, variables: dict[str, Any]) -> Any:
    """A structure with every text in it filled; keys stay.

    A text that is one expression and nothing else (`"{{ docs }}"`) becomes its value, be it a list or a number.

    Raises:
        Mistake: As `fill` does.
    """
    if isinstance(value, str):
        whole = _WHOLE.fullmatch(value)
        return fill(value, variables) if whole is None else _value(whole[1], variables)
    if isinstance(value, dict):
        return {key: fill_all(each, variables) for key, each in value.items()}
    return [fill_all(each, variables) for each in value] if isinstance(value, list) else value


def _value(expression: str, variables: dict[str, Any]) -> Any:
    with _mistakes_of(variables):
        found = _environment().compile_expression(expression.strip(), undefined_to_none=False)(**variables)
        str(found)  # an unknown variable raises here
        return found


@contextmanager
def _mistakes_of(variables: dict[str, Any]) -> Iterator[None]:
    import jinja2

    try:
        yield
    except jinja2.UndefinedError as error:
        known = f"known are {', '.join(sorted(variables))}" if variables else "no variables are given"
        raise Mistake(f"the template cannot be filled: {error.message}; {known}") from None
    except jinja2.TemplateError as error:
        raise Mistake(f"the template is broken: {error.message}") from None
    except (TypeError, ValueError, ArithmeticError, LookupError, OverflowError, RecursionError) as error:
        raise Mistake(f"the template cannot be filled: {type(error).__name__}: {error}") from None


@cache
def _environment() -> Any:
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        """Refuses products and powers that would fill the memory."""

        intercepted_binops = frozenset({"*", "**"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if operator == "**" and abs(right) * math.log2(abs(left) + 1) > MOST_BITS:
                raise jinja2.TemplateError("a power in it is too large")
            if operator == "*" and _is_long(left, right):
                raise jinja2.TemplateError("a product in it is too large")
            return super().call_binop(context, operator, left, right)

    made = Sandbox(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True)
    del made.globals["lipsum"], made.filters["random"]  # a case is the same each time it is read
    return made


def _is_long(left: Any, right: Any) -> bool:
    """Whether a text or a list is repeated beyond the limit."""
    sizes = [len(each) for each in (left, right) if hasattr(each, "__len__")]
    times = [each for each in (left, right) if isinstance(each, int)]
    return bool(sizes and times) and sizes[0] * times[0] > LONGEST
