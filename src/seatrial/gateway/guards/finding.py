"""What finders have in common: they say where something stands, and how much of an unfinished text is open."""

from typing import Final, NamedTuple, Protocol

BEFORE: Final = 96
"""Characters in front of what is looked at that finders may look back to."""


class Match(NamedTuple):
    """Something that was found: of which kind, and where, as offsets in characters."""

    kind: str
    start: int
    end: int


class Finder(Protocol):
    """Finds something in texts; without state."""

    def find(self, text: str) -> list[Match]:
        """All places, in order; none overlaps another."""
        ...

    def open(self, text: str) -> int:
        """Where the part begins that more text could still make a match of.

        What begins before it is found or not found whatever comes next, and ends before the text does.
        """
        ...


def last_words(text: str, words: int, most: int) -> int:
    """Where the last words of a text begin, at most so many characters from its end; blanks behind them count."""
    least, at = max(0, len(text) - most), len(text)
    for _ in range(words):
        while at > least and text[at - 1].isspace():
            at -= 1
        while at > least and not text[at - 1].isspace():
            at -= 1
    return at


def last_word(text: str, most: int) -> int:
    """Where the word begins that a text ends in the middle of; its length where it ends with a blank."""
    least, at = max(0, len(text) - most), len(text)
    while at > least and not text[at - 1].isspace():
        at -= 1
    return at


def apart(matches: list[Match]) -> list[Match]:
    """In order, and of those that overlap the first, the longer if they begin together."""
    found: list[Match] = []
    for each in sorted(matches, key=lambda match: (match.start, -match.end)):
        if not found or each.start >= found[-1].end:
            found.append(each)
    return found
