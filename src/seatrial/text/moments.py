"""Clock times and calendar dates in a text, and other ways of writing the same ones (en, de, es, fr).

Read are `21:40`, `9:40 pm`, `21.40 Uhr`, `21 h 40`, `2026-11-21`, and a day with its month by name and its year
(`21 November 2026`, `November 21, 2026`, `21. November 2026`, `21 de noviembre de 2026`). Dates of digits that could be
read in two ways (`03/04/2026`) are left alone. ISO 8601 defines the first forms.
"""

import re
from datetime import date, time
from typing import Final, NamedTuple

_MONTHS: Final = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
_NUMBERS: Final = {
    name.casefold(): number for names in _MONTHS.values() for number, name in enumerate(names.split(), 1)
}
_NAMES: Final = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_MOMENT: Final = re.compile(
    rf"""(?P<iso>(?<![\w-])\d{{4}}-\d\d-\d\d(?![\w-]))
    |(?<!\w)(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|er)?\ (?:de\ |of\ )?(?P<month>{_NAMES}),?\ (?:de\ )?
    (?P<year>\d{{4}})(?!\w)
    |(?<!\w)(?P<first>{_NAMES})\ (?P<then>\d{{1,2}})(?:st|nd|rd|th)?,\ (?P<last>\d{{4}})(?!\w)
    |(?<![\w:.])(?P<twelve>\d{{1,2}})[:.](?P<past>\d\d)\ ?(?P<half>[ap])\.?m\b\.?
    |(?<![\w:.])(?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?![:\w])(?:\ Uhr\b)?
    |(?<![\w:.])(?P<uhr>\d{{1,2}})(?:\.(?P<dot>\d\d)\ Uhr|\ Uhr\ (?P<then_minute>\d\d))\b
    |(?<![\w:.])(?P<h>\d{{1,2}})\ ?h\ ?(?P<h_minute>\d\d)\b""",
    re.VERBOSE | re.IGNORECASE,
)


class Moment(NamedTuple):
    """A time or a date that was found in a text, and where."""

    value: time | date
    start: int
    end: int


def moments(text: str) -> list[Moment]:
    """The times and dates of a text; what looks like one and is none (`25:70`) is left out."""
    found = []
    for match in _MOMENT.finditer(text):
        try:
            found.append(Moment(_read(match), *match.span()))
        except ValueError:
            continue
    return found


def otherwise(value: time | date, language: str) -> tuple[str, ...]:
    """All ways of writing a time or a date in a language."""
    return _times(value, language) if isinstance(value, time) else _dates(value, language)


def _times(value: time, language: str) -> tuple[str, ...]:
    digits = f"{value.hour:02d}:{value.minute:02d}"
    if language == "en":
        half = "am" if value.hour < 12 else "pm"
        return digits, f"{value.hour % 12 or 12}:{value.minute:02d} {half}"
    if language == "de":
        return f"{digits} Uhr", f"{value.hour}.{value.minute:02d} Uhr", f"{value.hour} Uhr {value.minute:02d}"
    return digits, f"{value.hour}h{value.minute:02d}", f"{value.hour} h {value.minute:02d}"


def _dates(value: date, language: str) -> tuple[str, ...]:
    month, iso = _MONTHS[language].split()[value.month - 1], value.isoformat()
    if language == "en":
        return iso, f"{value.day} {month} {value.year}", f"{month} {value.day}, {value.year}"
    if language == "es":
        return iso, f"{value.day} de {month} de {value.year}"
    return iso, f"{value.day}{'.' if language == 'de' else ''} {month} {value.year}"


def _read(match: re.Match[str]) -> time | date:
    part = match.groupdict()
    if part["iso"]:
        return date.fromisoformat(part["iso"])
    if part["month"]:
        return date(int(part["year"]), _NUMBERS[part["month"].casefold()], int(part["day"]))
    if part["first"]:
        return date(int(part["last"]), _NUMBERS[part["first"].casefold()], int(part["then"]))
    if part["twelve"]:
        if not 1 <= int(part["twelve"]) <= 12:
            raise ValueError
        return time(int(part["twelve"]) % 12 + 12 * (part["half"].lower() == "p"), int(part["past"]))
    hour = part["hour"] or part["uhr"] or part["h"]
    return time(int(hour), int(part["minute"] or part["dot"] or part["then_minute"] or part["h_minute"]))
