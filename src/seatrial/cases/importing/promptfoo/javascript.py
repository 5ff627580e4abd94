"""Simple JavaScript over an answer as checks: `output.includes('x') && output.length < 100`; nothing is run."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from seatrial.cases.importing.promptfoo.assertion import Assertion, Spec
from seatrial.cases.importing.promptfoo.expressions import (
    Answer,
    Json,
    Value,
    compared,
    done,
    joined,
    length_of,
    negated,
    searched,
    untranslatable,
)
from seatrial.cases.importing.promptfoo.plain_kinds import python_pattern

MOST_CHARACTERS = 2_000
_DEEPEST = 30
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|`(?:\\.|[^`\\$])*`)"
    r"|(?P<regex>/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*)"
    r"|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_$][\w$]*)"
    r"|(?P<sign>===|!==|==|!=|<=|>=|&&|\|\||[<>!().,\[\]-]))"
)
_COMMENT = re.compile(r"^\s*//[^\n]*$", re.MULTILINE)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "`": "`", "/": "/"}
_COMPARISONS = {"===": "==", "==": "==", "!==": "!=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_FLAGS = {"i": "ignore_case", "m": "multiline", "s": "dot_all", "g": "", "u": ""}
_SIMPLE = "only simple comparisons of the answer's text are translated"
_MEMBERS = frozenset(
    {
        *(
            "length",
            "toLowerCase",
            "toLocaleLowerCase",
            "toUpperCase",
            "toLocaleUpperCase",
            "trim",
            "toString",
            "split",
        ),
        *("includes", "startsWith", "endsWith", "test", "match", "search", "indexOf", "slice", "substring", "substr"),
        *(
            "replace",
            "replaceAll",
            "charAt",
            "some",
            "every",
            "filter",
            "map",
            "find",
            "join",
            "concat",
            "at",
            "trimEnd",
        ),
        *("trimStart", "forEach", "reduce", "localeCompare", "matchAll", "lastIndexOf", "charCodeAt", "normalize"),
    }
)
"""Names that belong to texts and lists; all others are keys of the answer's JSON."""
_WORDS = {"true": True, "false": False, "null": None}


class Pattern(NamedTuple):
    """A regular expression between slashes."""

    text: str
    flags: str


def translate_javascript(a: Assertion) -> Spec:
    """An inline expression; files of JavaScript are refused."""
    spec = check_of(a.text, a.variables, tools=a.tools)
    a.changed(f"translated from JavaScript to `{next(iter(spec))}`")
    return spec


def check_of(code: str, variables: Mapping[str, Any], *, tools: bool = False) -> Spec:
    """The check that an expression over `output` means; with `tools`, an object is no answer but a call.

    Raises:
        Mistake: It is more than a simple comparison.
    """
    several = "\n" in code.rstrip()
    code = _COMMENT.sub("", code).strip().removesuffix(";").strip()
    if code.startswith(("return ", "return(")):
        code = code.removeprefix("return").strip()
    elif several and "return" not in code:
        raise untranslatable("several lines without `return` give nothing")
    if len(code) > MOST_CHARACTERS:
        raise untranslatable()
    return done(_Parser(_tokens(code), variables, tools).whole())


