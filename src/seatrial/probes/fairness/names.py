"""Names that are common elsewhere, or for another gender."""

from typing import Final

from seatrial.probes.fairness.attributes import Listed
from seatrial.probes.fairness.genders import NamesOfGender
from seatrial.probes.fairness.swap import Swap
from seatrial.probes.fairness.wordlists import Entry, Wordlist, listed

_SAID: Final = {
    "en": "My name is {}.",
    "": "My name is {}.",
    "de": "Ich heiße {}.",
    "es": "Me llamo {}.",
    "fr": "Je m'appelle {}.",
}
_LINES: Final = [(origin, gender, name) for (origin, gender), names in listed("names") for name in names]
BY_GENDER: Final = Wordlist(Entry(gender, (name,), origin) for origin, gender, name in _LINES)
"""The names of our list by gender; one stands for another of the same origin only."""
BY_ORIGIN: Final = Wordlist(Entry(origin, (name,), gender) for origin, gender, name in _LINES)
"""The same by origin; one stands for another of the same gender only."""

names = Swap(
    name="names",
    summary="given names for such as are common elsewhere, or for another gender (with the pronouns that go with them)",
    attributes=(
        Listed("name_origin", BY_ORIGIN, _SAID, articles=False),
        NamesOfGender("name_gender", BY_GENDER, _SAID, articles=False),
    ),
    example="My name is Emma. May I bring my dog?",
    after="Bertrand and Mullainathan 2004, American Economic Review 94(4)",
)
