"""Names one keystroke from a well-known one: how malware is most often brought in (typosquatting).

The distance is Damerau's: one letter put in, left out, changed, or two neighbours swapped. Separators do not tell names
apart on the index, so `py-torch` is compared as `pytorch` too.
"""

from functools import cache
from importlib.resources import files

LEAST = 5
"""Shorter names are all near each other."""
MOST = 60
"""Longer names are like none of the well-known."""


@cache
def well_known() -> frozenset[str]:
    """Normal names of well-known distributions."""
    text = files(__package__).joinpath("well_known.txt").read_text("utf-8")
    return frozenset(name for line in text.splitlines() if not line.startswith("#") for name in line.split())


def resembles(key: str) -> str | None:
    """The well-known name that a name could be mistaken for; None for the well-known themselves.

    Args:
        key: A name in normal form.
    """
    known = well_known()
    if key in known or not LEAST <= len(key) <= MOST:
        return None
    if key in _squeezed() or key.replace("-", "") in _squeezed():
        return _squeezed()[key if key in _squeezed() else key.replace("-", "")]
    near = {each for short in _shortened(key) for each in _neighbours().get(short, ())}
    return next((each for each in sorted(near) if _one_apart(key, each)), None)


def _shortened(name: str) -> set[str]:
    """A name, and what is left of it without one letter: names one keystroke apart have one of these in common."""
    return {name, *(name[:place] + name[place + 1 :] for place in range(len(name)))}


@cache
def _neighbours() -> dict[str, list[str]]:
    """Well-known names by what is left of them without one letter."""
    found: dict[str, list[str]] = {}
    for name in sorted(well_known()):
        if len(name) >= LEAST:
            for short in _shortened(name):
                found.setdefault(short, []).append(name)
    return found


@cache
def _squeezed() -> dict[str, str]:
    """Well-known names without their separators."""
    return {name.replace("-", ""): name for name in sorted(well_known()) if len(name) >= LEAST}


def _one_apart(one: str, other: str) -> bool:
    """Whether one keystroke turns a name into another."""
    if len(one) > len(other):
        one, other = other, one
    start = 0
    while start < len(one) and one[start] == other[start]:
        start += 1
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    if one[start + 1 :] == other[start + 1 :]:
        # Numbers tell honest editions apart: `boto2`, `urllib3`, `nvidia-cublas-cu11`.
        return not (one[start : start + 1].isdigit() and other[start : start + 1].isdigit())
    return one[start : start + 2] == other[start : start + 2][::-1] and one[start + 2 :] == other[start + 2 :]