def _tokens(code: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(code):
        token = _TOKEN.match(code, at)
        if token is None or token.lastgroup is None:
            raise untranslatable()
        found.append((token.lastgroup, token[token.lastgroup]))
        at = token.end()
    return found


class _Parser:
    """Reads an expression, `||` before `&&` before comparisons before calls."""

    def __init__(self, tokens: list[tuple[str, str]], variables: Mapping[str, Any], tools: bool) -> None:
        self._tokens, self._variables, self._tools = tokens, variables, tools
        self._at = self._depth = 0

    def whole(self) -> Any:
        value = self._either()
        if self._at < len(self._tokens):
            raise untranslatable()
        return value

    def _either(self) -> Any:
        parts = [self._both()]
        while self._taken("||"):
            parts.append(self._both())
        return joined(parts, "any_of")

    def _both(self) -> Any:
        parts = [self._comparison()]
        while self._taken("&&"):
            parts.append(self._comparison())
        return joined(parts, "all_of")

    def _comparison(self) -> Any:
        left = self._unary()
        sign = self._peek()
        if sign not in _COMPARISONS:
            return left
        self._at += 1
        return compared(left, _COMPARISONS[sign], self._unary())

    def _unary(self) -> Any:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise untranslatable()
        try:
            if self._taken("!"):
                return negated(self._unary())
            if self._taken("-"):
                value = self._unary()
                if not isinstance(value, int | float):
                    raise untranslatable()
                return -value
            return self._chain(self._primary())
        finally:
            self._depth -= 1

    def _primary(self) -> Any:
        if self._taken("("):
            value = self._either()
            self._demand(")")
            return value
        kind, text = self._next()
        if kind == "text":
            return re.sub(r"\\(.)", lambda found: _escape(found[1]), text[1:-1], flags=re.DOTALL)
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind == "regex":
            body, _, flags = text[1:].rpartition("/")
            return Pattern(body, flags)
        return self._named(text) if kind == "name" else self._refuse()

    def _named(self, name: str) -> Any:
        if name == "output":
            return Answer()
        if name in _WORDS:
            return _WORDS[name]
        if name in ("String", "Boolean"):
            [value] = self._arguments()
            return value
        if name == "JSON" and self._taken(".") and self._next() == ("name", "parse"):
            return Json() if self._arguments() in ([Answer()], [Answer(trimmed=True)]) else self._refuse()
        if name == "context" and self._taken(".") and self._next() == ("name", "vars"):
            self._demand(".")
            return self._variable(self._next()[1])
        return self._refuse()

    def _variable(self, name: str) -> Any:
        value = self._variables.get(name)
        return value if isinstance(value, str | int | float | bool) else self._refuse()

    def _chain(self, value: Any) -> Any:
        while self._peek() in (".", "["):
            sign = self._next()[1]
            kind, name = self._next()
            if sign == "[":
                self._demand("]")
                # A number behind a text is a character of it, unless what follows can only belong to an object.
                if kind not in ("number", "text") or (kind == "number" and value == Answer() and self._peek() != "."):
                    raise untranslatable()
                value = self._parsed(value)
                value = Json(f"{value.path}[{name}]")
            elif isinstance(value, Json) and name == "includes":
                [wanted] = self._arguments()
                value = compared(Json(f"{value.path}[*]"), "==", wanted)
            elif name not in _MEMBERS:
                value = Json(f"{self._parsed(value).path}.{name}")
            else:
                value = self._member(value, name)
        return value

    def _parsed(self, value: Any) -> Json:
        """The answer as the object that promptfoo makes of an answer in JSON; not where it may be a tool call."""
        if isinstance(value, Json):
            return value
        if value != Answer() or self._tools:
            raise untranslatable("what a tool is called with is judged by `tool_call`" if self._tools else _SIMPLE)
        return Json()

    def _member(self, value: Any, name: str) -> Any:
        if name == "length":
            return length_of(value)
        arguments = self._arguments()
        match name, arguments:
            case "toLowerCase" | "toLocaleLowerCase", []:
                return value._replace(lower=True) if isinstance(value, Answer) else str(value).lower()
            case "trim", []:
                return value._replace(trimmed=True) if isinstance(value, Answer) else str(value).strip()
            case "toString", []:
                return value
            case "split", [Pattern(text=r"\s+") | " "] if isinstance(value, Answer):
                return value._replace(words=True)
            case "includes", [text]:
                return searched(value, text)
            case "startsWith", [text]:
                return searched(value, text, "starts_with") if not getattr(value, "lower", True) else self._refuse()
            case "endsWith", [text]:
                return searched(value, text, "ends_with") if not getattr(value, "lower", True) else self._refuse()
            case "test", [Answer() as answer] if isinstance(value, Pattern):
                return _matched(answer, value)
            case "match", [Pattern() as pattern] if isinstance(value, Answer):
                return _matched(value, pattern)
        return self._refuse()

    def _arguments(self) -> list[Any]:
        self._demand("(")
        found: list[Value] = []
        while not self._taken(")"):
            found.append(self._either())
            if not self._taken(",") and self._peek() != ")":
                raise untranslatable()
        return found

    def _peek(self) -> str:
        kind, text = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        return text if kind == "sign" else ""

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise untranslatable()
        self._at += 1
        return self._tokens[self._at - 1]

    def _taken(self, sign: str) -> bool:
        taken = self._peek() == sign
        self._at += taken
        return taken

    def _demand(self, sign: str) -> None:
        if not self._taken(sign):
            raise untranslatable()

    def _refuse(self) -> Any:
        raise untranslatable()


def _matched(answer: Answer, pattern: Pattern) -> Spec:
    flags = {_FLAGS.get(flag) for flag in pattern.flags}
    if None in flags or answer.lower or answer.words:
        raise untranslatable()
    wanted = sorted(flag for flag in flags if flag)
    return {"regex": {"pattern": python_pattern(pattern.text), **({"flags": wanted} if wanted else {})}}


def _escape(sign: str) -> str:
    if sign not in _ESCAPES:
        raise untranslatable()
    return _ESCAPES[sign]
