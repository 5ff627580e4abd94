"""The prompt of the rubric judge: a versioned data file, filled by plain replacement."""

import re
from functools import cache
from hashlib import sha256
from importlib.resources import files

from seatrial.core.check import Evidence
from seatrial.core.request import Message

VERSION = "rubric-1"
"""The data file's name; a changed prompt is a new file with a new name."""
MOST_CHARACTERS = 60_000
"""What is judged may have this many characters altogether; a judge would not read more with care."""
_SECTION = re.compile(r"^=== (\w+)\n", re.MULTILINE)
_PLACE = re.compile(r"\{(mark|rubric|question|optional|answer|problem)\}")


@cache
def _sections() -> dict[str, str]:
    text = files("seatrial.checks").joinpath(f"prompts/{VERSION}.txt").read_text(encoding="utf-8")
    first, *rest = _SECTION.split(text)
    return {"system": first, **dict(zip(rest[::2], rest[1::2], strict=True))}


def messages_for(rubric: str, evidence: Evidence) -> tuple[Message, ...]:
    """What the judge is asked.

    Every part stands between lines with a mark that is a digest of all parts: a text that is judged cannot know it,
    so it cannot end its own part. The same material gives the same prompt.
    """
    parts = {"QUESTION": evidence.interaction.request.question, "ANSWER": evidence.text}
    if evidence.expected:
        parts["EXPECTED"] = "\nor\n".join(evidence.expected)
    if evidence.context:
        parts["CONTEXT"] = "\n\n".join(evidence.context)
    everything = "\0".join([rubric, *parts.values()]).encode("utf-8", "backslashreplace")
    mark = sha256(everything).hexdigest()[:16]
    optional = "".join(
        f"\n<{name} {mark}>\n{parts[name]}\n</{name} {mark}>\n" for name in ("EXPECTED", "CONTEXT") if name in parts
    )
    values = {"mark": mark, "rubric": rubric, "question": parts["QUESTION"], "answer": parts["ANSWER"]}
    system, user = (_filled(_sections()[name], {**values, "optional": optional}) for name in ("system", "user"))
    return Message("system", system), Message("user", user)


def repair_message(problem: str) -> Message:
    """What the judge is told when its reply could not be used."""
    return Message("user", _filled(_sections()["repair"], {"problem": problem}))


def size(rubric: str, evidence: Evidence) -> int:
    """How many characters the judge has to read, its instructions aside."""
    texts = [rubric, evidence.interaction.request.question, evidence.text, *evidence.expected, *evidence.context]
    return sum(map(len, texts))


def _filled(template: str, values: dict[str, str]) -> str:
    """Replace in one pass, so that what is filled in is never looked at again."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), template).strip()
