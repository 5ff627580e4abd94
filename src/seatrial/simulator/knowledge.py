"""Finding the entry that answers a question: keywords by language, typos tolerated, slots filled."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

import msgspec

from seatrial.simulator.language import detect, is_unspaced, normalise, one_edit_apart, words_of
from seatrial.simulator.mending import Mender
from seatrial.simulator.neighbours import Neighbours
from seatrial.simulator.persona_record import Persona
from seatrial.simulator.reading import legible
from seatrial.simulator.schema import Entry, Slot

MAX_CHARACTERS = 4_000  # of one message: matching must stay quick whatever is sent
MAX_TURNS = 20
MAX_WORDS = 20_000  # kept with what they meet
SHORTEST_MENDED = 5  # letters of a keyword that tolerates a typo; shorter words have too many true neighbours


SHORTEST_LOOSE = 3  # letters of a word that is taken for another one when nothing else makes sense


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
    items: int = 0
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
        self._neighbours = Neighbours(
            [each for each in self._keywords if len(each) > SHORTEST_LOOSE and each.isalpha()]
        )
        self._known: dict[str, dict[str, bool]] = {}

    def met(self, words: Iterable[str], settled: Set[str] = frozenset(), *, loosely: bool = False) -> dict[str, bool]:
        """The keywords that some word meets, each with whether one of the words meets it exactly.

        Words that are `settled` are no slips of others. Loosely, a word of three letters meets a keyword that is two
        slips away, too.
        """
        found: dict[str, bool] = {}
        for word in set(words):
            for keyword, exact in self._meets(word).items():
                if exact or word not in settled:
                    found[keyword] = exact or found.get(keyword, False)
            if loosely and len(word) >= SHORTEST_LOOSE:
                found = dict.fromkeys(self._near(word), False) | found
        return found

    def _near(self, word: str) -> list[str]:
        return self._neighbours.one_apart(word) + self._neighbours.two_apart(word)

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
    if is_unspaced(beginning):
        return exact and beginning in word
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

    def said(self, turns: Sequence[str]) -> str | int | None:
        """What the latest turn says that names it, word for word."""
        named = (self._named(turn) for turn in reversed(turns))
        return next((self._typed(value) for value, exact in named if exact and value is not None), None)

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
        self._asks = frozenset(persona.dialogues)
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
        recent = self._recent(turns)
        ranked = self._ranked(recent)
        plain = self._understood(ranked[0], recent)
        mender = self._menders[ranked[0]]
        mended = self._understood(ranked[0], [mender.mended(turn) for turn in recent])
        first = self._preferred(plain, mended, recent)
        sure = not first.typo or first.items > 1
        if sure and first.entry is not None and first.entry.topic not in SMALL_TALK and first.missing is None:
            return first
        guesses = list(self._guesses(ranked, recent))
        if first.missing is not None:
            guesses = guesses[: len(ranked)]
        elif first.entry is not None and first.entry.topic in SMALL_TALK:
            guesses = guesses[: len(ranked) - 1]
        found = next((each for each in guesses if _better(each, first)), first)
        known = (each for each in guesses if each.entry is not None and not each.typo)
        greetings = (each for each in known if each.entry is not None and each.entry.topic in SMALL_TALK)
        return next(greetings, found) if found.entry is None else found

    def _preferred(self, plain: Match, mended: Match, recent: Sequence[str]) -> Match:
        """What was understood of mended words, unless the words as they stand say as much about something else."""
        if mended.entry is None or plain.entry is None:
            return plain if mended.entry is None else msgspec.structs.replace(mended, typo=True)
        if plain.entry is mended.entry:
            said = {name: slot.said(recent) for name, slot in self._slots.items()}
            slots = mended.slots | {name: value for name, value in said.items() if value is not None}
            return msgspec.structs.replace(mended, slots=slots, typo=mended.typo or slots != plain.slots or plain.typo)
        small_talk = plain.entry.topic in SMALL_TALK
        if not plain.typo and (mended.missing is not None if small_talk else plain.items >= mended.items):
            slots = plain.slots if plain.missing is not None else mended.slots | plain.slots
            return msgspec.structs.replace(plain, slots=slots)
        return msgspec.structs.replace(mended, typo=True)

    def _guesses(self, ranked: Sequence[str], recent: Sequence[str]) -> Iterator[Match]:
        """What else may be meant: in other languages, with foreign words mended, and with words two slips away."""
        yield from (self._understood(language, recent) for language in ranked[1:])
        mended = [self._menders[ranked[0]].mended(turn, foreign=True) for turn in recent]
        yield self._understood(ranked[0], mended)
        both = [f"{turn}\n{other}" for turn, other in zip(recent, mended, strict=True)]
        loose = self._understood(ranked[0], both, loosely=True)
        if loose.missing is None:
            yield loose

    def _recent(self, turns: Sequence[str]) -> list[str]:
        """The latest messages made legible; of a long one, what stands before its last paragraph counts least."""
        stories, said = list[str](), list[str]()
        for turn in turns[-MAX_TURNS:]:
            text = legible(turn, (self._language([turn]),), self._readings)
            before, gap, last = text.rpartition("\n\n")
            if gap and len(before) >= LONG and last.strip():
                stories.append(before)
                text = last
            said.append(text)
        return stories + said

    def _understood(self, language: str, recent: Sequence[str], *, loosely: bool = False) -> Match:
        for count in range(1, len(recent) + 1):
            considered = recent[-count:]
            words = [word for turn in considered for word in words_of(turn)]
            found = self._best(language, words, loosely=loosely)
            if found is not None and count < len(recent) and self._goes_on(found[0].entry, considered[0]):
                continue
            if found is not None:
                return self._fill(language, found, considered)
        return Match(language)

    def _goes_on(self, entry: Entry, turn: str) -> bool:
        """Whether small talk comes with something that was asked for before: a name or a number."""
        asked = [slot for name, slot in self._slots.items() if name in self._asks]
        return entry.topic in SMALL_TALK and any(slot.value([turn])[0] is not None for slot in asked)

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

    def _best(self, language: str, words: Sequence[str], *, loosely: bool = False) -> tuple[_Known, list[_Hit]] | None:
        mender = self._menders.get(language)
        settled = mender.settled if mender is not None and not loosely else frozenset[str]()
        met = self._vocabularies[language].met(words, settled, loosely=loosely)
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
        return Match(language, known.entry, slots, len(hits), missing, known.refused, typo, paraphrase)


def _better(guess: Match, first: Match) -> bool:
    """Whether a guess says more: of nothing anything, of small talk no refusal, of a question with a gap one without.

    A guess at another question than the one with a gap must have more of its words; than one that was met by a single
    mended word, two more.
    """
    if guess.entry is None or guess.entry.topic in SMALL_TALK:
        return False
    if first.entry is None:
        return True
    if first.missing is None and first.entry.topic not in SMALL_TALK:
        return guess.missing is None and guess.items > first.items + 1
    if first.entry.topic in SMALL_TALK:
        return not guess.refused and guess.missing is None
    return guess.missing is None and (guess.entry is first.entry or guess.items > first.items)
