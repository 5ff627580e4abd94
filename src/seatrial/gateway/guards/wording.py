"""Words, phrases and topics that must not stand in a text: whole words, in any case, with any blanks between."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from seatrial.gateway.guards.finding import Match, last_words

MOST_TERMS: Final = 5_000
MOST_CHARACTERS: Final = 200
BLANKS: Final = 5


class Terms:
    """Finds terms by the topic that they belong to.

    Args:
        topics: Topic -> words and phrases; none is empty or longer than `MOST_CHARACTERS`.
        least: How many terms of one topic must stand in a text.
    """

    def __init__(self, topics: Mapping[str, Sequence[str]], least: int = 1) -> None:
        self._least = least
        self._topic = {_folded(term): topic for topic, terms in topics.items() for term in terms}
        longest_first = sorted(self._topic, key=len, reverse=True)
        written = [rf"\s{{1,{BLANKS}}}".join(map(re.escape, term.split(" "))) for term in longest_first]
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(written)})(?!\w)", re.IGNORECASE)
        self._words = max(term.count(" ") + 1 for term in self._topic)
        self._most = max(len(term) + BLANKS * term.count(" ") for term in self._topic) + 1

    def find(self, text: str) -> list[Match]:
        """All terms of topics of which enough stand in the text."""
        found = [Match(self._of(each[0]), each.start(), each.end()) for each in self._pattern.finditer(text)]
        if self._least > 1:
            topics = [match.kind for match in found]
            found = [match for match in found if topics.count(match.kind) >= self._least]
        return found

    def open(self, text: str) -> int:
        """As many of the last words as the longest phrase has."""
        return last_words(text, self._words, self._most) if self._least == 1 else 0

    def _of(self, written: str) -> str:
        return self._topic.get(_folded(written), "")


def _folded(term: str) -> str:
    return " ".join(term.lower().split())
