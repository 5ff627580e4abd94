"""The hold-back: of a text that comes piece by piece, what no guard can still find anything in may go on."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from seatrial.gateway.guards.finding import BEFORE, Finder, Match

SLACK: Final = 64
"""Characters that are forgotten together."""


class Looker(NamedTuple):
    """A Finder in a stream, and what happens with its matches: words in their place, or an exception."""

    finder: Finder
    act: Callable[[Match, str, bool], str]
    """Called with the match, the matched text and whether that stands inside JSON."""


class Edit(NamedTuple):
    """Words in the place of a part of the text, as offsets in the whole of it."""

    start: int
    end: int
    words: str


class Window:
    """One text that comes in pieces.

    Args:
        lookers: Who look at it; what the first finds is not looked at by the others.
        quoted: Whether it stands inside JSON.

    Attributes:
        size: Characters that have come.
        settled: Characters of them that may go on, changed as `edits` say.
    """

    __slots__ = ("_base", "_lookers", "_quoted", "_text", "edits", "settled", "size")

    def __init__(self, lookers: Sequence[Looker], *, quoted: bool) -> None:
        self._lookers, self._quoted = lookers, quoted
        self._text, self._base = "", 0
        self.size = self.settled = 0
        self.edits: list[Edit] = []

    def feed(self, text: str) -> None:
        """More of it.

        Raises:
            Refusal: One who looks at it does not want it to go on.
        """
        self._text += text
        self.size += len(text)
        self._look(min(looker.finder.open(self._text) for looker in self._lookers))

    def flush(self) -> None:
        """There is no more of it.

        Raises:
            Refusal: One who looks at it does not want it to go on.
        """
        self._look(len(self._text))

    def given(self, begin: int, text: str) -> str:
        """A piece that began at an offset, as it may go on."""
        end, parts, at = begin + len(text), [], begin
        for start, stop, words in self.edits:
            if stop <= begin or start >= end:
                continue
            if start >= begin:
                parts += [text[at - begin : start - begin], words]
            at = min(stop, end)
        return "".join([*parts, text[at - begin :]]) if parts or at > begin else text

    def forget(self, offset: int) -> None:
        """What stands before it has gone."""
        if self.edits and self.edits[0].end <= offset:
            self.edits = [edit for edit in self.edits if edit.end > offset]

    def _look(self, until: int) -> None:
        """Settle what stands before an offset in the text that is here."""
        settled = self.settled - self._base
        if until <= settled:
            return
        found: list[Edit] = []
        for finder, act in self._lookers:
            for match in finder.find(self._text):
                if match.start < settled or match.start >= until or _covered(match, found):
                    continue
                words = act(match, self._text[match.start : match.end], self._quoted)
                found.append(Edit(match.start, match.end, words))
        if found:
            found.sort()
            until = max(until, found[-1].end)
            self.edits += [Edit(start + self._base, end + self._base, words) for start, end, words in found]
        self.settled = self._base + until
        if (gone := until - BEFORE) > SLACK:
            self._text, self._base = self._text[gone:], self._base + gone


def _covered(match: Match, found: Sequence[Edit]) -> bool:
    return any(match.start < edit.end and edit.start < match.end for edit in found)
