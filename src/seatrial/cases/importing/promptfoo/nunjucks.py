"""promptfoo's templates (Nunjucks) filled here: in Jinja's sandbox, with what differs between the two translated.

Source of the language: the Nunjucks documentation, "Templating".
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote

from seatrial.core.errors import Mistake

LONGEST = 2_000_000
"""Characters that a template may come to."""
MOST_BITS = 4_096
_MISSING: ContextVar[set[str]] = ContextVar("missing")
"""Where variables without a value write their names while a template is filled."""
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_PAIRS = re.compile(r"(\{%-?\s*(?:for|asyncEach|asyncAll)\s+\w+\s*,\s*\w+\s+in\s+)(.+?)(\s*-?%\})", re.DOTALL)
_STRING = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_WORDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("!=="), "!="),
    (re.compile("==="), "=="),
    (re.compile(r"(\{%-?\s*)(?:elseif|else if)\b"), r"\1elif"),
    (re.compile(r"\bundefined\b"), "null"),
    (re.compile(r"(\{%-?\s*)(?:asyncEach|asyncAll)\b"), r"\1for"),
    (re.compile(r"(\{%-?\s*)(?:endeach|endall)\b"), r"\1endfor"),
    (re.compile(r"(\{%-?\s*)ifAsync\b"), r"\1if"),
)
_METHODS: Mapping[tuple[type, str], Callable[[Any], Any]] = {
    (str, "length"): len,
    (list, "length"): len,
    (str, "toUpperCase"): lambda text: text.upper,
    (str, "toLowerCase"): lambda text: text.lower,
    (str, "trim"): lambda text: text.strip,
    (str, "includes"): lambda text: text.__contains__,
    (list, "includes"): lambda items: items.__contains__,
    (str, "startsWith"): lambda text: text.startswith,
    (str, "endsWith"): lambda text: text.endswith,
    (list, "join"): lambda items: lambda between=",": between.join(map(printed, items)),
}
"""What JavaScript's texts and lists answer to inside a template."""


class Environment(dict[str, Any]):
    """What a template knows as `env`."""


def is_template(text: str) -> bool:
    """Whether there is anything to fill."""
    return "{{" in text or "{%" in text or "{#" in text


def rendered(text: str, variables: Mapping[str, Any], missing: set[str]) -> str:
    """A template filled; a variable that has no value comes to nothing, as there, and its name goes to `missing`.

    Raises:
        Mistake: It cannot be filled here, e.g. because it uses a filter of the user's own.
    """
    if not is_template(text):
        return text
    import jinja2

    parts: list[str] = []
    size = 0
    token = _MISSING.set(missing)
    try:
        for part in _template(text).generate(variables):
            size += len(part)
            if size > LONGEST:
                raise Mistake(f"the template comes to more than {LONGEST:,} characters")
            parts.append(part)
    except jinja2.TemplateError as error:
        raise Mistake(f"the template cannot be filled here: {error.message}") from None
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
        raise Mistake(f"the template cannot be filled here: {error}") from None
    finally:
        _MISSING.reset(token)
    return "".join(parts)


def printed(value: Any) -> str:
    """A value as a template prints it: JavaScript's words, and JSON where JavaScript says `[object Object]`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list | tuple) and not any(isinstance(each, dict | list) for each in value):
        return ",".join(map(printed, value))
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def _translated(text: str) -> str:
    return _TAG.sub(lambda found: _tag(found[0]), text)


def _tag(tag: str) -> str:
    """A tag in Jinja's words; what stands inside quotes stays. With two names a loop goes over keys and values."""
    tag = _PAIRS.sub(r"\1(\2) | pairs\3", tag)
    done, at = [], 0
    for quoted in _STRING.finditer(tag):
        done += [_reworded(tag[at : quoted.start()]), quoted[0]]
        at = quoted.end()
    return "".join([*done, _reworded(tag[at:])])


def _reworded(text: str) -> str:
    for pattern, instead in _WORDS:
        text = pattern.sub(instead, text)
    return text


@lru_cache(maxsize=256)
def _template(text: str) -> Any:
    return _environment().from_string(_translated(text))


@cache
def _environment() -> Any:
    made = _sandbox()(undefined=_undefined(), autoescape=False, keep_trailing_newline=True, finalize=_final)
    made.filters.update(_FILTERS)
    made.globals.update({"null": None})
    del made.globals["lipsum"], made.filters["random"], made.globals["cycler"]
    return made


@cache
def _undefined() -> Any:
    import jinja2

    class Missing(jinja2.ChainableUndefined):
        """Comes to nothing, and writes its name down."""

        def __str__(self) -> str:
            self._note()
            return ""

        def __iter__(self) -> Any:
            self._note()
            return iter(())

        def __call__(self, *arguments: Any, **named: Any) -> Any:
            return self._fail_with_undefined_error()

        def _note(self) -> None:
            around = "env." if isinstance(self._undefined_obj, Environment) else ""
            _MISSING.get().add(f"{around}{self._undefined_name}")

    return Missing


def _final(value: Any) -> Any:
    import jinja2

    return value if isinstance(value, jinja2.Undefined) else printed(value)


@cache
def _sandbox() -> Any:
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        """Knows a few of JavaScript's words; refuses products and powers that would fill the memory."""

        intercepted_binops = frozenset({"*", "**"})

        def getattr(self, obj: Any, attribute: str) -> Any:
            found = _METHODS.get((type(obj), attribute))
            if isinstance(obj, dict) and attribute in obj:
                return obj[attribute]
            return found(obj) if found is not None else super().getattr(obj, attribute)

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if operator == "**" and abs(right) * math.log2(abs(left) + 1) > MOST_BITS:
                raise jinja2.TemplateError("a power in it is too large")
            if operator == "*" and any(hasattr(each, "__len__") for each in (left, right)):
                raise jinja2.TemplateError("a text or a list is multiplied")
            return super().call_binop(context, operator, left, right)

    return Sandbox


def _dump(value: Any, indent: int | None = None) -> str:
    between = (",", ":") if indent is None else (",", ": ")
    return json.dumps(value, ensure_ascii=False, indent=indent, separators=between, default=str)


def _pairs(value: Any) -> list[Any]:
    return list(value.items()) if isinstance(value, Mapping) else list(value)


def _join(items: Any, between: str = "", attribute: str | None = None) -> str:
    """As Jinja's, but each item in JavaScript's words."""
    return between.join(printed(each if attribute is None else each[attribute]) for each in items)


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "dump": _dump,
    "join": _join,
    "load": json.loads,
    "nl2br": lambda text: str(text).replace("\n", "<br />\n"),
    "pairs": _pairs,
    "safe": printed,
    "urlencode": lambda text: quote(printed(text), safe="~()*!.'-_"),
}
"""Filters that Jinja lacks, or has with another meaning; all others have the same names and do the same."""
