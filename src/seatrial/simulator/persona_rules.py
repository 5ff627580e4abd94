"""What must hold in a persona file beyond types: names that other parts name, texts that can be filled."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from seatrial.simulator.facts import Quoting, UnknownFactError
from seatrial.simulator.language import known_languages, words_of
from seatrial.simulator.persona_record import Persona
from seatrial.simulator.schema import Entry, Tool
from seatrial.simulator.yaml_source import Place


def broken_rule(persona: Persona) -> tuple[str, Place] | None:
    """The first rule that a persona breaks, as a sentence and the key path it is broken at; None when all hold."""
    return next(itertools.chain(_top(persona), _twice(persona), _entries(persona)), None)


def _top(persona: Persona) -> Iterator[tuple[str, Place]]:
    if not persona.languages:
        yield "name at least one language", ("languages",)
    for index, language in enumerate(persona.languages):
        if language not in known_languages():
            known = ", ".join(sorted(known_languages()))
            yield f"the language {language!r} can not be told from others; known are {known}", ("languages", index)
    for name, slot in persona.slots.items():
        if not slot.words and slot.pattern is None:
            yield "a slot needs words or a pattern", ("slots", name)
        for value, words in slot.words.items():
            if (wrong := _phrase(words)) is not None:
                yield f"{wrong!r} is not one word", ("slots", name, "words", value)


def _twice(persona: Persona) -> Iterator[tuple[str, Place]]:
    labels = [fault.label for fault in persona.faults]
    for index, label in enumerate(labels):
        if label in labels[:index]:
            yield f"two faults are called {label!r}; give one of them another name", ("faults", index)
    ids = Counter(entry.id for entry in (*persona.knowledge, *persona.refuses))
    for part, entries in (("knowledge", persona.knowledge), ("refuses", persona.refuses)):
        for index, entry in enumerate(entries):
            if ids[entry.id] > 1:
                yield f"two entries have the id {entry.id!r}", (part, index, "id")


def _entries(persona: Persona) -> Iterator[tuple[str, Place]]:
    for index, entry in enumerate(persona.knowledge):
        yield from _entry(persona, entry, ("knowledge", index))
    for index, entry in enumerate(persona.refuses):
        yield from _entry(persona, entry, ("refuses", index))


def _entry(persona: Persona, entry: Entry, place: Place) -> Iterator[tuple[str, Place]]:
    for position, need in enumerate(entry.needs):
        if need not in persona.slots:
            yield f"{need!r} is no slot of this persona", (*place, "needs", position)
        elif need not in persona.dialogues:
            yield f"dialogues must say how to ask back for {need!r}", (*place, "needs", position)
    for part, texts in (("keywords", entry.keywords), ("answers", entry.answers)):
        for language in texts:
            if language not in persona.languages:
                yield f"{language!r} is not among the persona's languages", (*place, part, language)
    yield from _keywords(entry, place)
    for key, text in _texts(entry):
        if problem := _unfillable(persona, entry, text):
            yield problem, (*place, *key)


def _phrase(words: Iterable[str]) -> str | None:
    """The first that is not one word: questions are read word by word, so that nothing would ever meet it."""
    return next((word for word in words if len(words_of(word)) != 1), None)


def _keywords(entry: Entry, place: Place) -> Iterator[tuple[str, Place]]:
    for language, items in entry.keywords.items():
        for position, item in enumerate(items):
            if (wrong := _phrase(item.split("|"))) is not None:
                what = f"the keyword {wrong!r} is not one word; give each word of a phrase an item of its own"
                yield what, (*place, "keywords", language, position)


def _texts(entry: Entry) -> Iterator[tuple[Place, Any]]:
    yield from ((("answers", language), text) for language, text in entry.answers.items())
    if entry.json is not None:
        yield ("json",), entry.json
    if entry.tool is not None:
        yield from _tool(entry.tool, ("tool",))


def _tool(tool: Tool, place: Place) -> Iterator[tuple[Place, Any]]:
    yield (*place, "arguments"), tool.arguments
    for language, text in tool.done.items():
        yield (*place, "done", language), text.replace("{result}", "")
    if tool.then is not None:
        yield from _tool(tool.then, (*place, "then"))


def _unfillable(persona: Persona, entry: Entry, text: Any) -> str | None:
    """Why a text can not be filled for some values of the slots that the entry is sure to have."""
    names = [name for name, slot in persona.slots.items() if name in entry.needs or slot.default is not None]
    choices = [list(persona.slots[name].words) or ["1"] for name in names]
    patterned = {name for name in names if persona.slots[name].pattern is not None}
    for values in itertools.islice(itertools.product(*choices), 200):
        slots: dict[str, str | int] = dict(zip(names, values, strict=True))
        try:
            Quoting(persona.facts, slots, "en").value(text)
        except UnknownFactError as error:
            if not any(f"[{name}]" in str(error) for name in patterned):
                return str(error)
    return None
