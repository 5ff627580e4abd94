"""Quoting facts in an answer's text: `{fares[island]:money}` looks a value up, and a twist makes it wrong."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)((?:\.[A-Za-z0-9_-]+|\[[a-z_][a-z0-9_]*\])*)(?::(money))?\}")
_STEP = re.compile(r"\.([A-Za-z0-9_-]+)|\[([a-z_][a-z0-9_]*)\]")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_DIGIT = re.compile(r"\d")

Twist = Callable[[Any, Sequence[Any]], Any]
"""Makes another value of a fact; it also gets the values that stand beside it in its table."""


class UnknownFactError(LookupError):
    """A text quotes a fact or a slot that the persona does not have."""


def keep(value: Any, _beside: Sequence[Any]) -> Any:
    """The twist that leaves facts alone."""
    return value


def make_wrong(value: Any, beside: Sequence[Any]) -> Any:
    """A wrong value of the same type: other digits, another time, the neighbour's word, the contrary.

    A word without a neighbour stays as it is; lists and tables get wrong values throughout.
    """
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 3
    if isinstance(value, float):
        return round(value * 1.2 + math.copysign(1.7, value), 2)
    if isinstance(value, list):
        return [make_wrong(item, value) for item in value]
    if isinstance(value, dict):
        return {key: make_wrong(item, list(value.values())) for key, item in value.items()}
    text = str(value)
    if clock := _CLOCK.fullmatch(text):
        return f"{(int(clock[1]) + 1) % 24:02d}:{(int(clock[2]) + 35) % 60:02d}"
    if _DIGIT.search(text):
        return _DIGIT.sub(lambda digit: str((int(digit[0]) + 3) % 10), text)
    others = [other for other in beside if type(other) is type(value) and other != value]
    return others[0] if others else value


def multiply(factor: float) -> Twist:
    """The twist that multiplies amounts (numbers with a fraction) and leaves all else alone."""

    def twist(value: Any, _beside: Sequence[Any]) -> Any:
        return round(value * factor, 2) if isinstance(value, float) else value

    return twist


class Quoting:
    """Fills placeholders of texts from facts and slots, and remembers whether a twist changed anything.

    Args:
        facts: The persona's values, tables within tables allowed.
        slots: What the question named.
        language: Decides the decimal sign of money.
        twist: Applied to every fact that is quoted.
        twist_slots: Whether it is applied to what the question named, too.
    """

    def __init__(
        self,
        facts: Mapping[str, Any],
        slots: Mapping[str, str | int],
        language: str,
        twist: Twist = keep,
        *,
        twist_slots: bool = False,
    ) -> None:
        self._facts, self._slots, self._language, self._twist = facts, slots, language, twist
        self._twist_slots = twist_slots
        self.changed = False

    def text(self, template: str) -> str:
        """The text with every placeholder filled.

        Raises:
            UnknownFactError: A placeholder names nothing.
        """
        return _PLACEHOLDER.sub(self._shown, template)

    def value(self, template: Any) -> Any:
        """The JSON value with placeholders filled; a text that is one placeholder keeps the fact's type."""
        if isinstance(template, dict):
            return {key: self.value(inner) for key, inner in template.items()}
        if isinstance(template, list):
            return [self.value(inner) for inner in template]
        if not isinstance(template, str):
            return template
        whole = _PLACEHOLDER.fullmatch(template)
        return self._fact(whole) if whole else self.text(template)

    def _shown(self, found: re.Match[str]) -> str:
        value = self._fact(found)
        if found[3] != "money" or not isinstance(value, int | float):
            return str(value)
        text = f"{value:.2f}"
        return text if self._language in ("en", "ja") else text.replace(".", ",")

    def _fact(self, found: re.Match[str]) -> Any:
        name, path = found[1], found[2]
        value: Any
        beside: Sequence[Any]
        if not path and name in self._slots:
            value, beside, twist = self._slots[name], (), self._twist if self._twist_slots else keep
        else:
            (value, beside), twist = self._look_up(found[0], name, path), self._twist
        twisted = twist(value, beside)
        self.changed = self.changed or twisted != value
        return twisted

    def _look_up(self, shown: str, name: str, path: str) -> tuple[Any, Sequence[Any]]:
        beside: Sequence[Any] = ()
        try:
            value = self._facts[name]
            for key, slot in _STEP.findall(path):
                beside = [other for other in value.values() if not isinstance(other, dict)]
                value = value[key or str(self._slots[slot])]
        except (KeyError, AttributeError, TypeError):
            raise UnknownFactError(f"{shown} names no fact and no slot") from None
        return value, beside
