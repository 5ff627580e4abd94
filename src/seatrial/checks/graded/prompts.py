"""Prompts of judging models: versioned data files that a user can see and replace.

A file has sections, each under a line `=== NAME`; what stands above the first is `system`. `user` is the second
message and `repair` what the judge is told when its reply could not be used. A judge that asks in several stages has
`STAGE_system` and `STAGE_user` beside them. Places are `{mark}`, `{problem}` (in `repair`) and one in capitals for each
part (`{ANSWER}`), which is filled with the part between its fences, or with nothing where there is no such part.
"""

import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import msgspec

from seatrial.checks.arguments import did_you_mean
from seatrial.core.errors import Mistake
from seatrial.core.request import Message

MOST_BYTES = 200_000
"""A prompt file may have this many."""
_JUDGED = ("ANSWER", "FIRST", "SECOND", "DIALOGUE", "CLAIM", "DOCUMENT")
_SECTION = re.compile(r"^=== (\w+)[ \t]*\n", re.MULTILINE)
_PLACE = re.compile(r"\{(?:(mark|problem)|([A-Z]+))\}(\n*)")


class Prompt(msgspec.Struct, frozen=True):
    """The sections of a prompt by name; `version` changes with its text."""

    version: str
    sections: dict[str, str]

    def messages(self, parts: Mapping[str, str], stage: str = "") -> tuple[Message, ...]:
        """What a judge is asked.

        Every part stands between lines with a mark that is a digest of all parts: a text that is judged cannot know
        it, so it cannot end its own part. The same material gives the same prompt.
        """
        mark = mark_of(parts)
        system, user = (self.section(name, stage) for name in ("system", "user"))
        return Message("system", _filled(system, parts, mark)), Message("user", _filled(user, parts, mark))

    def repair(self, problem: str, stage: str = "") -> Message:
        """What a judge is told when its reply could not be used."""
        text = self.section("repair", stage)
        return Message("user", text.replace("{problem}", problem).strip())

    def section(self, name: str, stage: str = "") -> str:
        """A section of that stage; one that the stage does not have is that of the whole prompt."""
        return self.sections.get(f"{stage}_{name}", self.sections[name]) if stage else self.sections[name]


def mark_of(parts: Mapping[str, str]) -> str:
    """The mark of the fences: 16 hexadecimal digits of the SHA-256 of all parts."""
    everything = "\0".join(f"{name}\0{len(text)}\0{text}" for name, text in parts.items())
    return sha256(everything.encode("utf-8", "backslashreplace")).hexdigest()[:16]


@cache
def own_prompt(name: str) -> Prompt:
    """A prompt of ours, e.g. `rubric-1`; a changed prompt is a new file with a new name."""
    return Prompt(name, _sections(prompt_text(name)))


def prompt_text(name: str) -> str:
    """The text of a prompt of ours as it stands in its file."""
    return files("seatrial.checks").joinpath(f"prompts/{name}.txt").read_text(encoding="utf-8")


def users_prompt(path: Path, ours: Prompt) -> Prompt:
    """A user's prompt in place of ours; its version is the file's name and a digest of its text.

    Raises:
        Mistake: The file cannot be read, lacks a section or `{mark}`, or has a place that this judge does not fill.
    """
    text = _read(path)
    sections = _sections(text)
    missing = [name for name in ours.sections if not sections.get(name, "").strip() and not name.endswith("repair")]
    if missing:
        raise Mistake(f"the prompt `{path.name}` has no section `{missing[0]}`; it needs a line `=== {missing[0]}`")
    for name in (name for name in sections if name.endswith("system") and "{mark}" not in sections[name]):
        tells = "it tells the judge which fences are real"
        raise Mistake(f"the prompt `{path.name}` must hold {{mark}} in its section `{name}`: {tells}")
    known = {name for section in ours.sections.values() for name in _places(section)}
    for name in (name for section in sections.values() for name in _places(section)):
        if name not in known:
            hint = did_you_mean(name, known) or f"; known are {', '.join(sorted(known))}"
            raise Mistake(f"the prompt `{path.name}` has a place {{{name}}} that is not known{hint}")
    shown = {name for section in sections.values() for name in _places(section)}
    for name in _JUDGED:
        if name in known - shown:
            raise Mistake(f"the prompt `{path.name}` never shows {{{name}}}, which is what it is to judge")
    digest = sha256(text.encode()).hexdigest()[:8]
    return Prompt(f"{path.name}@{digest}", {**_repairs(ours), **sections})


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Mistake(f"the prompt `{path.name}` has more than {MOST_BYTES:,} bytes")
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        what = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Mistake(f"the prompt `{path.name}` cannot be read: {what}") from None


def _repairs(prompt: Prompt) -> dict[str, str]:
    return {name: text for name, text in prompt.sections.items() if name.endswith("repair")}


def _sections(text: str) -> dict[str, str]:
    first, *rest = _SECTION.split(text)
    named = dict(zip(rest[::2], rest[1::2], strict=True))
    return {"system": first, **named} if first.strip() else named


def _places(section: str) -> list[str]:
    return [found[2] for found in _PLACE.finditer(section) if found[2]]


def _filled(template: str, parts: Mapping[str, str], mark: str) -> str:
    """Replace in one pass, so that what is filled in is never looked at again."""

    def of(found: re.Match[str]) -> str:
        plain, name, breaks = found.groups()
        if plain is not None:
            return (mark if plain == "mark" else found[0][: -len(breaks) or None]) + breaks
        return f"<{name} {mark}>\n{parts[name]}\n</{name} {mark}>{breaks}" if name in parts else ""

    return _PLACE.sub(of, template).strip()
