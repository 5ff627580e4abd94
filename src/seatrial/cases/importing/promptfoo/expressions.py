"""Simple expressions over an answer, in JavaScript or Python, as the checks that say the same."""

from typing import Any, NamedTuple

from seatrial.cases.importing.promptfoo.assertion import Spec, number
from seatrial.core.errors import Mistake

HOW = "write it as a check in Python (`python: module:function`)"
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}


class Answer(NamedTuple):
    """The answer's text, maybe in lower case, without white space around it, or split into words."""

    lower: bool = False
    trimmed: bool = False
    words: bool = False


class Length(NamedTuple):
    """How long the answer is."""

    unit: str


class Json(NamedTuple):
    """A place in the answer's JSON."""

    path: str = "$"


Value = Answer | Length | Json | str | float | int | bool | None | dict[str, Any]
"""A dict is a check that is done."""


def untranslatable(what: str = "only simple comparisons of the answer's text are translated") -> Mistake:
    """Says that an expression has no counterpart."""
    return Mistake(f"{what}, and no program of others is run; {HOW}")


def searched(answer: Value, text: Value, check: str = "contains") -> Spec:
    """The answer contains, begins or ends with a text.

    Raises:
        Mistake: One of them is something else.
    """
    if not isinstance(answer, Answer) or answer.words or not isinstance(text, str) or not text.strip():
        raise untranslatable()
    if answer.lower and text != text.lower():
        raise untranslatable(f"`{text[:40]}` is never found in an answer in lower case")
    return {check: {"expect": text, **({"ignore_case": True} if answer.lower else {})}}


def length_of(answer: Value) -> Length:
    """How many characters, or words, the answer has.

    Raises:
        Mistake: It is the length of something else.
    """
    if not isinstance(answer, Answer) or (answer.trimmed and not answer.words):
        raise untranslatable()
    return Length("words" if answer.words else "characters")


def compared(left: Value, operator: str, right: Value) -> Spec:
    """A comparison; `operator` is one of `<`, `<=`, `>`, `>=`, `==`, `!=`.

    Raises:
        Mistake: These two cannot be compared here.
    """
    if not isinstance(left, Answer | Length | Json) and isinstance(right, Answer | Length | Json):
        left, operator, right = right, _TURNED[operator], left
    if operator == "!=":
        return negated(compared(left, "==", right))
    if isinstance(left, Length) and _is_number(right):
        assert isinstance(right, int | float)  # noqa: S101  (for the type)
        return {"length": {"limit": f"{operator} {number(right)}", "of": left.unit}}
    if operator == "==" and isinstance(left, Answer) and isinstance(right, str) and not left.words:
        if left.lower and right != right.lower():
            raise untranslatable(f"`{right[:40]}` is never the same as an answer in lower case")
        return {"equals": {"expect": right, "strip": left.trimmed, **({"ignore_case": True} if left.lower else {})}}
    if operator == "==" and isinstance(left, Json) and isinstance(right, str | int | float | bool | None):
        return {"json_path": {"path": left.path, "equals": right}}
    raise untranslatable()


def negated(spec: Value) -> Spec:
    """The opposite of a check."""
    return {"not": {"check": done(spec)}}


def joined(parts: list[Value], name: str) -> Value:
    """Several checks as one: `all_of` or `any_of`; a single one is itself."""
    return parts[0] if len(parts) == 1 else {name: {"checks": [done(part) for part in parts]}}


def done(value: Value) -> Spec:
    """A value that is a check.

    Raises:
        Mistake: It is not.
    """
    if not isinstance(value, dict):
        raise untranslatable()
    return value


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
