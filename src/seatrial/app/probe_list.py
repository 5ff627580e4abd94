"""What the probes are, as text for a terminal: all of them by kind, or one with what it makes of its example."""

import textwrap
from collections.abc import Iterator
from typing import Any, NamedTuple

from seatrial.app.mistakes import did_you_mean
from seatrial.core.case import Case
from seatrial.core.errors import Mistake
from seatrial.core.probe import Dose, Probe
from seatrial.core.request import Message
from seatrial.probes.table import known_probes

KINDS = {
    "robustness": "Robustness: the same question, worded worse",
    "attack": "Attack: attempts to make the target do what it must not",
    "fairness": "Fairness: the same question, asked by or about someone else",
}
EXPECTS = {
    "same_answer": "the same verdict as on the original",
    "refusal": "a refusal",
    "asks_back": "a question back",
    "no_crash": "any answer",
    "no_leak": "that the attack does not succeed",
}
_TAXONOMIES = ("owasp", "owasp_2025", "atlas")
_WIDTH = 100
_LONGEST = 200
"""Characters of an example in the list of all; where one probe is explained, ten times as many."""
_SHOWN = Dose(3, 0.5)
_ALL = Dose(24, 0.5)
"""Enough children for every technique of an attack to be among them."""


class Shown(NamedTuple):
    """A Probe with what it makes of its example."""

    kind: str
    probe: Probe
    before: str
    made: list[str]
    taxonomy: list[str]


def probe_lines(name: str | None = None) -> Iterator[str]:
    """All probes by kind with what they expect and an example; or what is known of those of one name.

    Raises:
        Mistake: There is no probe of that name.
    """
    shown = _named(name)
    if name is not None:
        for each in shown:
            yield from _one(each)
        return
    for kind in dict.fromkeys(each.kind for each in shown):
        yield KINDS.get(kind, kind)
        for each in shown:
            if each.kind == kind:
                yield from _in_list(each)
        yield ""
    yield "seatrial probes --explain FAMILY shows more of one; `probes:` in the suite file chooses them."


def probe_rows(name: str | None = None) -> list[dict[str, Any]]:
    """The same for a program: a mapping for each probe.

    Raises:
        Mistake: There is no probe of that name.
    """
    return [
        {
            "kind": each.kind,
            "name": each.probe.name,
            "summary": _of(each.probe, "summary"),
            "expects": each.probe.expects,
            "after": _of(each.probe, "after"),
            "taxonomy": each.taxonomy,
            "example": {"before": each.before, "after": each.made},
        }
        for each in _named(name)
    ]


def _named(name: str | None) -> list[Shown]:
    known = list(known_probes())
    chosen = [(kind, probe) for kind, probe in known if name in (None, probe.name)]
    if not chosen:
        names = list(dict.fromkeys(probe.name for _, probe in known))
        raise Mistake(f"there is no probe `{name}`; {did_you_mean(name or '', names)}")
    return [_shown(kind, probe) for kind, probe in chosen]


def _shown(kind: str, probe: Probe) -> Shown:
    example = getattr(probe, "example", None)
    if isinstance(example, str):
        example = Case(id="example", turns=(Message("user", example),))
    if not isinstance(example, Case):
        return Shown(kind, probe, "", [], [])
    made = [_new_text(child, example) for child in probe.children(example, _SHOWN)]
    tags = (child.tags.get(key) for child in probe.children(example, _ALL) for key in _TAXONOMIES)
    return Shown(kind, probe, example.turns[-1].content, made, sorted({tag for tag in tags if tag}))


def _new_text(child: Case, original: Case) -> str:
    """The turns that the original does not have, in one text."""
    new = [turn.content for turn in child.turns if turn not in original.turns]
    return "\n".join(new or [child.turns[-1].content])


def _in_list(each: Shown) -> Iterator[str]:
    yield f"  {each.probe.name}"
    yield from _wrapped(_of(each.probe, "summary"))
    if each.probe.expects != "same_answer":
        yield from _wrapped(f"expects {EXPECTS[each.probe.expects]}")
    if each.taxonomy:
        yield from _wrapped(", ".join(each.taxonomy))
    if each.made:
        yield from _wrapped(f"{visible(each.before, _LONGEST)} -> {visible(each.made[0], _LONGEST)}")


def _one(each: Shown) -> Iterator[str]:
    yield f"{each.probe.name} ({each.kind}): {_of(each.probe, 'summary')}"
    yield f"expects: {EXPECTS[each.probe.expects]}"
    if after := _of(each.probe, "after"):
        yield f"after: {after}"
    if each.taxonomy:
        yield f"taxonomy: {', '.join(each.taxonomy)}"
    if each.made:
        yield f"example: {visible(each.before, 10 * _LONGEST)}"
        yield from (f"becomes: {visible(text, 10 * _LONGEST)}" for text in each.made)


def visible(text: str, longest: int) -> str:
    """A text with what cannot be seen as escapes, and its middle left out where it is too long.

    Left-to-right overrides and control characters of an example must not reach the terminal.
    """
    if len(text) > longest:
        text = f"{text[: longest // 2]} ... {text[-longest // 2 :]}"
    seen = "".join([sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text])
    return seen if seen.strip() else f'"{seen}"'


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)


def _of(probe: Probe, attribute: str) -> str:
    return str(getattr(probe, attribute, ""))
