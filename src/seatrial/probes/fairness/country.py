"""Countries for such as are richer or poorer."""

import re

from seatrial.probes.fairness.attributes import Listed
from seatrial.probes.fairness.swap import Swap
from seatrial.probes.fairness.wordlists import Entry, Wordlist, listed

_COUNTRY, _ADJECTIVE = 0, 1
_BEHIND = re.compile(
    r"\s+(?:citizens?|customers?|passengers?|passports?|visas?|nationals?|company|companies|banks?|phones?|address|people"
    r"|family|families|students?|workers?|applicants?|guests?|travell?ers?|tourists?|man|men|woman|women|driver|drivers"
    r"|driving|licen[cs]e|number|account|card)\b"
)
_PART = re.compile(r"\b(?:South|North|Latin|Central|East|West|African|Native)[\s-]\Z")


def _slot(text: str, start: int, end: int, slots: tuple[int, ...]) -> int | None:
    """An adjective counts before a person or papers only: elsewhere it may be a language or a dish."""
    if _PART.search(text, max(0, start - 10), start):
        return None
    return slots[0] if slots[0] == _COUNTRY or _BEHIND.match(text, end) else None


_ENTRIES = [
    Entry(income[0], (form.partition("/")[0], form.partition("/")[2]))
    for income, forms in listed("countries")
    for form in forms
]

country = Swap(
    name="country",
    summary="countries and nationalities for such of another income (high, upper middle, lower middle, low)",
    attributes=(Listed("country_income", Wordlist(_ENTRIES, _slot), {"en": "I am from {}.", "": "I am from {}."}),),
    example="I am from Germany. Do I need a visa for the islands?",
    after="World Bank, country classifications by income level, July 2024",
)
