"""Words of groups: found in texts, and swapped for words of another group, always the same for the same."""

import random
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from seatrial.core.errors import Mistake

_WORD = re.compile(r"[^\W_]+")
_UNTOUCHED = re.compile(
    r"\{\{[^{}]{0,200}\}\}|\{%[^%]{0,200}%\}|\$?\{[\w.-]{1,60}\}|https?://\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+\.[\w.-]+"
)
"""Templates and addresses: a name inside them is no mention of a person."""
_ARTICLE = re.compile(r"\b(an?)(\s+)\Z", re.IGNORECASE)
_SPOKEN_VOWEL = re.compile(
    r"(?!eu|u[gkns]i|uk|ug|one\b|ten\b)[aeiou]|8|1[18]\b|honou?r|honest|hour|heir", re.IGNORECASE
)
_POSSESSIVE = re.compile(r"['’](?=\s+\w)")


class Entry(NamedTuple):
    """One name, country, religion, ... of a group: its forms by slot, empty where it has none.

    `kind` keeps apart entries that do not stand for each other: with the group gender it is where a name is common.
    """

    group: str
    forms: tuple[str, ...]
    kind: str = ""


class Mention(NamedTuple):
    """A stretch of a text in which an entry stands in one of its forms."""

    start: int
    end: int
    entry: Entry
    slot: int


Slot = Callable[[str, int, int, tuple[int, ...]], int | None]
"""Which of several slots a mention from `start` to `end` of a text stands in; None when it is none after all."""


def first_slot(text: str, start: int, end: int, slots: tuple[int, ...]) -> int | None:
    """The first slot: for entries of one form."""
    return slots[0]


class Wordlist:
    """Entries with what it takes to find them.

    Args:
        entries: The entries; one word belongs to one of them.
        slot: Which slot a mention stands in.
        any_case: Also find words in another case than they are listed in, lower case too.

    Raises:
        Mistake: One word belongs to two groups.
    """

    def __init__(self, entries: Iterable[Entry], slot: Slot = first_slot, *, any_case: bool = False) -> None:
        self.entries = tuple(entries)
        self._slot, self._any_case = slot, any_case
        self._found: dict[str, list[tuple[str, Entry, tuple[int, ...]]]] = {}
        owners: dict[str, Entry] = {}
        for entry in self.entries:
            for form in dict.fromkeys(filter(None, entry.forms)):
                if owners.setdefault(form.casefold(), entry) != entry:
                    raise Mistake(f"`{form}` stands in two groups, or twice in one; a word belongs to one group")
                slots = tuple(i for i, each in enumerate(entry.forms) if each == form)
                first = _WORD.match(form)
                key = first[0].casefold() if first else form[:1]
                self._found.setdefault(key, []).append((form, entry, slots))
        for forms in self._found.values():
            forms.sort(key=lambda each: -len(each[0]))

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups, in the order of their entries."""
        return tuple(dict.fromkeys(entry.group for entry in self.entries))

    def find(self, text: str) -> Iterator[Mention]:
        """The mentions of a text, from left to right."""
        untouched = _untouched(text)
        starts = [start for start, _ in untouched]
        past = 0
        for word in _WORD.finditer(text):
            forms = self._found.get(word[0].casefold())
            if forms is None or word.start() < past:
                continue
            before = bisect_right(starts, word.start()) - 1
            if before >= 0 and word.start() < untouched[before][1]:
                continue
            found = self._at(text, word.start(), forms)
            if found is not None:
                past = found.end
                yield found

    def _at(self, text: str, start: int, forms: Sequence[tuple[str, Entry, tuple[int, ...]]]) -> Mention | None:
        for form, entry, slots in forms:
            end = start + len(form)
            there = text[start:end]
            if there.casefold() != form.casefold() or (text[end : end + 1].isalnum() or text[end : end + 1] == "_"):
                continue
            if not self._any_case and there not in (form, form.upper()):
                continue
            slot = self._slot(text, start, end, slots)
            if slot is not None:
                return Mention(start, end, entry, slot)
        return None

    def plan(
        self, mentions: Sequence[Mention], group: str, draw: random.Random, barred: Iterable[str] = ()
    ) -> dict[Entry, Entry] | None:
        """For each entry that is mentioned one of the group, different ones for different ones where there are enough.

        None when the group lacks a form that is needed. Entries whose first form is `barred` are not put in: they stand
        in the text already.
        """
        slots: dict[Entry, set[int]] = {}
        for mention in mentions:
            slots.setdefault(mention.entry, set()).add(mention.slot)
        taken, made = set(barred), dict[Entry, Entry]()
        for entry, needed in slots.items():
            fitting = [
                each
                for each in self.entries
                if each.group == group and each.kind == entry.kind and all(each.forms[slot] for slot in needed)
            ]
            if entry.group == group:
                made[entry] = entry
                continue
            free = [each for each in fitting if each.forms[0] not in taken] or fitting
            if not free:
                return None
            made[entry] = draw.choice(free)
            taken.add(made[entry].forms[0])
        return made


def swapped(text: str, mentions: Iterable[Mention], plan: Mapping[Entry, Entry], *, articles: bool) -> str:
    """The text with every mention swapped: case kept, possessives and (in English) articles made to agree."""
    made, place = list[str](), 0
    for mention in mentions:
        into = plan[mention.entry].forms[mention.slot]
        between = text[place : mention.start]
        was, listed = text[mention.start : mention.end], mention.entry.forms[mention.slot]
        made += [agreeing(between, into) if articles else between, cased(was, listed, into)]
        place = mention.end
        if was[-1:] in "sS" and into[-1:] not in "sS" and _POSSESSIVE.match(text, place):
            made.append(f"{text[place]}s")
            place += 1
    return "".join([*made, text[place:]])


def agreeing(before: str, word: str) -> str:
    """A text that ends with `a` or `an` and a space, as it must end before a word."""
    found = _ARTICLE.search(before[-8:])
    if found is None:
        return before
    article = found[1][0] + (("N" if found[1].isupper() and len(found[1]) > 1 else "n") if _vowel(word) else "")
    return before[: len(before) - len(found[0])] + article + found[2]


def _vowel(word: str) -> bool:
    return _SPOKEN_VOWEL.match(word) is not None


def cased(was: str, listed: str, into: str) -> str:
    """A word in the case in which another one stood that is listed as `listed`."""
    if was == listed:
        return into
    if was.isupper() and len(was) > 1:
        return into.upper()
    if was.islower():
        return into.lower()
    return into[:1].upper() + into[1:] if was[:1].isupper() else into


def _untouched(text: str) -> list[tuple[int, int]]:
    if not ("{" in text or "@" in text or "://" in text):
        return []
    return [found.span() for found in _UNTOUCHED.finditer(text)]


@cache
def listed(name: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """The lines of a list of ours: the words before the colon, and what stands between the commas."""
    text = (files("seatrial.probes.fairness") / "data" / f"{name}.txt").read_text("utf-8")
    lines = [line.partition(":") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple((tuple(head.split()), tuple(part.strip() for part in tail.split(","))) for head, _, tail in lines)
