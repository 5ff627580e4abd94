"""Texts that stand for themselves: the suite loader fills `{{ name }}` in cases, so braces of a text are veiled."""

import re
from typing import Any

_OPENING = re.compile(r"\{(?=[{%#])")


def literal(text: str) -> str:
    """A template that comes to exactly this text."""
    if "{{" not in text and "{%" not in text:
        return text
    return _OPENING.sub("{{ '{' }}", text)


def all_literal(value: Any) -> Any:
    """A structure with every text in it made literal; keys stay."""
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, dict):
        return {key: all_literal(each) for key, each in value.items()}
    return [all_literal(each) for each in value] if isinstance(value, list | tuple) else value
