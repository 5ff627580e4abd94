"""Personal data that have a form of their own, held to their checksums; numbering plans where they are wanted."""

import re
from collections.abc import Collection
from typing import Final

from seatrial.gateway.guards.finding import Match, apart
from seatrial.text.personal_spans import KINDS, find_personal_data

NATIONAL: Final = "national_id"
KNOWN: Final = (*KINDS, NATIONAL)
MOST_OPEN: Final = 600
"""An e-mail address is no longer."""
MOST_GROUPS: Final = 80
"""Nor is a number that is written in groups."""
_GROUP: Final = re.compile(r"[().\-/+]{1,30}|[A-Z]{1,4}|[^\s]{0,40}\d[^\s]{0,40}")


class PersonalData:
    """E-mail addresses, telephone, card and account numbers, ...

    Args:
        kinds: Of `KNOWN`; `national_id` needs the extra `text`.
        regions: Countries (ISO 3166) whose telephone numbers are known without a country code; needs the extra `text`.
    """

    def __init__(self, kinds: Collection[str] = KINDS, regions: tuple[str, ...] = ()) -> None:
        self._kinds, self._regions = frozenset(kinds), regions

    def find(self, text: str) -> list[Match]:
        """All of these kinds."""
        kinds = self._kinds
        found = [Match(*each) for each in find_personal_data(text) if each.kind in kinds]
        if self._regions or NATIONAL in kinds:
            found += self._by_plans(text)
            return apart(found)
        return found

    def open(self, text: str) -> int:
        """The last word, and groups of digits or capitals before it: numbers are written with blanks in them."""
        least, at = max(0, len(text) - MOST_OPEN), len(text)
        if not text or not (tail := text[-1]).isspace():
            at = _word_before(text, at, least)
            if at < len(text) and not _GROUP.fullmatch(text, at):
                return at
        elif tail == "\n":
            return len(text)
        least = max(least, len(text) - MOST_GROUPS)
        while at > least:
            end = at
            while end > least and text[end - 1].isspace():
                end -= 1
            begin = _word_before(text, end, least)
            if begin == end or not _GROUP.fullmatch(text, begin, end):
                break
            at = begin
        return at

    def _by_plans(self, text: str) -> list[Match]:
        from seatrial.text.identity_numbers import identities_in
        from seatrial.text.telephones import telephones_in

        found: list[Match] = []
        if "phone" in self._kinds:
            found += [Match("phone", at, at + len(raw)) for at, raw in telephones_in(text, self._regions)]
        if NATIONAL in self._kinds:
            found += [Match(NATIONAL, at, at + len(raw)) for at, raw in identities_in(text)]
        return found


def _word_before(text: str, end: int, least: int) -> int:
    while end > least and not text[end - 1].isspace():
        end -= 1
    return end
