"""Text that people do not see but models read: tag characters, zero-width signs, signs that turn the direction.

Source: Unicode 16, chapters 9.2 (joiners), 23.2 to 23.9 (layout, tags, variation selectors), UTS 51 (emoji sequences).
What languages and emoji need is none: joiners between letters of scripts that join and between emoji, variation
selectors behind emoji, tags of flags, the two marks of direction.
"""

import re
from typing import Final

from seatrial.gateway.guards.finding import Match

MOST_OPEN: Final = 64
_ANY: Final = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_RUN: Final = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]{1,5000}"
)
_FLAG: Final = re.compile("[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f")
_JOINERS: Final = frozenset("\u200c\u200d")
_MARKS: Final = frozenset("\u200e\u200f\u061c\u00ad")
_SELECTORS: Final = range(0xFE00, 0xFE10)


class Invisible:
    """Finds what is not seen."""

    def find(self, text: str) -> list[Match]:
        """Each run of such signs."""
        if text.isascii():
            return []
        return [
            Match(_kind(each[0]), each.start(), each.end()) for each in _RUN.finditer(text) if not _needed(text, each)
        ]

    def open(self, text: str) -> int:
        """A run at the end."""
        least, at = max(0, len(text) - MOST_OPEN), len(text)
        while at > least and _ANY.match(text[at - 1]):
            at -= 1
        return at


def _needed(text: str, run: "re.Match[str]") -> bool:
    signs, before, after = run[0], text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
    bare = signs.lstrip("\ufe0e\ufe0f") if len(signs) < 4 else signs
    if not bare:
        return not before.isascii() or before in "0123456789#*"
    if len(bare) == 1:
        if bare in _MARKS:
            return True
        if bare in _JOINERS:
            return not before.isascii() and (not after or not after.isascii())
        if ord(bare) in _SELECTORS:
            return not before.isascii()
        return bare == "\ufeff" and not run.start()
    return before == "\U0001f3f4" and _FLAG.fullmatch(signs) is not None


def _kind(signs: str) -> str:
    if any("\U000e0000" <= sign <= "\U000e007f" for sign in signs):
        return "tags"
    return (
        "direction"
        if any("\u202a" <= sign <= "\u202e" or "\u2066" <= sign <= "\u2069" for sign in signs)
        else "zero width"
    )
