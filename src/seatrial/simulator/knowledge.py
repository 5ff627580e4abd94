"""Finding the entry that answers a question: keywords by language, typos tolerated, slots filled."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from seatrial.simulator.language import detect, normalise, one_edit_apart, words_of
from seatrial.simulator.mending import Mender
from seatrial.simulator.persona_record import Persona
from seatrial.simulator.reading import legible
from seatrial.simulator.schema import Entry, Slot

MAX_CHARACTERS = 4_000  # of one message: matching must stay quick whatever is sent
MAX_TURNS = 20
MAX_WORDS = 20_000  # kept with what they meet
SHORTEST_MENDED = 5  # letters of a keyword that tolerates a typo; shorter words have too many true neighbours


SMALL_TALK = frozenset({"small_talk", ""})
"""Topics that may hide another question behind a greeting or thanks."""
LONG = 300
"""Characters before the last paragraph from which on that is read by itself."""
_WORD = re.compile(r"[^\W\d_]+")


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

    def hit(self, met: Mapping[str, bool]) -> _Hit | None:
        """How the keywords that were met fit this item: exact and usual wordings are preferred."""
        for exact in (True, False):
            for position, keyword in enumerate(self.alternatives):
                if keyword in met and met[keyword] >= exact:
                    return _Hit(exact, position == 0)
        return None


class _Known(NamedTuple):
    entry: Entry
    items: tuple[_Item, ...]
    refused: bool

    def hits(self, met: Mapping[str, bool]) -> list[_Hit] | None:
        """The hits of all items, or None when one of them is missed."""
        found = []
        for item in self.items:
            hit = item.hit(met)
            if hit is None:
                return None
            found.append(hit)
        return found


class _Vocabulary:
    """The keywords of one language, and which of them a word meets; what was found out is kept for later questions."""

    def __init__(self, keywords: Iterable[str]) -> None:
        self._keywords = sorted(set(keywords))
        self._known: dict[str, dict[str, bool]] = {}

    def met(self, words: Iterable[str]) -> dict[str, bool]:
        """The keywords that some word meets, each with whether one of the words meets it exactly."""
        found: dict[str, bool] = {}
        for word in set(words):
            for keyword, exact in self._meets(word).items():
                found[keyword] = exact or found.get(keyword, False)
        return found

    def _meets(self, word: str) -> dict[str, bool]:
        if word not in self._known:
            if len(self._known) >= MAX_WORDS:
                self._known.clear()
            exactly = {keyword: True for keyword in self._keywords if _meets(word, keyword, exact=True)}
            mended = {keyword: False for keyword in self._keywords if _meets(word, keyword, exact=False)}
            self._known[word] = mended | exactly
        return self._known[word]


def _meets(word: str, keyword: str, *, exact: bool) -> bool:
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


class _NamedSlot:
    """A slot whose words are ready to be met."""

    def __init__(self, slot: Slot) -> None:
        self._slot = slot
        self._names = {normalise(name): value for value, names in slot.words.items() for name in names}
        self._vocabulary = _Vocabulary(self._names)

    def value(self, turns: Sequence[str]) -> tuple[str | int | None, bool]:
        """What the latest turn that names it says, and whether that was read without mending a typo."""
        for turn in reversed(turns):
            value, exact = self._named(turn)
            if value is not None:
                return self._typed(value), exact
        default = self._slot.default
        return None if default is None else self._typed(default), True

    def _typed(self, value: str) -> str | int:
        return int(value) if self._slot.integer and value.isdecimal() else value

    def _named(self, turn: str) -> tuple[str | None, bool]:
        pattern = self._slot.pattern
        if pattern is not None and (found := pattern.search(turn)):
            group = found[1] if found.re.groups else None
            return (found[0] if group is None else group).upper()[:40], True
        met = self._vocabulary.met(words_of(turn)) if self._names else {}
        for exact in (True, False):
            for name, value in self._names.items():
                if met.get(name) is exact:
                    return value, exact
        return None, True


class Knowledge:
    """A persona's entries, ready to be searched.

    Args:
        persona: Whose knowledge it is.
    """

    def __init__(self, persona: Persona) -> None:
        self._languages, self._readings, self._patient = persona.languages, persona.readings, persona.patient
        self._familiar = frozenset(persona.familiar.casefold().split())
        self._slots = {name: _NamedSlot(slot) for name, slot in persona.slots.items()}
        self._known: dict[str, list[_Known]] = {
            language: [
                _Known(entry, _items(entry.keywords[language]), refused)
                for refused, entries in ((True, persona.refuses), (False, persona.knowledge))
                for entry in entries
                if entry.keywords.get(language)
            ]
            for language in persona.languages
        }
        self._vocabularies = {
            language: _Vocabulary(word for known in entries for item in known.items for word in item.alternatives)
            for language, entries in self._known.items()
        }

        named = [name for slot in persona.slots.values() for names in slot.words.values() for name in names]
        self._menders = {
            language: Mender(
                language,
                [*named, *(word for known in entries for item in known.items for word in item.alternatives)],
                words_of(persona.lexicon.get(language, "")),
                [word for other, text in persona.lexicon.items() if other != language for word in words_of(text)],
            )
            for language, entries in self._known.items()
            if persona.patient
        }

    def is_unfamiliar(self, text: str) -> bool:
        """Whether a text holds a word that is not among the persona's familiar ones; never without any."""
        if not self._familiar:
            return False
        return any(word not in self._familiar for word in _WORD.findall(text.casefold()))

    def match(self, turns: Sequence[str]) -> Match:
        """Understand the last of the user's turns; where it says too little, together with the turns before it.

        A patient persona makes them legible, mends words that nobody knows, and tries other languages before it gives
        up.
        """
        if not self._patient:
            recent = [turn[:MAX_CHARACTERS] for turn in turns[-MAX_TURNS:]]
            return self._understood(self._language(recent), recent)
        recent = [part for turn in turns[-MAX_TURNS:] for part in self._parts(turn)]
        ranked = self._ranked(recent)
        plain = self._understood(ranked[0], recent)
        mender = self._menders[ranked[0]]
        mended = self._understood(ranked[0], [mender.mended(turn) for turn in recent])
        first = plain if mended.entry is None else msgspec.structs.replace(mended, typo=mended.typo or mended != plain)
        if first.entry is not None and first.entry.topic not in SMALL_TALK:
            return first
        harder = self._understood(ranked[0], [mender.mended(turn, foreign=True) for turn in recent])
        others = (harder, *(self._understood(language, recent) for language in ranked[1:]))
        return next((each for each in others if each.entry and each.entry.topic not in SMALL_TALK), first)

    def _parts(self, turn: str) -> list[str]:
        """A message as one or, where it is long, its last paragraph behind the rest."""
        text = legible(turn, self._languages, self._readings)
        before, gap, last = text.rpartition("\n\n")
        return [before, last] if gap and len(before) >= LONG and last.strip() else [text]

    def _understood(self, language: str, recent: Sequence[str]) -> Match:
        for count in range(1, len(recent) + 1):
            considered = recent[-count:]
            found = self._best(language, [word for turn in considered for word in words_of(turn)])
            if found is not None:
                return self._fill(language, found, considered)
        return Match(language)

    def _ranked(self, turns: Sequence[str]) -> list[str]:
        """The languages, the one that is spoken first; words that nobody knows count where they can be mended."""
        first = self._language(turns)
        last = next((words for turn in reversed(turns) if (words := words_of(turn))), [])
        known = {language: mender.knows(last) for language, mender in self._menders.items()}
        return sorted(self._languages, key=lambda each: (-known[each], each != first))

    def _language(self, turns: Sequence[str]) -> str:
        for turn in reversed(turns):
            if language := detect(words_of(turn), self._languages):
                return language
        return self._languages[0]

    def _best(self, language: str, words: Sequence[str]) -> tuple[_Known, list[_Hit]] | None:
        met = self._vocabularies[language].met(words)
        best: tuple[_Known, list[_Hit]] | None = None
        most = (0, 0)
        for known in self._known[language]:
            hits = known.hits(met)
            if hits is not None and (len(hits), sum(hit.exact for hit in hits)) > most:
                best, most = (known, hits), (len(hits), sum(hit.exact for hit in hits))
        return best

    def _fill(self, language: str, found: tuple[_Known, list[_Hit]], turns: Sequence[str]) -> Match:
        known, hits = found
        slots: dict[str, str | int] = {}
        typo = not all(hit.exact for hit in hits)
        for name, slot in self._slots.items():
            value, exact = slot.value(turns)
            typo = typo or (not exact and name in known.entry.needs)
            if value is not None:
                slots[name] = value
        missing = next((name for name in known.entry.needs if name not in slots), None)
        paraphrase = not all(hit.usual for hit in hits)
        return Match(language, known.entry, slots, missing, known.refused, typo, paraphrase)
