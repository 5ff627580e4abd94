"""Finding the entry that answers a question: keywords by language, typos tolerated, slots filled."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from seatrial.simulator.language import detect, normalise, one_edit_apart, words_of
from seatrial.simulator.persona_record import Persona
from seatrial.simulator.schema import Entry, Slot

MAX_CHARACTERS = 4_000  # of one message: matching must stay quick whatever is sent
MAX_TURNS = 20
SHORTEST_MENDED = 5  # letters of a keyword that tolerates a typo; shorter words have too many true neighbours


class Match(msgspec.Struct, frozen=True):
    """What a question was understood as."""

    language: str
    entry: Entry | None = None
    slots: dict[str, str | int] = {}
    missing: str | None = None
    refused: bool = False
    typo: bool = False
    paraphrase: bool = False


class _Hit(NamedTuple):
    exact: bool
    usual: bool


class _Item(NamedTuple):
    """One thing that a question must hold, in any of its wordings."""

    alternatives: tuple[str, ...]

    def hit(self, words: Sequence[str]) -> _Hit | None:
        """How the words meet this item: exact and usual wordings are preferred."""
        for exact in (True, False):
            for position, keyword in enumerate(self.alternatives):
                if any(_meets(word, keyword, exact) for word in words):
                    return _Hit(exact, position == 0)
        return None


class _Known(NamedTuple):
    entry: Entry
    items: tuple[_Item, ...]
    refused: bool


def _meets(word: str, keyword: str, exact: bool) -> bool:
    beginning = keyword.removesuffix("*")
    if exact:
        return word.startswith(beginning) if keyword != beginning else word == keyword
    if len(beginning) < SHORTEST_MENDED or len(word) < SHORTEST_MENDED - 1:
        return False
    if keyword == beginning:
        return one_edit_apart(word, keyword)
    return any(one_edit_apart(word[: len(beginning) + more], beginning) for more in (-1, 0, 1))


def _items(keywords: Sequence[str]) -> tuple[_Item, ...]:
    return tuple(
        _Item(tuple(normalise(word) + ("*" if word.endswith("*") else "") for word in item.split("|")))
        for item in keywords
    )


class Knowledge:
    """A persona's entries, ready to be searched.

    Args:
        persona: Whose knowledge it is.
    """

    def __init__(self, persona: Persona) -> None:
        self._languages = persona.languages
        self._slots = persona.slots
        self._known: dict[str, list[_Known]] = {
            language: [
                _Known(entry, _items(entry.keywords[language]), refused)
                for refused, entries in ((True, persona.refuses), (False, persona.knowledge))
                for entry in entries
                if entry.keywords.get(language)
            ]
            for language in persona.languages
        }

    def match(self, turns: Sequence[str]) -> Match:
        """Understand the last of the user's turns; where it says too little, together with the turns before it."""
        recent = [turn[:MAX_CHARACTERS] for turn in turns[-MAX_TURNS:]]
        language = self._language(recent)
        for count in range(1, len(recent) + 1):
            considered = recent[-count:]
            found = self._best(language, [word for turn in considered for word in words_of(turn)])
            if found is not None:
                return self._fill(language, found, considered)
        return Match(language)

    def _language(self, turns: Sequence[str]) -> str:
        for turn in reversed(turns):
            if language := detect(words_of(turn), self._languages):
                return language
        return self._languages[0]

    def _best(self, language: str, words: Sequence[str]) -> tuple[_Known, list[_Hit]] | None:
        unique = tuple(dict.fromkeys(words))
        best: tuple[_Known, list[_Hit]] | None = None
        for known in self._known[language]:
            hits = [hit for item in known.items if (hit := item.hit(unique)) is not None]
            more = best is None or (len(hits), sum(hit.exact for hit in hits)) > (
                len(best[1]),
                sum(hit.exact for hit in best[1]),
            )
            if len(hits) == len(known.items) and more:
                best = known, hits
        return best

    def _fill(self, language: str, found: tuple[_Known, list[_Hit]], turns: Sequence[str]) -> Match:
        known, hits = found
        slots: dict[str, str | int] = {}
        typo = not all(hit.exact for hit in hits)
        for name, slot in self._slots.items():
            value, exact = _slot_value(slot, turns)
            typo = typo or (not exact and name in known.entry.needs)
            if value is not None:
                slots[name] = value
        missing = next((name for name in known.entry.needs if name not in slots), None)
        paraphrase = not all(hit.usual for hit in hits)
        return Match(language, known.entry, slots, missing, known.refused, typo, paraphrase)


def _slot_value(slot: Slot, turns: Sequence[str]) -> tuple[str | int | None, bool]:
    """What the latest turn that names a slot says, and whether it was read without mending a typo."""
    for turn in reversed(turns):
        value, exact = _named(slot, turn)
        if value is not None:
            return _typed(slot, value), exact
    return None if slot.default is None else _typed(slot, slot.default), True


def _typed(slot: Slot, value: str) -> str | int:
    return int(value) if slot.integer and value.isdecimal() else value


def _named(slot: Slot, turn: str) -> tuple[str | None, bool]:
    if slot.pattern is not None and (found := slot.pattern.search(turn)):
        return (found[1] if found.re.groups else found[0]).upper()[:40], True
    words = words_of(turn)
    for exact in (True, False):
        for value, names in slot.words.items():
            if any(_meets(word, normalise(name), exact) for word in words for name in names):
                return value, exact
    return None, True
