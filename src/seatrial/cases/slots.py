"""Templates with slots: `Can I bring {animal} on the {time} ferry?` and what fills them.

The tests of CheckList (Ribeiro et al., ACL 2020) are made so. `{a:animal}` puts `a` or `an` before the value; where
`{city1}` and `{city2}` stand, both are filled from `city`, with different values. `{{ name }}` is left alone: it is a
template of the suite file.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from seatrial.core.errors import Mistake

_SLOT = re.compile(r"(?<!\{)\{(?P<article>a:)?(?P<name>[^\W\d]\w*)(?:\.(?P<field>\w+))?\}(?!\})")
_NEARLY = re.compile(r"(?<!\{)\{\s*(?:\w+\s*:\s*)?[^\W\d][\w.-]*\s*\}(?!\})")
_HALF = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"\d+$")


class Filler(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value of a slot: its text, what is expected of a case that holds it, and tags for that case."""

    text: str
    expect: str | None = None
    tags: dict[str, str] = {}


class Template(msgspec.Struct, frozen=True):
    """A text with slots, each named once, in the order of their first appearance."""

    text: str
    slots: tuple[str, ...]

    def length(self, values: Mapping[str, Filler]) -> int:
        """How many characters it has about, once its slots are filled."""
        return len(self.text) + sum(len(values[found["name"]].text) for found in _SLOT.finditer(self.text))

    def filled(self, values: Mapping[str, Filler]) -> str:
        """The text with its slots filled."""

        def one(found: re.Match[str]) -> str:
            text = values[found["name"]].text
            return f"{_article(text)} {text}" if found["article"] else text

        filled = _SLOT.sub(one, self.text)
        return filled[:1].upper() + filled[1:] if self.text.startswith("{a:") else filled


def read_template(text: str) -> Template:
    """Find the slots of a template.

    Raises:
        Mistake: It is empty or no Unicode, or a slot asks for a field of its value.
    """
    if not text.strip():
        raise Mistake("the template is empty")
    if _HALF.search(text):
        raise Mistake("the template is no UTF-8")
    found = list(_SLOT.finditer(text))
    for each in found:
        if each["field"]:
            raise Mistake(f"the slot `{each[0]}` asks for a field; a slot is filled by its text")
    return Template(text, tuple(dict.fromkeys(each["name"] for each in found)))


def read_fillers(data: Any) -> dict[str, tuple[Filler, ...]]:
    """The values of slots, from a mapping of each slot to a list of texts, or of mappings with `text` and more.

    Raises:
        Mistake: It has another shape; the key says where.
    """
    if not isinstance(data, Mapping):
        raise Mistake("slots are a mapping, such as `animal: [a dog, a cat]`")
    return {str(name): _fillers(str(name), values) for name, values in data.items()}


def choices(template: Template, fillers: Mapping[str, tuple[Filler, ...]]) -> dict[str, tuple[Filler, ...]]:
    """What each slot of a template can be filled with.

    Raises:
        Mistake: A slot has no value.
    """
    found = {slot: fillers.get(slot) or fillers.get(_base(slot)) or () for slot in template.slots}
    for slot, values in found.items():
        if not values:
            known = f"known are {', '.join(fillers)}" if fillers else "no slot has one"
            raise Mistake(f"the slot `{{{slot}}}` of `{template.text[:60]}` has no value; {known}")
    return found


def fillings(found: Mapping[str, Sequence[Filler]]) -> int:
    """In how many ways slots can be filled at most; those of one base with the same values take different ones."""
    bases: dict[str, list[set[str]]] = {}
    for slot, values in found.items():
        bases.setdefault(_base(slot), []).append({filler.text for filler in values})
    return math.prod(
        math.perm(len(texts[0]), len(texts)) if all(each == texts[0] for each in texts) else math.prod(map(len, texts))
        for texts in bases.values()
    )


def near_slots(template: Template) -> list[str]:
    """What stands in braces and looks like a slot, but is none: `{ animal }`."""
    return [found[0] for found in _NEARLY.finditer(template.text) if not _SLOT.fullmatch(found[0])]


def unused(templates: Iterable[Template], fillers: Iterable[str]) -> list[str]:
    """The slots that no template has."""
    used = {name for template in templates for slot in template.slots for name in (slot, _base(slot))}
    return [name for name in fillers if name not in used]


def is_repeated(values: Mapping[str, Filler]) -> bool:
    """Whether two slots of one base (`city1`, `city2`) have the same text."""
    seen = [(_base(slot), filler.text) for slot, filler in values.items()]
    return len(set(seen)) < len(seen)


def _base(slot: str) -> str:
    return _NUMBER.sub("", slot) or slot


def _fillers(name: str, values: Any) -> tuple[Filler, ...]:
    if not isinstance(values, list):
        raise Mistake("the values of a slot are a list", key=name)
    return tuple(_whole(_filler(value, f"{name}[{i}]"), f"{name}[{i}]") for i, value in enumerate(values))


def _filler(value: Any, key: str) -> Filler:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Mapping):
        raise Mistake("a value of a slot is a text, or a mapping with `text`", key=key)
    if not isinstance(value, Mapping):
        return Filler(str(value))
    try:
        return msgspec.convert(value, Filler, strict=False)
    except msgspec.ValidationError as error:
        raise Mistake(f"{error}; a value of a slot has `text`, `expect` and `tags`", key=key) from None


def _whole(filler: Filler, key: str) -> Filler:
    if any(map(_HALF.search, (filler.text, filler.expect or "", *filler.tags, *filler.tags.values()))):
        raise Mistake("a value of a slot is no Unicode: it has half a character", key=key)
    return filler


def _article(text: str) -> str:
    """English `a` or `an`, by the letter: what is written and not what is heard."""
    return "an" if text.lower().startswith(tuple("aeiou")) else "a"
