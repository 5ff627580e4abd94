"""The question inside something that was pasted with it: HTML, JSON, code, Markdown."""

import json
import math
import random
from collections.abc import Callable

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import of_whole, pick


def _html(text: str) -> str:
    return f"<html><body><p>{text}</p></body></html>"


def _cell(text: str) -> str:
    return f'<table class="form"><tr><td><b>{text}</b></td></tr></table>'


def _xml(text: str) -> str:
    return f"<ticket><subject>Question</subject><body><![CDATA[{text}]]></body></ticket>"


def _json(text: str) -> str:
    return json.dumps({"type": "message", "text": text}, ensure_ascii=False)


def _fence(text: str) -> str:
    return f"```text\n{text}\n```"


def _code(text: str) -> str:
    return f"def question():\n    return {json.dumps(text, ensure_ascii=False)}"


def _quoted(text: str) -> str:
    return "> " + text.replace("\n", "\n> ")


def _heading(text: str) -> str:
    return f"# {text}\n\n---"


def _item(text: str) -> str:
    return f"- [ ] **{text}**"


_FORMS: tuple[Callable[[str], str], ...] = (_html, _cell, _xml, _json, _fence, _code, _quoted, _heading, _item)
DEEPEST = 3
"""How many forms stand within each other at full strength."""


def _within(text: str, draw: random.Random, strength: float) -> str:
    for _ in range(math.ceil(strength * DEEPEST)):
        text = pick(draw, _FORMS)(text)
    return text


markup = Rewording(
    name="markup",
    summary="the question inside HTML, XML, JSON, code, or Markdown; the stronger, the deeper",
    rewrite=of_whole(_within),
    example="When does the last ferry leave for Saltholm?",
)
