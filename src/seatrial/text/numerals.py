"""Numbers as people write them, found in a text: signs, thousands separators, decimals, percent, currency.

`1,234.5`, `1.234,5`, `1 234,5` (with a narrow or no-break space) and `1'234.5` are one number. A single comma with
three digits behind it separates thousands (`1,234`), a single point decimals (`1.234`), as in English; any other comma
is a decimal one (`12,50`), but `1,2,3` is a list. A minus belongs to a number unless something to subtract from stands
before it. At most 200,000 characters are read, from the end that matters.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

MOST_CHARACTERS = 200_000
_SPACES = "\u00a0\u202f\u2009"
_TOKEN = re.compile(
    rf"""(?P<sign>(?<![\w)\]%.,])[-−]\s?(?=[$€£¥]?\s?[\d.]))?(?:[$€£¥]\s?(?P<inner>[-−])?)?
    (?:(?P<english>[1-9]\d{{0,2}}(?:,\d{{3}})+(?:\.\d+)?(?![.,]?\d))
    |(?P<continental>[1-9]\d{{0,2}}(?:\.\d{{3}})+,\d+(?![.,]?\d)|[1-9]\d{{0,2}}(?:\.\d{{3}}){{2,}}(?![.,]?\d))
    |(?P<spaced>[1-9]\d{{0,2}}(?:['’{_SPACES}]\d{{3}})+(?:[.,]\d+)?(?!\d))
    |(?P<plain>(?<!\d[.,])\d+[.,]\d+(?![.,]?\d)|\d+|(?<![\w.])\.\d+))
    (?P<exponent>[eE][-+]?\d{{1,3}}(?!\w))?(?P<percent>\s?%)?""",
    re.VERBOSE,
)


class Numeral(NamedTuple):
    """A number found in a text: its exact value as written (25 for `25 %`) and whether it is a percentage."""

    value: Decimal
    percent: bool
    text: str

    def agrees(self, other: "Numeral", tolerance: Decimal, relative: Decimal) -> bool:
        """Whether two numbers are the same within a tolerance (absolute, or relative to `other`).

        Where only one is a percentage, the other may be written as percent (25) or as a share (0.25).
        """
        pairs = [(self.value, other.value)]
        if self.percent != other.percent:
            hundredth = Decimal("0.01")
            scaled = (self.value * hundredth, other.value) if self.percent else (self.value, other.value * hundredth)
            pairs.append(scaled)
        return any(_close(mine, theirs, tolerance, relative) for mine, theirs in pairs)


def last_numeral(text: str) -> Numeral | None:
    """The last number of a text."""
    last = None
    for found in _TOKEN.finditer(text, max(0, len(text) - MOST_CHARACTERS)):
        last = found
    return _read(last) if last else None


def first_numeral(text: str, start: int = 0) -> Numeral | None:
    """The first number of a text from a place on."""
    found = _TOKEN.search(text, start, start + MOST_CHARACTERS)
    return _read(found) if found else None


def numerals(text: str) -> Iterator[tuple[Numeral, int, int]]:
    """The numbers of the first 200,000 characters of a text, each with where it begins and ends."""
    for found in _TOKEN.finditer(text, 0, MOST_CHARACTERS):
        yield _read(found), found.start(), found.end()


def _close(mine: Decimal, theirs: Decimal, tolerance: Decimal, relative: Decimal) -> bool:
    return mine == theirs or abs(mine - theirs) <= max(tolerance, relative * abs(theirs))


def _read(found: re.Match[str]) -> Numeral:
    part = found.groupdict()
    if part["english"]:
        digits = part["english"].replace(",", "")
    elif part["continental"]:
        digits = part["continental"].replace(".", "").replace(",", ".")
    elif part["spaced"]:
        digits = re.sub(f"['’{_SPACES}]", "", part["spaced"]).replace(",", ".")
    else:
        digits = part["plain"].replace(",", ".")
    value = Decimal(digits + (part["exponent"] or ""))
    negative = bool(part["sign"]) != bool(part["inner"])
    return Numeral(-value if negative else value, bool(part["percent"]), found[0].strip())
