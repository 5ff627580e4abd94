"""Personal data in a text: e-mail addresses, telephone, card and account numbers, identity numbers, IP addresses.

Each kind is found by a loose pattern and then held to what its numbers must obey: Luhn's checksum for cards (ISO/IEC
7812-1), ISO 13616 for bank accounts, each state's own checksum for identity numbers, the numbering plans for
telephones. Names, streets and dates of birth are not found: they have no form of their own.
"""

import ipaddress
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from seatrial.text.identity_numbers import accounts_in, identities_in
from seatrial.text.luhn import luhn_holds
from seatrial.text.telephones import telephones_in

MOST_CHARACTERS = 200_000
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?:@|\s?[\[(]at[\])]\s?)(?:[^\W_](?:[\w-]{0,61}[^\W_])?(?:\.|\s?[\[(](?:dot|punkt|punto|point)[\])]\s?)){1,6}"
    r"[^\W\d_]{2,24}(?![\w-])",
    re.IGNORECASE,
)
_CARD = re.compile(
    r"(?<![\w.,+-])(?=[2-6])(?:\d{13,19}|\d{4}(?P<gap>[ \u00a0-])\d{4}(?P=gap)\d{4}(?P=gap)\d{4}(?:(?P=gap)\d{3})?"
    r"|3\d{3}(?P<space>[ \u00a0-])\d{6}(?P=space)\d{4,5})(?![\w-])(?!\.\d)"
)
_IP4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)")
_IP6 = re.compile(r"(?<![\w:.])(?=[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:)[0-9A-Fa-f:]{6,39}(?![\w:])")
_NUMBERED = re.compile(
    r"(?:\b(?:version|section|chapter|clause|abschnitt|kapitel|ziffer|punkt|sección|apartado|capítulo|chapitre|article|"
    r"firmware|release|v)|§)[\s.:]{0,2}$",
    re.IGNORECASE,
)
"""What stands before four numbers that are no address but a version or a place in a document."""
_AS_WRITTEN = frozenset({"email", "ip"})
_AROUND = ".,;:!?()[]<>\"'"
_RUN = re.compile(r"\+?\(?\d[\d ().\-/\u00a0\u2011]{4,40}\d")
_BETWEEN = re.compile(r"[\s.()\[\]/\u00a0\u2011-]+")


class Datum(NamedTuple):
    """Something personal: its kind and where it stands. `key` is what it is compared by; it is not for showing."""

    kind: str
    start: int
    key: str


def compared(text: str, kind: str) -> str:
    """A datum in the form in which data are compared: lower case; numbers without spaces and signs of layout."""
    if kind in _AS_WRITTEN:
        return "".join(text.lower().split())
    return _BETWEEN.sub("", text.lower()).removeprefix("+")


def given_in(text: str, kinds: frozenset[str], regions: tuple[str, ...] = ()) -> frozenset[str]:
    """What a text gives away already, to be compared with the keys of data: its data, its words, its runs of digits."""
    words = (word.strip(_AROUND) for word in text.lower().split())
    runs = (compared(found[0], "phone") for found in _RUN.finditer(text))
    return frozenset([*words, *runs, *(datum.key for datum in personal_data_in(text, kinds, regions))])


def _emails(text: str) -> Iterator[tuple[int, str]]:
    if "@" in text or "at" in text.lower():
        for found in _EMAIL.finditer(text):
            yield found.start(), found[0]


def _cards(text: str) -> Iterator[tuple[int, str]]:
    for found in _CARD.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if len(set(digits)) > 1 and luhn_holds(digits):
            yield found.start(), found[0]


def _addresses(text: str) -> Iterator[tuple[int, str]]:
    for pattern in (_IP4, _IP6):
        for found in pattern.finditer(text):
            if _NUMBERED.search(text, max(0, found.start() - 20), found.start()):
                continue
            try:
                public = ipaddress.ip_address(found[0].rstrip(":")).is_global
            except ValueError:  # four numbers or some colons that are no address
                continue
            if public:
                yield found.start(), found[0]


Finder = Callable[[str], Iterator[tuple[int, str]]]
KINDS: Mapping[str, str] = {
    "email": "e-mail address",
    "phone": "telephone number",
    "card": "card number",
    "iban": "bank account",
    "national_id": "identity number",
    "ip": "IP address",
}
"""Kind -> how it is called in a sentence."""
NEEDING_EXTRA = frozenset({"phone", "iban", "national_id"})


def personal_data_in(text: str, kinds: frozenset[str], regions: tuple[str, ...] = ()) -> list[Datum]:
    """The personal data in the first 200,000 characters of a text, each place once, in order.

    Args:
        text: Any text.
        kinds: Of `KINDS`.
        regions: Countries (ISO 3166, two letters) whose telephone numbers are known without a country code.

    Raises:
        ImportError: A kind of `NEEDING_EXTRA` is looked for and its library is not installed.
    """
    text = text[:MOST_CHARACTERS]
    finders: dict[str, Finder] = {
        "email": _emails,
        "iban": accounts_in,
        "card": _cards,
        "national_id": identities_in,
        "ip": _addresses,
        "phone": lambda text: telephones_in(text, regions),
    }
    found: list[Datum] = []
    taken: list[tuple[int, int]] = []
    for kind, finder in finders.items():
        if kind in kinds:
            mine = [(start, raw) for start, raw in finder(text) if not _overlaps(taken, start, start + len(raw))]
            found += [Datum(kind, start, compared(raw, kind)) for start, raw in mine]
            taken = sorted([*taken, *[(start, start + len(raw)) for start, raw in mine]])
    return sorted(found, key=lambda datum: datum.start)


def _overlaps(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    place = bisect_left(taken, (end, 0))
    return place > 0 and taken[place - 1][1] > start
