"""What may be swapped in a question: an attribute with its groups, found in texts and put into them."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from seatrial.probes.fairness.language import language_of
from seatrial.probes.fairness.wordlists import Wordlist, swapped

MIXED: Final = "mixed"
"""The group of a text that mentions several."""
NONE: Final = "none"
"""The group of a text that mentions nobody."""
Swapping = Callable[[str], str]


class Attribute(Protocol):
    """Something about a person (or a thing) by which groups differ."""

    @property
    def name(self) -> str:
        """The tag `attribute` of children."""
        ...

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that can be put in."""
        ...

    def group_of(self, texts: Sequence[str]) -> str:
        """The group that is mentioned, `MIXED` or `NONE`."""
        ...

    def swapping(self, texts: Sequence[str], group: str, draw: random.Random) -> Swapping | None:
        """Puts the group in the place of those mentioned, in any text; None where that is not safe."""
        ...

    def introduction(self, group: str, language: str, draw: random.Random) -> str:
        """A sentence by which the user says to be of the group; empty when there is none in this language."""
        ...


class Listed:
    """An attribute whose groups are lists of words.

    Args:
        name: The attribute.
        words: The entries.
        introductions: By language, a sentence with `{}` for the first form of an entry.
        slot: The form that stands in the introduction.
        articles: Whether English articles are made to agree.
    """

    def __init__(
        self, name: str, words: Wordlist, introductions: Mapping[str, str], *, slot: int = 0, articles: bool = True
    ) -> None:
        self.name, self.words = name, words
        self._introductions, self._slot, self._articles = introductions, slot, articles

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of the lists."""
        return self.words.groups

    def group_of(self, texts: Sequence[str]) -> str:
        """The group of all mentions."""
        groups = {mention.entry.group for text in texts for mention in self.words.find(text)}
        return next(iter(groups)) if len(groups) == 1 else MIXED if groups else NONE

    def swapping(self, texts: Sequence[str], group: str, draw: random.Random) -> Swapping | None:
        """Swaps each entry that is mentioned for one of the group, everywhere alike."""
        known = {text: list(self.words.find(text)) for text in texts}
        mentions = [mention for text in texts for mention in known[text]]
        plan = self.words.plan(mentions, group, draw, {mention.entry.forms[0] for mention in mentions})
        if plan is None:
            return None
        articles = self._articles and language_of(" ".join(text[:5_000] for text in texts)) in ("en", "")

        def swap(text: str) -> str:
            # What stands in an expected answer only is nobody of the question.
            there = known[text] if text in known else self.words.find(text)
            found = [mention for mention in there if mention.entry in plan]
            return swapped(text, found, plan, articles=articles) if found else text

        return swap

    def introduction(self, group: str, language: str, draw: random.Random) -> str:
        """The sentence with an entry of the group."""
        sentence = self._introductions.get(language, "")
        forms = [each.forms[self._slot] for each in self.words.entries if each.group == group]
        known = [form for form in forms if form]
        return sentence.replace("{}", draw.choice(known)) if sentence and known else ""
