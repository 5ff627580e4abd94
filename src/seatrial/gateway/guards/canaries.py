"""Canary tokens: words that were planted in a system prompt and must never come back, in whatever form.

A token is known again in any case, with signs or blanks between its letters, in look-alike letters, reversed, in
rot13, Base64, hexadecimal and as character codes: see `checks.detectors.canaries`, whose forms these are.
"""

import codecs
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from seatrial.checks.detectors.canaries import LEAST_LETTERS, needles_of, squeeze
from seatrial.gateway.guards.finding import Match, apart

PLANTED: Final = re.compile(r"(?<![^\W_])canary[-_:=]([A-Za-z0-9]{8,64})(?![^\W_])", re.IGNORECASE)
"""How a token is marked in a system message, to be known without being named in the file: `canary-7Q2MZK9P`."""
MOST_PLANTED: Final = 16
_GAP: Final = r"[\W_]{0,3}"
_LONGEST_CODE: Final = 9
_DIGITS: Final = re.compile(r"(?:[0-9][^0-9]{0,6}){6}")
"""What codes of characters have at the least: the first of two hexadecimal digits of a letter is one of 3 to 7."""
_SIGNS: Final = {code: None for code in range(128) if not chr(code).isalnum()}


class Canaries:
    """Finds tokens.

    Args:
        tokens: Each of at least `LEAST_LETTERS` letters and digits.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        self._forms = tuple(_forms(token) for token in tokens)
        self._most = max((_LONGEST_CODE * len(token) for token in tokens), default=0) + 1

    def find(self, text: str) -> list[Match]:
        """All places of all tokens; the kind is the form."""
        squeezed = text.lower().translate(_SIGNS) if text.isascii() else squeeze(text)
        found = [
            Match(form, *each.span())
            for token in self._forms
            for form, pattern in token.in_text(text, squeezed)
            for each in pattern.finditer(text)
        ]
        return apart(found) if found else found

    def open(self, text: str) -> int:
        """As much as the longest form of the longest token."""
        return max(0, len(text) - self._most)


def planted_in(text: str) -> list[str]:
    """The tokens that are marked in a text."""
    return [each[1] for each in PLANTED.finditer(text)][:MOST_PLANTED]


def is_token(token: str) -> bool:
    """Whether it is long enough not to stand in a text by chance."""
    return len(squeeze(token)) >= LEAST_LETTERS


class _Forms(NamedTuple):
    """One token: patterns of the ways to spell it, each with what shows quickly that it is not there."""

    spelt: tuple[tuple[str, str, "re.Pattern[str]"], ...]
    base64: tuple[tuple[str, ...], "re.Pattern[str]"]
    coded: tuple[tuple[str, "re.Pattern[str]"], ...]

    def in_text(self, text: str, squeezed: str) -> list[tuple[str, "re.Pattern[str]"]]:
        """Those that may stand in a text."""
        found = [(form, pattern) for form, letters, pattern in self.spelt if letters in squeezed]
        if any(needle in text for needle in self.base64[0]):
            found.append(("base64", self.base64[1]))
        return [*found, *self.coded] if _DIGITS.search(text) else found


@lru_cache(maxsize=256)
def _forms(token: str) -> _Forms:
    needles = needles_of(token)
    plain = needles.squeezed
    spellings = {"plain": plain, "reversed": plain[::-1], "rot13": codecs.encode(plain, "rot13")}
    hexadecimal = re.compile("|".join(_hex(each) for each in needles.hex), re.IGNORECASE)
    return _Forms(
        tuple((form, letters, _spaced(letters)) for form, letters in spellings.items()),
        (needles.base64, re.compile("|".join(map(re.escape, needles.base64)))),
        (("hex", hexadecimal), ("character codes", needles.codes)),
    )


def _spaced(letters: str) -> "re.Pattern[str]":
    return re.compile(_GAP.join(map(_letter, letters)), re.IGNORECASE)


def _letter(letter: str) -> str:
    alike = "".join(sign for sign in _alike() if squeeze(sign) == letter)
    return f"[{re.escape(letter)}{alike}]" if alike else re.escape(letter)


@lru_cache(maxsize=1)
def _alike() -> tuple[str, ...]:
    """Letters beyond ASCII that are read as one of ASCII: Greek, Cyrillic, accented and wide ones."""
    ranges = (range(0xC0, 0x250), range(0x370, 0x530), range(0xFF10, 0xFF5B))
    return tuple(
        chr(code) for each in ranges for code in each if len(squeeze(chr(code))) == 1 and squeeze(chr(code)).isascii()
    )


def _hex(digits: str) -> str:
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    return r"(?:\\x|0x|[\s:,%]){0,2}".join(pairs)
