"""Whole numbers from 0 to 999 in words, in English, German, Spanish and French, and back.

Spanish hundreds and French numbers have their masculine form; French is as in France (`quatre-vingt-dix`).
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

LANGUAGES: Final = ("en", "de", "es", "fr")
MOST: Final = 999
_SMALL: Final = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
    "siebzehn achtzehn neunzehn",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
    "diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis "
    "veintisiete veintiocho veintinueve",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept "
    "dix-huit dix-neuf",
}
_TENS: Final = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "fr": "vingt trente quarante cinquante soixante",
}
_HUNDREDS_ES: Final = (
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
)
_WORDS: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_MOST_WORDS: Final = {"en": 5, "de": 1, "es": 4, "fr": 5}
"""Words of the longest number: `nine hundred and ninety nine`."""
_ALSO_ARTICLES: Final = frozenset({"one", "eins", "uno", "un"})


class SpokenNumber(NamedTuple):
    """A number in words that was found in a text, and where."""

    value: int
    start: int
    end: int


def in_words(number: int, language: str) -> str:
    """A number in words: `in_words(21, "de")` is `einundzwanzig`.

    Raises:
        ValueError: The number is not from 0 to 999, or the language is none of the four.
    """
    if not 0 <= number <= MOST or language not in LANGUAGES:
        raise ValueError(f"{number} has no words here in {language!r}")
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_100(rest, language)
    return _hundreds(hundreds, _below_100(rest, language) if rest else "", language)


def from_words(words: str, language: str) -> int | None:
    """The number that words say; None when they say none."""
    return _numbers(language).get(" ".join(words.casefold().split()))


def spoken_numbers(text: str, language: str) -> Iterator[SpokenNumber]:
    """The numbers in words of a text, the longest first at each place; `one`, `un`, ... are articles and left out."""
    words = [(found[0].casefold(), *found.span()) for found in _WORDS.finditer(text)]
    known, most, place = _numbers(language), _MOST_WORDS[language], 0
    while place < len(words):
        for count in range(min(most, len(words) - place), 0, -1):
            part = words[place : place + count]
            between = text[part[0][1] : part[-1][2]].casefold()
            value = known.get(" ".join(between.split()))
            if value is not None and between not in _ALSO_ARTICLES:
                yield SpokenNumber(value, part[0][1], part[-1][2])
                place += count - 1
                break
        place += 1


@lru_cache(maxsize=len(LANGUAGES))
def _numbers(language: str) -> dict[str, int]:
    found = {in_words(number, language).casefold(): number for number in range(MOST + 1)}
    if language == "en":
        found |= {words.replace(" and ", " "): number for words, number in found.items()}
        found |= {words.replace("-", " "): number for words, number in found.items()}
    return found


def _below_100(number: int, language: str) -> str:
    small = _SMALL[language].split()
    if number < len(small):
        return small[number]
    ten, one = divmod(number, 10)
    if language == "fr":
        return _french(number, ten, one)
    tens = _TENS[language].split()[ten - 2]
    if not one:
        return tens
    if language == "de":
        return f"{small[one].removesuffix('s') if one == 1 else small[one]}und{tens}"
    return f"{tens}-{small[one]}" if language == "en" else f"{tens} y {small[one]}"


def _french(number: int, ten: int, one: int) -> str:
    small, tens = _SMALL["fr"].split(), _TENS["fr"].split()
    if number >= 80:
        rest = number - 80
        return "quatre-vingts" if not rest else f"quatre-vingt-{small[rest]}"
    base, rest = (60, number - 60) if ten == 7 else (ten * 10, one)
    word = tens[base // 10 - 2]
    if not rest:
        return word
    return f"{word} et {small[rest]}" if rest in (1, 11) else f"{word}-{small[rest]}"


def _hundreds(hundreds: int, rest: str, language: str) -> str:
    small = _SMALL[language].split()[hundreds]
    if language == "en":
        return f"{small} hundred and {rest}" if rest else f"{small} hundred"
    if language == "de":
        return f"{small.removesuffix('s') if hundreds == 1 else small}hundert{rest}"
    if language == "es":
        return f"{_HUNDREDS_ES.split()[hundreds - 1]} {rest}" if rest else _hundreds_es(hundreds)
    if hundreds == 1:
        return f"cent {rest}" if rest else "cent"
    return f"{small} cent {rest}" if rest else f"{small} cents"


def _hundreds_es(hundreds: int) -> str:
    return "cien" if hundreds == 1 else _HUNDREDS_ES.split()[hundreds - 1]
