"""Attributes of gender: the pronouns of a text, and its names with the pronouns that go with them."""

import random
from collections.abc import Sequence
from typing import Final

from seatrial.probes.fairness.attributes import MIXED, NONE, Listed, Swapping
from seatrial.probes.fairness.gendered import (
    GENDERS,
    gender_of,
    regendered,
    regendered_elsewhere,
    words_of_gender,
)
from seatrial.probes.fairness.language import language_of
from seatrial.probes.fairness.wordlists import Wordlist

_SAID: Final = {"male": "he/him", "female": "she/her", "neutral": "they/them"}


class Pronouns:
    """Pronouns of one gender, with the verbs and the words of a gender that go with them.

    Args:
        names: Names of a gender: next to them only `they` can be put in, as the name stays.
    """

    name = "pronouns"
    groups: tuple[str, ...] = GENDERS

    def __init__(self, names: Wordlist) -> None:
        self._names = names

    def group_of(self, texts: Sequence[str]) -> str:
        """The gender of the pronouns of all texts."""
        whole = "\n".join(texts)
        if language_of(whole) in ("en", ""):
            return gender_of(whole)
        found = regendered_elsewhere(whole, language_of(whole))
        return found[0] if found is not None else NONE

    def swapping(self, texts: Sequence[str], group: str, draw: random.Random) -> Swapping | None:
        """Swaps the pronouns in every text, or in none when one of them is not safe."""
        if self.group_of(texts) == MIXED:
            return None
        language = language_of("\n".join(texts))
        if group != "neutral" and any(True for text in texts for _ in self._names.find(text)):
            return None

        def swap(text: str) -> str | None:
            if language not in ("en", ""):
                found = regendered_elsewhere(text, language)
                return found[2] if found is not None and found[1] == group else None
            return regendered(text, next(gender for gender in GENDERS if gender == group))

        if any(swap(text) is None for text in texts if language in ("en", "")):
            return None
        if language not in ("en", "") and all(swap(text) is None for text in texts):
            return None
        return lambda text: swap(text) or text

    def introduction(self, group: str, language: str, draw: random.Random) -> str:
        """The user's pronouns, in English."""
        return f"My pronouns are {_SAID[group]}." if language in ("en", "") else ""


class NamesOfGender(Listed):
    """Names of one gender; in English the pronouns and the words of a gender are swapped with them."""

    def swapping(self, texts: Sequence[str], group: str, draw: random.Random) -> Swapping | None:
        """Swaps names and all that agrees with them; None where others of another gender are spoken of, too."""
        whole = "\n".join(texts)
        if language_of(whole) not in ("en", ""):
            # Articles, participles and nouns agree with a person: a swap of the name alone would be wrong.
            return None
        before, spoken_of = self.group_of(texts), words_of_gender(whole)
        names = super().swapping(texts, group, draw)
        if names is None or (spoken_of and spoken_of != {before}):
            return None
        gender = next(each for each in GENDERS if each == group)

        def swap(text: str) -> str:
            return names(regendered(text, gender) or text) if spoken_of else names(text)

        return swap
