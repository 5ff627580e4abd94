"""Where personal data stand in a text, fast and with the standard library alone: for hot paths and for scans.

Looser and quicker than `text.personal_data`, which knows numbering plans and nine states' identity numbers by extras:
here a number counts by its checksum (cards by Luhn, bank accounts by ISO 13616) or by a form that hardly anything else
has. Each search starts at a character that is rare in prose (`@`, a digit, two capitals before a digit), so that 4,000
characters cost well under half a millisecond.
"""

import ipaddress
import re
from collections.abc import Iterator
from typing import NamedTuple

from seatrial.text.luhn import luhn_holds

MOST_CHARACTERS = 500_000
KINDS = ("email", "phone", "card", "iban", "us_ssn", "ip")

_DOMAIN = re.compile(r"@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,6}[A-Za-z]{2,24})(?![\w-])")
_LOCAL = re.compile(r"[\w.+-]{1,64}$")
_DIGITS = re.compile(r"\d[\d ().\-/\u00a0]{5,30}\d")
_LAST_GROUP = re.compile(r"[^\d]+\d+$")
"""What is left off a run of digits that was cut at its bound, so that a whole number comes before it."""
_ACCOUNT = re.compile(r"[A-Z]{2}\d\d(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
_TWO_COLONS = re.compile(r":[0-9A-Fa-f]{0,4}:")
_HEX_BEFORE = re.compile(r"(?<![\w:])[0-9A-Fa-f]{0,4}$")
_HEX_FROM = re.compile(r"[0-9A-Fa-f:]{2,39}(?![\w:])")
_CARD = re.compile(
    r"(?<![\d.,/])(?<!\d-)(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|6(?:011|5\d\d|4[4-9]\d)\d{12}|"
    r"62\d{14,17}|35\d{14}|3[068]\d{12}|[2-6]\d{3}([ \u00a0-])\d{4}\1\d{4}\1\d{4}(?:\1\d{3}(?!\d))?|"
    r"3\d{3}([ \u00a0-])\d{6}\2\d{4,5})"
)
"""Without gaps only with the first digits and length of a card network, else long numbers of data would be cards."""
_SSN = re.compile(r"(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}")
_IP4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_NUMBERED = re.compile(r"(?:version|release|section|chapter|§|\bv)[\s.:=]{0,3}$", re.IGNORECASE)
_GROUPED = re.compile(r"\(?\d{3}\)?[ .-]\d{3}[.-]\d{4}")
_WORD = re.compile(
    r"(?:\b(?:tel|phone|mobile|cell|call|whatsapp|fax|hotline|telefon|handy|mobil|rufnummer|tel[eé]fono|m[oó]vil|"
    r"t[eé]l[eé]phone|portable)(?:\s?(?:no|nr|number|nummer|us|me|at|on|unter))?\b|[☎📞])[^\w\n+]{0,4}$",
    re.IGNORECASE,
)
_BEFORE = 24
_JOINING = frozenset("+-_=#@/.*%$€£&")
"""What stands before a number that is part of something else: a code, an amount, an address."""
_COUNTRY_CODE = re.compile(r"[17]|(?!28|83|89)[2-9]\d")
"""How a number with a country code begins (ITU-T E.164); 28, 83 and 89 are not given to anybody."""
_ACCOUNT_LENGTHS = dict(
    re.findall(
        r"([A-Z]{2})(\d\d)",
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 "
        "ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 "
        "LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 "
        "QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 TN24 TR26 UA29 VA22 VG24 XK20 ",
    )
)
"""Length of a bank account number by country (ISO 13616, the registry of SWIFT)."""


class Found(NamedTuple):
    """A personal datum: its kind (of `KINDS`) and where it stands, as offsets in characters."""

    kind: str
    start: int
    end: int


def find_personal_data(text: str) -> list[Found]:
    """The personal data in the first 500,000 characters of a text, in order; none overlaps another."""
    text = text[:MOST_CHARACTERS]
    found = [*_emails(text), *_accounts(text), *_colons(text)]
    found += _numbers(text, found)
    return sorted(found, key=lambda each: each.start)


def _emails(text: str) -> Iterator[Found]:
    if "@" not in text:
        return
    for domain in _DOMAIN.finditer(text):
        at = domain.start()
        local = _LOCAL.search(text, max(0, at - 64), at)
        if local and local[0].strip("."):
            yield Found("email", local.start(), domain.end())


def _accounts(text: str) -> Iterator[Found]:
    for match in _ACCOUNT.finditer(text):
        if match.start() and text[match.start() - 1].isalnum():
            continue
        length = int(_ACCOUNT_LENGTHS.get(match[0][:2], 0))
        end = _end_of(match[0], length)
        if length and end and _mod_97_holds(re.sub(r"\s", "", match[0][:end])):
            yield Found("iban", match.start(), match.start() + end)


def _end_of(raw: str, length: int) -> int:
    """Where so many characters without blanks end; 0 when there are fewer, or more follow without a blank."""
    seen = 0
    for place, char in enumerate(raw):
        seen += not char.isspace()
        if seen == length:
            return place + 1 if place + 1 == len(raw) or raw[place + 1].isspace() else 0
    return 0


def _mod_97_holds(account: str) -> bool:
    return int("".join(str(int(char, 36)) for char in account[4:] + account[:4])) % 97 == 1


def _colons(text: str) -> Iterator[Found]:
    after = 0
    for match in _TWO_COLONS.finditer(text):
        before = _HEX_BEFORE.search(text, max(0, match.start() - 6), match.start())
        if match.start() < after or before is None:
            continue
        whole = _HEX_FROM.match(text, before.start())
        if whole and _is_public(whole[0]):
            after = whole.end()
            yield Found("ip", whole.start(), after)


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def _numbers(text: str, others: list[Found]) -> Iterator[Found]:
    taken = [(each.start, each.end) for each in others]
    place = 0
    while match := _DIGITS.search(text, place):
        start, raw = match.start(), match[0]
        if text[match.end() : match.end() + 1].isdigit():
            raw = raw[: last.start()] if (last := _LAST_GROUP.search(raw)) else raw
        end = place = start + len(raw)
        if taken and any(start < over and begin < end for begin, over in taken):
            continue
        if text[end : end + 1].isalnum() or text[end : end + 1] == "_":
            continue
        found = _number(text, start, raw)
        if found is not None:
            place = found.end  # what follows in the same run may be another one
            yield found


def _number(text: str, start: int, raw: str) -> Found | None:
    """What a run of digits is, if it is something personal."""
    before = text[start - 1] if start else " "
    if before == "+" or (before == "(" and text[start - 2 : start - 1] == "+"):
        first = start - (1 if before == "+" else 2)
        length = _international(text, first, raw)
        return Found("phone", first, start + length) if length else None
    if before.isalnum() or before in _JOINING:
        return None
    if len(raw) >= 13 and (card := _CARD.search(raw)) and _is_whole(raw, card.end()):
        digits = re.sub(r"\D", "", card[0])
        if len(set(digits)) > 1 and luhn_holds(digits):
            return Found("card", start + card.start(), start + card.end())
    if _SSN.fullmatch(raw):
        return Found("us_ssn", start, start + len(raw))
    if (address := _IP4.match(raw)) and _is_whole(raw, address.end()):
        versioned = _NUMBERED.search(text, max(0, start - _BEFORE), start)
        return Found("ip", start, start + address.end()) if not versioned and _is_public(address[0]) else None
    return _telephone(text, start, raw)


def _is_whole(raw: str, end: int) -> bool:
    """Whether a number ends where what was found of it ends: nothing follows, or a blank."""
    return end == len(raw) or raw[end] in " \u00a0("


def _international(text: str, first: int, raw: str) -> int:
    """How much of a run of digits behind a plus sign is a telephone number: all but the last groups, or nothing."""
    if first and text[first - 1].isalnum():
        return 0
    while raw:
        digits = re.sub(r"\D", "", raw)
        if len(digits) <= 15:
            return len(raw) if _COUNTRY_CODE.match(digits) and len(digits) >= 8 else 0
        raw = raw.rpartition(" ")[0]
    return 0


def _telephone(text: str, start: int, raw: str) -> Found | None:
    first = start - 1 if start and text[start - 1] == "(" else start
    grouped = _GROUPED.match(text, first)
    if grouped and raw[0] in "23456789" and _is_whole(raw, grouped.end() - start):
        return Found("phone", first, grouped.end())
    if 7 <= sum(map(str.isdigit, raw)) <= 15 and _WORD.search(text, max(0, first - _BEFORE), first):
        return Found("phone", first, start + len(raw))
    return None
