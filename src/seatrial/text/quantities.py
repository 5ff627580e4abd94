"""Numbers with their units in a text, and whether one says the same as another: 5 km is 5,000 m, 0:90 h is 90 min.

Known are lengths, masses, volumes, times, temperatures, speeds, data and percentages, by their signs and their names in
English, German, Spanish and French, and currencies, which are not converted into each other. `21:40` and `9:40 pm` are
times of day. What cannot be known here: sums and other results of reckoning, and dates in other words.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice, pairwise

from seatrial.text.numerals import Numeral, numerals
from seatrial.text.quantity import Quantity
from seatrial.text.units import SIGNS, UNITS, Unit

MOST_CHARACTERS = 200_000
_CLOCK = re.compile(
    r"(?<![\d:.,])(?P<hour>[01]?\d|2[0-4])(?:[:h](?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d:])|(?=\s?(?:[ap]\.?m\b|Uhr\b)))\s?(?P<half>[ap]\.?m\b)?",
    re.IGNORECASE,
)
_WORD_AFTER = re.compile(
    r"[ \u00a0\u202f\u2009-]?(km/h|m/s|[^\W\d_]+|[°%€$£¥′″'\"](?:[CF](?!\w))?)(?:\s(per hour|an hour))?"
)
_SIGN_BEFORE = re.compile(r"(?:([€$£¥])|\b([A-Z]{3})\s?)\s?[-−]?$")
_JOINED = re.compile(r"\s?,?\s?(?:and|und|y|et)?\s?")
_NUMBER_WORDS: Mapping[str, int] = {
    word: value
    for words in (
        "zero one two three four five six seven eight nine ten eleven twelve",
        "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
        "zéro un deux trois quatre cinq six sept huit neuf dix onze douze",
    )
    for value, word in enumerate(words.split())
}
_WORDS = re.compile(rf"\b(?:{'|'.join(_NUMBER_WORDS)}|eine|una|une)\b", re.IGNORECASE)
_LISTED = re.compile(
    r"(?:^|\n)[ \t]*(?:#{1,6} )?\d{1,3}[.)](?=\s)|(?<![\w\])])\[\d{1,4}(?:[ ,;–-]{1,3}\d{1,4}){0,20}\]"
)


_CLOCK_UNIT = Unit("time of day", Decimal(1), Decimal(0), "")
_PLAIN = Unit("", Decimal(1), Decimal(0), "")


def quantities_in(text: str, most: int = 20_000) -> list[Quantity]:
    """The numbers of the first 200,000 characters; marks of lists (`1.`) and of citations (`[1]`) are left out.

    Of more than `most` numbers so many come back, or twice as many where some are times of day.
    """
    text = _LISTED.sub(lambda found: " " * len(found[0]), text[:MOST_CHARACTERS])
    found = list(islice(_clocks(text), most))
    blank = list(text)
    for clock in found:
        blank[clock.start : clock.end] = " " * (clock.end - clock.start)
    rest = "".join(blank)
    found += [_with_unit(rest, *each) for each in islice(numerals(rest), most)]
    return sorted(found, key=lambda quantity: quantity.start)


def joined(quantities: list[Quantity], text: str) -> Iterator[Quantity]:
    """Sums of what is said in two units of one kind in a row: `2 h 30 min`, `5 ft 3 in`."""
    for first, second in pairwise(quantities):
        kind, other = first.unit, second.unit
        falls = kind.kind and kind.kind == other.kind and kind.factor > other.factor and not kind.offset
        if falls and _JOINED.fullmatch(text, first.end, second.start):
            value = first.base / other.factor + second.value
            yield Quantity(value, other, second.digits, text[first.start : second.end], first.start, second.end)


def number_words_in(text: str) -> Iterator[Quantity]:
    """Numbers up to twelve in words, in four languages: what a document says may be repeated in digits."""
    for found in _WORDS.finditer(text[:MOST_CHARACTERS]):
        value = Decimal(_NUMBER_WORDS.get(found[0].lower(), 1))
        unit, end = _unit_after(text, found.end())
        yield Quantity(value, unit, 0, text[found.start() : end], found.start(), end)


def _clocks(text: str) -> Iterator[Quantity]:
    for found in _CLOCK.finditer(text):
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        if found["half"]:
            hour = hour % 12 + (12 if found["half"].lower().startswith("p") else 0)
        yield Quantity(Decimal(60 * hour + minute), _CLOCK_UNIT, 0, found[0].strip(), *found.span())


def _with_unit(text: str, numeral: Numeral, start: int, end: int) -> Quantity:
    if numeral.percent:
        unit = UNITS["%"]
    else:
        unit, after = _unit_after(text, end)
        end = after if unit.kind else end
        if not unit.kind:
            before = _SIGN_BEFORE.search(text, max(0, start - 6), start)
            unit = _currency(numeral.text) or (SIGNS.get(before[1] or before[2], _PLAIN) if before else _PLAIN)
    return Quantity(numeral.value, unit, max(0, -_exponent(numeral.value)), text[start:end].strip(), start, end)


def _currency(text: str) -> Unit | None:
    return next((SIGNS[sign] for sign in "€$£¥" if sign in text), None)


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _unit_after(text: str, place: int) -> tuple[Unit, int]:
    """The unit behind a number, and where it ends; a plain one where there is none."""
    found = _WORD_AFTER.match(text, place)
    if found is None:
        return _PLAIN, place
    for word, end in ((f"{found[1]} {found[2]}", found.end()), (found[1], found.end(1))):
        unit = UNITS.get(word) or UNITS.get(word.lower()) or SIGNS.get(word)
        if unit:
            return unit, end
    return _PLAIN, place
