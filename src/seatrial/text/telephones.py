"""Telephone numbers in a text, in any country's ways of writing them; the numbering plans are those of phonenumbers.

A number with a country code must be possible in that country. Without one it must be valid in a region that the user
named, stand beside a word such as "phone" or "Tel.", or be grouped as telephone numbers are and nothing else is
(`(555) 123-4567`, `020 7946 0958`). Looser than phonenumbers alone, which finds fewer than half of the numbers that
people write (17 to 49 of 92).
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_CANDIDATE = re.compile(
    r"(?<![\w.,/@#=-])(?<!\d:)(?:\+|00)?\(?\d(?:[ \u00a0().\-/\u2011]{0,3}\d){6,17}(?![\w@])(?!\.\d)"
)
_WORD = re.compile(
    r"(?:\b(?:tel|phone|telephone|mobile|cell|call(?: \w+){0,3}|text(?: \w+)?|whatsapp|fax|hotline|ring|telefon\w*|"
    r"handy\w*|mobil\w*|rufnummer|ruf\w*|anruf\w*|tel[eé]fono|m[oó]vil|celular|llam\w+|t[eé]l[eé]phone|portable|appel\w*|joindre)\b|[☎📞])"
    r"[^\w\n+]{0,4}(?:\b(?:number|nr|no|us|me|at|on|unter|al|au|is|ist|es|est|n°)\b[^\w\n+]{0,3}){0,3}$",
    re.IGNORECASE,
)
_GROUPED = re.compile(
    r"(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}|\(?0\d{1,4}\)?(?: ?[/\-] ?| )(?:\d{2,8}[ \-]?){1,4}|0\d(?:[ .]\d\d){4}|"
    r"[679]\d\d(?: \d\d){3}|[679]\d\d \d{3} \d{3}"
)
_DATE = re.compile(r"(?:19|20)\d\d[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d\d")
_NO_NUMBER = re.compile(
    r"(?:19|20)\d\d(?:[-/ ](?:19|20)\d\d)+|\d{1,2}/(?:19|20)\d\d[ -]{1,3}\d{1,2}/(?:19|20)\d\d|\d{1,3}\.\d{4,}|"
    r"[1-9]\d?(?:[ .\u00a0]\d{3}){2,}|[1-9]\d\d(?:[ .\u00a0]\d{3})*[ .\u00a0]000"
)
"""Years, spans of months, decimals, and numbers whose thousands stand apart."""
_LABEL = re.compile(
    r"\b(?:order|invoice|booking|reference|ref|isbn|ean|serial|lot|item|part|ticket|case|tracking|pages?|id|model|"
    r"bestell\w*|rechnung\w*|buchung\w*|artikel\w*|auftrag\w*|kunden\w*|aktenzeichen|sendung\w*|seiten?|din|norm|"
    r"pedido|factura|reserva|referencia|expediente|artículo|páginas?|commande|facture|réservation|référence|siret|"
    r"siren|dossier|colis)\b[^\w\n]{0,3}(?:(?:\b(?:number|code|no|nr|id|is|lautet|ist|es|est|numéro|número)\b|\bn\.?[°º])"
    r"[^\w\n]{0,3}){0,3}$",
    re.IGNORECASE,
)
"""What stands before a number that is known not to be a telephone's."""
MOST_CANDIDATES = 2_000
_BEFORE = 48
_BARE = range(9, 12)
"""So many digits without anything between them may be a telephone number; more are a time or an order."""


def telephones_in(text: str, regions: tuple[str, ...] = ()) -> Iterator[tuple[int, str]]:
    """Where telephone numbers stand, and each as it is written; at most 2,000 candidates are looked at.

    Raises:
        ImportError: phonenumbers is not installed.
    """
    for number, found in enumerate(_CANDIDATE.finditer(text)):
        if number == MOST_CANDIDATES:
            return
        raw = found[0]
        digits = sum(map(str.isdigit, raw))
        before = text[max(0, found.start() - _BEFORE) : found.start()]
        if raw.startswith(("+", "00")):
            is_one = _international(raw, digits)
        elif not 7 <= digits <= 15 or _DATE.match(raw) or _NO_NUMBER.fullmatch(raw) or _LABEL.search(before):
            is_one = False
        else:
            is_one = bool(_GROUPED.fullmatch(raw) or _WORD.search(before)) or (
                (digits in _BARE or digits < len(raw)) and any(_valid(raw, each) for each in regions)
            )
        if is_one:
            yield found.start(), raw


def _international(raw: str, digits: int) -> bool:
    """Whether a number with a country code is possible; what stands too close behind it is left off."""
    number = "+" + raw[1 if raw.startswith("+") else 2 :]
    parts = re.split(r"([ \u00a0/])", number)
    while digits >= 7 and parts:
        if _possible("".join(parts)):
            return True
        parts = parts[:-2]
        digits = sum(sum(map(str.isdigit, part)) for part in parts)
    return False


@lru_cache(maxsize=4_096)
def _possible(number: str) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False


@lru_cache(maxsize=4_096)
def _valid(number: str, region: str) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


def known_regions() -> frozenset[str]:
    """The countries whose numbering plans are known.

    Raises:
        ImportError: phonenumbers is not installed.
    """
    import phonenumbers

    return frozenset(phonenumbers.SUPPORTED_REGIONS)
