"""`{{ name }}` in the texts of cases, filled from their variables in Jinja's sandbox."""

from functools import cache
from typing import Any

from seatrial.core.errors import Mistake

LONGEST = 1_000_000
"""Characters that a template may come to."""


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
    import jinja2

    filled: list[str] = []
    size = 0
    try:
        for part in _environment().from_string(text).generate(variables):
            size += len(part)
            if size > LONGEST:
                raise Mistake(f"the template comes to more than {LONGEST:,} characters")
            filled.append(part)
    except jinja2.UndefinedError as error:
        known = f"known are {', '.join(sorted(variables))}" if variables else "no variables are given"
        raise Mistake(f"the template cannot be filled: {error.message}; {known}") from None
    except jinja2.TemplateError as error:
        raise Mistake(f"the template is broken: {error.message}") from None
    except (TypeError, ValueError, ArithmeticError, LookupError, OverflowError, RecursionError) as error:
        raise Mistake(f"the template cannot be filled: {type(error).__name__}: {error}") from None
    return "".join(filled)


@cache
def _environment() -> Any:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
