"""The items of a list as people and models write one: JSON, lines with bullets or numbers, or commas."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from seatrial.text.fences import unfenced
from seatrial.text.forms import collapsed

MOST = 10_000
"""Items that are read."""
_BULLET = re.compile(r"\s*(?:[-*+•–‣◦]|\(?\d{1,4}[.)]|\(?[a-zA-Z][.)])\s+(?P<item>.*\S)")
_COMMAS = re.compile(r"[,;、，；]")
_LAST = re.compile(r"(?:and|or|und|oder|et|ou|y|o|&)\s+", re.IGNORECASE)
_JOINED = re.compile(r"\s(?:and|or|und|oder|et|ou|y|o|&)\s", re.IGNORECASE)


class ListSums(NamedTuple):
    """Items that both lists have, and items of the answer and of the reference."""

    common: float
    answer: float
    reference: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; where one list is empty, 1 if both are."""
        total = self.answer + self.reference
        return 2 * self.common / total if total else 1.0


def items(text: str) -> tuple[str, ...]:
    """The items of a list, in their order, at most `MOST`.

    A JSON array is read as such, in a fence of backticks, too. Else, if a line begins with a bullet, a number or a
    letter with a full stop or bracket, the items are those lines; else every line that is not empty if there are
    several; else what stands between commas or semicolons, the last two also parted by "and" or "or" (English, German,
    French, Spanish).
    """
    text = unfenced(text)
    if (array := _array(text)) is not None:
        return array[:MOST]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    bullets = [found["item"] for line in lines if (found := _BULLET.match(line))]
    if bullets or len(lines) > 1:
        return tuple(bullets or lines)[:MOST]
    return tuple(_between_commas(lines[0]))[:MOST] if lines else ()


def comparable(item: str, *, ignore_case: bool = True) -> str:
    """An item without white space and full stop around it, in one case unless case counts."""
    plain = collapsed(item).strip(" .\"'`*_“”„«»")
    return plain.casefold() if ignore_case else plain


def list_sums(answer: Sequence[str], reference: Sequence[str]) -> ListSums:
    """What two lists of comparable items have in common, as bags."""
    common = sum((Counter(answer) & Counter(reference)).values())
    return ListSums(float(common), float(len(answer)), float(len(reference)))


def _array(text: str) -> tuple[str, ...] | None:
    if not text.lstrip().startswith("["):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return tuple(each if isinstance(each, str) else json.dumps(each) for each in found)


def _between_commas(line: str) -> list[str]:
    parts = [part.strip() for part in _COMMAS.split(line.rstrip(" ."))]
    if len(parts) > 1:
        last = _LAST.sub("", parts[-1], count=1) if _LAST.match(parts[-1]) else parts[-1]
        parts[-1:] = _JOINED.split(last, maxsplit=1)
    return [part for part in parts if part]
