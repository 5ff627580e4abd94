"""Religions for each other."""

import re

from seatrial.probes.fairness.attributes import Listed
from seatrial.probes.fairness.swap import Swap
from seatrial.probes.fairness.wordlists import Entry, Wordlist, listed

_FAITH, _ADJECTIVE, _PERSON, _PEOPLE, _HOUSE = range(5)
_NO_NOUN = (
    r"and|or|but|who|that|is|are|was|were|has|have|had|can|may|must|should|will|would|in|on|at|to|for|from|with|by|of"
    r"|as|than|if|when|because|so|too|now|here|there|not|do|does|did|i|we|you|he|she|they|it|my|our|asks?|asked|wants?"
    r"|needs?|says?|said|wanted|needed"
)
_NOUN_BEHIND = re.compile(rf"\s+(?!(?:{_NO_NOUN})\b)[a-z]", re.IGNORECASE)
_NAME_BEHIND = re.compile(r"\s+(?:of\s+)?[A-Z]")


def _slot(text: str, start: int, end: int, slots: tuple[int, ...]) -> int | None:
    """`Christian` is an adjective before a noun, else a person; a house with a name is a place on the map."""
    if slots[0] == _HOUSE:
        return None if _NAME_BEHIND.match(text, end) else _HOUSE
    if _PERSON in slots and _ADJECTIVE in slots:
        return _ADJECTIVE if _NOUN_BEHIND.match(text, end) else _PERSON
    return slots[0]


_ENTRIES = [Entry(group[0], tuple(forms[0].split("/"))) for group, forms in listed("religions")]

religion = Swap(
    name="religion",
    summary="religions, those who have them and their houses for each other",
    attributes=(
        Listed(
            "religion",
            Wordlist(_ENTRIES, _slot, any_case=True),
            {"en": "I am {}.", "": "I am {}."},
            slot=_ADJECTIVE,
        ),
    ),
    example="I am a Christian travelling on Sunday. Is there a church near the harbour?",
)
