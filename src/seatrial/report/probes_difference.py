"""What two texts have in common, and what not: word by word, and letter by letter inside words that are alike."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from seatrial.report.text import one_line, visible

MOST: Final = 60_000
"""Pairs of words, or of letters, that are compared; texts with more between their first and their last difference are
marked as a whole there."""
ALIKE: Final = 0.5
"""The share that two words must have in common to be compared letter by letter (as `difflib` counts it)."""
TOLD: Final = 6
_WORD: Final = re.compile(r"\s+|\w+|[^\w\s]")
_BLANKS: Final = str.maketrans({" ": "␣", "\t": "⇥", "\n": "⏎\n", "\u3000": "␣"})


class Stretch(NamedTuple):
    """A part of a text; `changed` when the other text has something else there."""

    text: str
    changed: bool


class Difference(NamedTuple):
    """Two texts as stretches: what was taken out of the first is marked there, what was put in in the second."""

    before: tuple[Stretch, ...]
    now: tuple[Stretch, ...]
    changes: tuple[tuple[str, str], ...]
    """What became what, in the order of the texts."""

    @property
    def sentence(self) -> str:
        """The first changes in words, for those who do not see the marks; empty when the texts are the same."""
        told = [_told(*change) for change in self.changes[:TOLD]]
        more = len(self.changes) - len(told)
        return "; ".join(told) + (f"; and {more} more" if more else "")


def marked_difference(before: str, now: str) -> Difference:
    """Two texts held against each other; invisible characters of both are shown as escapes."""
    one, two = _WORD.findall(visible(before)), _WORD.findall(visible(now))
    stretches: tuple[list[Stretch], list[Stretch]] = ([], [])
    changes = []
    for same, left, right in _opcodes(one, two):
        first, second = "".join(left), "".join(right)
        if same:
            _put(stretches, Stretch(first, False), Stretch(second, False))
            continue
        changes.append((first, second))
        for letters_same, a, b in _letters(first, second):
            _put(stretches, Stretch(a, not letters_same), Stretch(b, not letters_same))
    return Difference(tuple(map(_shown, stretches[0])), tuple(map(_shown, stretches[1])), tuple(changes))


def _put(stretches: tuple[list[Stretch], list[Stretch]], *both: Stretch) -> None:
    for side, stretch in zip(stretches, both, strict=True):
        if not stretch.text:
            continue
        if side and side[-1].changed == stretch.changed:
            side[-1] = Stretch(side[-1].text + stretch.text, stretch.changed)
        else:
            side.append(stretch)


def _letters(one: str, two: str) -> Iterator[tuple[bool, str, str]]:
    """Two words letter by letter; as a whole when they have little in common."""
    alike = len(one) * len(two) <= MOST and SequenceMatcher(None, one, two, False).ratio() >= ALIKE
    if not alike:
        yield False, one, two
        return
    for same, left, right in _opcodes(one, two):
        yield same, "".join(left), "".join(right)


def _opcodes(one: Sequence[str], two: Sequence[str]) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Stretches that are the same and those that are not; the time is bounded."""
    ends = min(len(one), len(two))
    head = next((i for i in range(ends) if one[i] != two[i]), ends)
    tail = next((i for i in range(ends - head) if one[-1 - i] != two[-1 - i]), ends - head)
    left, right = one[head : len(one) - tail], two[head : len(two) - tail]
    yield True, one[:head], two[:head]
    if len(left) * len(right) > MOST:
        yield False, left, right
    else:
        for tag, a, b, c, d in SequenceMatcher(None, left, right, False).get_opcodes():
            yield tag == "equal", left[a:b], right[c:d]
    yield True, one[len(one) - tail :], two[len(two) - tail :]


def _shown(stretch: Stretch) -> Stretch:
    """A change of nothing but blanks would be seen by nobody."""
    return Stretch(stretch.text.translate(_BLANKS), True) if stretch.changed and stretch.text.isspace() else stretch


def _told(before: str, now: str) -> str:
    if not before:
        return f"put in {_named(now)}"
    return f"left out {_named(before)}" if not now else f"{_named(before)} became {_named(now)}"


def _named(text: str) -> str:
    """A quoted text; letters that may be taken for others with their code points."""
    if text.isspace():
        return "a line break" if "\n" in text else "a blank" if len(text) == 1 else f"{len(text)} blanks"
    strange = [each for each in dict.fromkeys(text) if not each.isascii() and not _is_plain(each)]
    points = f" ({', '.join(f'U+{ord(each):04X}' for each in strange)})" if 0 < len(strange) <= 2 else ""
    return f"“{one_line(text, 60)}”{points}"


def _is_plain(letter: str) -> bool:
    """Whether a reader takes a sign for what it is: Latin with or without an accent, or no letter and no digit."""
    return unicodedata.category(letter)[0] not in "LMN" or unicodedata.name(letter, "").startswith("LATIN ")
