"""What the checks are, as text for a terminal: all of them by family, or one with all that is known of it."""

import textwrap
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import msgspec

from seatrial.app.mistakes import did_you_mean
from seatrial.checks.table import CheckInfo, known_checks
from seatrial.core.errors import Mistake

FAMILIES = {
    "plain": "Plain questions about one answer",
    "combined": "Made of other checks",
    "reference": "Against a text that is known to be right",
    "meaning": "Meaning, and probabilities of words",
    "properties": "Properties of the text alone",
    "graded": "Judged by a model",
    "tools": "Tools and agents",
    "detectors": "Did an attack get through",
    "": "Of installed packages",
}
_WIDTH = 78


def check_lines(name: str | None = None) -> Iterator[str]:
    """All checks by family with what they need, what they cost and who defined them; or what is known of one.

    Raises:
        Mistake: There is no check of that name.
    """
    if name is None:
        yield from _all(known_checks())
    else:
        yield from _one(_found(name))


def check_rows(name: str | None = None) -> list[dict[str, Any]]:
    """The same for a program: a mapping for each check.

    Raises:
        Mistake: There is no check of that name.
    """
    return [
        {
            "name": check.name,
            "family": check.family,
            "summary": check.summary,
            "needs": sorted(need.value for need in check.needs),
            "cost": check.cost,
            "after": check.after,
            "arguments": check.arguments,
            "prompt": check.prompt,
        }
        for check in (known_checks() if name is None else [_found(name)])
    ]


def _found(name: str) -> CheckInfo:
    known = {check.name: check for check in known_checks()}
    if name not in known:
        raise Mistake(f"there is no check `{name}`; {did_you_mean(name, list(known))}")
    return known[name]


def _all(known: list[CheckInfo]) -> Iterator[str]:
    for family, heading in FAMILIES.items():
        members = [check for check in known if check.family == family]
        if not members:
            continue
        yield heading
        for check in members:
            yield f"  {check.name:<22} {check.cost:<6} needs {_needs(check)}"
            yield from textwrap.wrap(check.summary, _WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)
            if check.after:
                yield f"      after {check.after}"
        yield ""
    yield "free: computed at once; cheap: some milliseconds; model: another model is asked."
    yield "seatrial checks NAME says all that is known of one."


def _one(check: CheckInfo) -> Iterator[str]:
    yield f"{check.name}: {check.summary}"
    yield f"needs: {_needs(check)}; cost: {check.cost}"
    if check.after:
        yield f"after: {check.after}"
    if check.example is not None:
        yield f"example: {msgspec.json.encode(check.example.spec).decode()}"
    if check.arguments:
        yield "arguments (JSON Schema):"
        yield msgspec.json.format(msgspec.json.encode(check.arguments), indent=2).decode()
    if check.prompt:
        yield f"prompt ({check.prompt}; `prompt: FILE` puts your own in its place):"
        text = files("seatrial.checks").joinpath(f"prompts/{check.prompt}.txt").read_text(encoding="utf-8")
        yield textwrap.indent(text.rstrip(), "  ")


def _needs(check: CheckInfo) -> str:
    return ", ".join(sorted(need.value for need in check.needs)) or "nothing"
