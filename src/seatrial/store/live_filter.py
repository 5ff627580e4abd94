"""The small language that chooses rows of the live log: `status >= 500 and route = support`.

    expression  = part { "or" part }            part = piece { "and" piece }
    piece       = ["not"] ( "(" expression ")" | condition )
    condition   = "failed" | "streamed" ... | name sign value | name "in" "(" value { "," value } ")"
    sign        = "=" "==" "!=" "<" "<=" ">" ">=" "~" (contains)

Values are words, "quoted texts", numbers, or numbers with a unit where a column holds seconds (`2s`, `500ms`). What is
written is never part of the SQL: names are looked up, values are parameters.
"""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from seatrial.core.errors import Mistake

LONGEST: Final = 4000
DEEPEST: Final = 50
Value = str | int | float
_TOKEN = re.compile(r"""\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(<=|>=|!=|==|[=<>~(),])|([^\s"'=<>!~(),]+))""")
_SIGNS: Final = {"=": "=", "==": "=", "!=": "is not", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "~": "like"}
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_TEXTS: Final = (
    *("id", "route", "operation", "deployment", "model", "key", "project", "environment", "user", "session"),
    *("failure", "currency", "served_by"),
)
_SECONDS: Final = ("latency", "waited", "first_token")
_NUMBERS: Final = ("status", "input", "output", "cached", "attempts")
NAMES: Final = tuple(sorted((*_TEXTS, *_SECONDS, *_NUMBERS, "cost")))
WORDS: Final = {
    "failed": "failure is not null",
    "cached_answer": "served_by = 'cache'",
    "streamed": "first_token is not null",
    "retried": "attempts > 1",
    "estimated": "estimated = 1",
}
"""Conditions that are one word."""


@dataclass(frozen=True, slots=True)
class Where:
    """A condition in SQL with the values of its parameters."""

    sql: str
    values: tuple[Value, ...] = ()

    def also(self, sql: str, *values: Value) -> "Where":
        """Both this and another condition."""
        return Where(f"({self.sql}) and {sql}", (*self.values, *values))


EVERYTHING: Final = Where("1")


def read_filter(text: str) -> Where:
    """What a person wrote as a condition.

    Raises:
        Mistake: It cannot be understood; says where, and what could stand there.
    """
    if len(text) > LONGEST:
        raise Mistake(f"the filter is longer than {LONGEST} characters")
    reading = _Reading(_tokens(text))
    found = reading.either(0)
    if reading.ahead is not None:
        raise Mistake(f"`and` or `or` is expected before {reading.ahead!r}")
    return found


def _tokens(text: str) -> list[str]:
    found, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise Mistake(f"the filter cannot be read from {text[place:].strip()[:30]!r} on")
        found.append(match[0].strip())
        place = match.end()
    return found


class _Reading:
    """Goes over the tokens once."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._place = tokens, 0

    @property
    def ahead(self) -> str | None:
        """The one that comes next."""
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def either(self, depth: int) -> Where:
        """One or more parts with `or` between them."""
        return self._joined("or", lambda: self._joined("and", lambda: self._piece(depth)))

    def _joined(self, between: str, piece: Callable[[], Where]) -> Where:
        found = [piece()]
        while (self.ahead or "").lower() == between:
            self._place += 1
            found.append(piece())
        if len(found) == 1:
            return found[0]
        return Where(
            f" {between} ".join(f"({each.sql})" for each in found), tuple(v for each in found for v in each.values)
        )

    def _piece(self, depth: int) -> Where:
        if depth > DEEPEST:
            raise Mistake("the filter has too many parentheses and `not`s in one another")
        word = self._next("a condition such as status >= 500")
        if word.lower() == "not":
            inner = self._piece(depth + 1)
            return Where(f"not coalesce(({inner.sql}), 0)", inner.values)
        if word == "(":
            inner = self.either(depth + 1)
            self._expect(")")
            return inner
        if word.lower() in WORDS and (self.ahead or "").lower() not in (*_SIGNS, "in"):
            return Where(WORDS[word.lower()])
        return self._condition(word)

    def _condition(self, word: str) -> Where:
        name = word.lower() if not word.lower().startswith("tag.") else "tag." + word[4:]
        column, before = _column(name)
        sign = self._next(f"a sign such as = or >= behind `{word}`").lower()
        if sign == "in":
            values = self._listed(name)
            return Where(f"{column} in ({', '.join('?' * len(values))})", (*before, *values))
        if sign not in _SIGNS:
            raise Mistake(f"a sign is expected behind `{word}`: one of {' '.join(_SIGNS)} in; {sign!r} was found")
        raw = self._next(f"a value behind `{word} {sign}`")
        if sign == "~":
            like = re.sub(r"([\\%_])", r"\\\1", _unquoted(raw))
            return Where(f"{column} like ? escape '\\'", (*before, f"%{like}%"))
        return Where(f"{column} {_SIGNS[sign]} ?", (*before, _value(name, raw)))

    def _listed(self, name: str) -> list[Value]:
        self._expect("(")
        found = [_value(name, self._next("a value"))]
        while self.ahead == ",":
            self._place += 1
            found.append(_value(name, self._next("a value")))
        self._expect(")")
        return found

    def _next(self, expected: str) -> str:
        word = self.ahead
        if word is None:
            raise Mistake(f"the filter ends where {expected} is expected")
        self._place += 1
        return word

    def _expect(self, word: str) -> None:
        if self.ahead != word:
            raise Mistake(f"`{word}` is expected {'before ' + repr(self.ahead) if self.ahead else 'at the end'}")
        self._place += 1


def _column(name: str) -> tuple[str, tuple[Value, ...]]:
    """The SQL of a name, with the values of its parameters."""
    if name.startswith("tag."):
        return "(select value from json_each(tags) where json_each.key = ?)", (name[4:],)
    if name not in NAMES:
        near = difflib.get_close_matches(name, (*NAMES, *WORDS), 1)
        hint = (
            f"did you mean `{near[0]}`?" if near else f"there are {', '.join(NAMES)}, tag.NAME and {', '.join(WORDS)}"
        )
        raise Mistake(f"there is nothing named `{name[:60]}` to choose by: {hint}")
    return ("cost / 1e9" if name == "cost" else f'"{name}"'), ()


def _value(name: str, raw: str) -> Value:
    text = _unquoted(raw)
    if name in _TEXTS or name.startswith("tag."):
        return text
    match = re.fullmatch(r"(-?\d{1,15}(?:\.\d{1,9})?)([a-z]*)", text)
    unit = match[2] if match is not None else ""
    if match is None or (unit and (name not in _SECONDS or unit not in _UNITS)):
        example = "2s or 500ms" if name in _SECONDS else "500"
        raise Mistake(f"`{name}` is a number such as {example}; {text[:40]!r} was found")
    number: Any = float(match[1]) * _UNITS.get(unit, 1.0)
    return int(number) if number.is_integer() else number


def _unquoted(raw: str) -> str:
    if raw[:1] not in ("'", '"'):
        return raw
    return re.sub(r"\\(.)", r"\1", raw[1:-1])
