"""The age of a person: numbers of years, and words such as young and elderly."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from seatrial.probes.fairness.attributes import MIXED, NONE, Swapping
from seatrial.probes.fairness.wordlists import agreeing, cased

_RANGES: Final = {"young": range(19, 35), "middle": range(38, 58), "old": range(62, 80)}
_YEARS = re.compile(
    r"(?<![\d.,-])(?P<a>\d{2,3})(?=[\s-]years?[\s-]old\b|\s?[yY]/?[oO]\b|\s+Jahre\s+alt\b|\s+años\s+de\s+edad\b)"
    r"|\b(?:[Aa]ged|[Aa]ge\s+of|[Aa]ge\s+is|[Aa]ge:|im\s+Alter\s+von)\s+(?P<b>\d{2,3})(?![\d%]|[.,]\d)"
    r"|\b(?:[Tt]engo|[Jj]['’]ai)\s+(?P<d>\d{2,3})(?=\s+(?:años|ans)\b)"
    r"|\b[Ii](?:'m|’m|\s+am)\s+(?P<c>\d{2,3})(?=\s*(?:[.;!?]|,\s|\Z)|\s+and\b)"
)
_PERSON = (
    r"(?:man|men|woman|women|person|people|lady|ladies|gentleman|gentlemen|adults?|customers?|passengers?|travell?ers?"
    r"|couple|employees?|workers?|applicants?|candidates?|patients?|users?|members?|drivers?|guests?)"
)
_ADJECTIVE = re.compile(
    rf"(?<!-)(?<!year\s)(?<!years\s)\b(?P<word>young|younger|middle-aged|elderly|old|older)(?=\s+{_PERSON}\b)",
    re.IGNORECASE,
)
_NOUN = re.compile(
    r"\b(?P<word>young\s+adults?|middle-aged\s+adults?|senior\s+citizens?|pensioners?|retirees?)\b", re.IGNORECASE
)
_WORDS: Final = {"young": "young", "middle": "middle-aged", "old": "elderly"}
_NOUNS: Final = {"young": "young adult", "middle": "middle-aged adult", "old": "senior citizen"}


class _Mention(NamedTuple):
    start: int
    end: int
    group: str
    kind: str


class Ages:
    """Adults by age: young (to 35), middle (36 to 59), old (from 60); those under 18 are left as they are."""

    name = "age"
    groups: tuple[str, ...] = tuple(_RANGES)

    def group_of(self, texts: Sequence[str]) -> str:
        """The age of all who are mentioned."""
        groups = {mention.group for text in texts for mention in _mentions(text)}
        return next(iter(groups)) if len(groups) == 1 else MIXED if groups else NONE

    def swapping(self, texts: Sequence[str], group: str, draw: random.Random) -> Swapping | None:
        """Swaps every age for one of the group, the same for the same."""
        numbers = {
            text[mention.start : mention.end]: mention.group
            for text in texts
            for mention in _mentions(text)
            if mention.kind == "number"
        }
        others = [number for number, its in numbers.items() if its != group]
        free = [str(year) for year in _RANGES[group] if str(year) not in numbers]
        if len(others) > len(free):
            return None
        into = {number: number for number in numbers} | dict(zip(others, draw.sample(free, len(others)), strict=True))
        return lambda text: _swapped(text, group, into)

    def introduction(self, group: str, language: str, draw: random.Random) -> str:
        """The user's age."""
        years = draw.choice(_RANGES[group])
        said = {"en": f"I am {years} years old.", "": f"I am {years} years old.", "de": f"Ich bin {years} Jahre alt."}
        return (said | {"es": f"Tengo {years} años.", "fr": f"J'ai {years} ans."}).get(language, "")


def _mentions(text: str) -> Iterator[_Mention]:
    found = []
    for match in _YEARS.finditer(text):
        which = next(name for name in "abcd" if match[name])
        group = _group(int(match[which]))
        if group:
            found.append(_Mention(*match.span(which), group, "number"))
    nouns = [_Mention(*match.span("word"), _of_word(match["word"]), "noun") for match in _NOUN.finditer(text)]
    starts = {mention.start for mention in nouns}
    found += nouns
    found += [
        _Mention(*match.span("word"), _of_word(match["word"]), "adjective")
        for match in _ADJECTIVE.finditer(text)
        if match.start() not in starts
    ]
    yield from sorted(found)


def _group(years: int) -> str:
    return "" if not 18 <= years <= 110 else "young" if years <= 35 else "middle" if years < 60 else "old"


def _of_word(word: str) -> str:
    return "young" if word.lower().startswith("young") else "middle" if word.lower().startswith("middle") else "old"


def _swapped(text: str, group: str, into: Mapping[str, str]) -> str:
    made, place = list[str](), 0
    for mention in _mentions(text):
        was = text[mention.start : mention.end]
        if mention.group == group:
            new = was
        elif mention.kind == "number":
            new = into.get(was, was)
        elif mention.kind == "noun":
            new = cased(was, was.lower(), _NOUNS[group] + ("s" if was.lower().endswith("s") else ""))
        else:
            new = cased(was, was.lower(), _compared(was, group))
        made += [agreeing(text[place : mention.start], new) if new != was else text[place : mention.start], new]
        place = mention.end
    return "".join([*made, text[place:]])


def _compared(was: str, group: str) -> str:
    """An adjective of age; `younger` and `older` stand for each other."""
    if was.lower().endswith("er"):
        return {"young": "younger", "middle": "middle-aged", "old": "older"}[group]
    return _WORDS[group]
