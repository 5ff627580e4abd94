"""Jinja templates: chat templates of language models, and others. They are parsed into a tree and never rendered."""

import re
from collections.abc import Iterator
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.formats import jinja_rules as rules
from seatrial.scan.part import Part

LONGEST: Final = 250_000
_SUFFIXES: Final = (".jinja", ".jinja2", ".j2")
_CHAT: Final = re.compile(r"\bmessages\b|\badd_generation_prompt\b|\bbos_token\b")
"""Words that a chat template has, and few others; the tree decides what they are."""
_RAW: Final = re.compile(
    r"\{[{%][^}]{0,300}?(__(?:class|globals|builtins|subclasses|import|mro|bases?|init)__|popen\s*\()"
)
PER_RULE: Final = 20


def recognise(part: Part) -> bool:
    """A name of Jinja's, or a text that begins as a template and speaks of messages."""
    if part.name.lower().endswith(_SUFFIXES):
        return b"\x00" not in part.blob.read(0, 4096)
    head = part.blob.read(0, 256).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith((b"{%", b"{{", b"{#")) or part.blob.read(LONGEST, 1):
        return False
    try:
        text = part.blob.read(0, LONGEST).decode()
    except UnicodeDecodeError:
        return False
    return _CHAT.search(text) is not None or rules.DUNDER.search(text) is not None


def inspect(part: Part) -> Iterator[Finding]:
    """A template that is a file of its own."""
    yield from template_findings(part, chat=False)


def template_findings(part: Part, *, chat: bool = True) -> Iterator[Finding]:
    """What a template would do.

    Args:
        part: Its text, in UTF-8.
        chat: It is a model's chat template, which is rendered without other files.

    Raises:
        Unreadable: It cannot be parsed.
    """
    # Loading Jinja2 takes as long as scanning a small file.
    from seatrial.scan.formats.jinja_judgement import Judge, is_chat
    from seatrial.scan.formats.jinja_reading import TooNested, parse
    from seatrial.scan.formats.jinja_values import Constants

    text = part.blob.read(0, LONGEST + 1).decode("utf-8", "replace")
    try:
        template = parse(text)
    except TooNested as reason:
        yield part.finding(rules.NESTED, str(reason))
        return
    except Unreadable:
        for match in _RAW.finditer(text[:LONGEST]):
            yield part.finding(rules.ESCAPE, match[0][-200:], line=text.count("\n", 0, match.start()) + 1)
            break
        raise
    judge = Judge(part, text, Constants(template), chat or is_chat(template))
    told: dict[str, int] = {}
    for finding in judge.findings(template):
        told[finding.id] = told.get(finding.id, 0) + 1
        if told[finding.id] <= PER_RULE:
            yield finding


JINJA = Format("jinja", "Jinja templates, chat templates among them", recognise, inspect, rules.RULES)
