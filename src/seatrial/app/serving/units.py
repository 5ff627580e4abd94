"""Values with units, as `gateway:` writes them."""

import re

from seatrial.app.validation import Place
from seatrial.targets.durations import duration

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([kKmM]?)")
_SCALES = {"": 1, "k": 1_000, "m": 1_000_000}


def seconds(value: float | int | str, place: Place, *keys: str | int) -> float:
    """`10s` -> 10.0; what is none is told at its place, and 1 second given."""
    found = duration(value) if isinstance(value, str) else float(value)
    if found is None or found < 0:
        place.add(f"a duration such as 500ms, 10s or 1h is expected, {value!r} was found", *keys)
        return 1.0
    return found


def amount(value: int | str | None, place: Place, *keys: str | int) -> int | None:
    """`200k` -> 200000; what is none is told at its place."""
    if value is None:
        return None
    found = amount_of(value)
    if found is None:
        place.add(f"a number such as 600, 200k or 1.5M is expected, {value!r} was found", *keys)
    return found


def amount_of(value: int | str) -> int | None:
    """`200k` -> 200000; None for what is no amount."""
    if isinstance(value, int):
        return value
    found = _AMOUNT.fullmatch(value.strip())
    return None if found is None else round(float(found[1]) * _SCALES[found[2].lower()])


def share(value: float | str, place: Place, *keys: str | int) -> float:
    """`20%` -> 0.2."""
    text = str(value).strip()
    try:
        number = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        place.add(f"a share such as 20% is expected, {value!r} was found", *keys)
        return 0.0
    return number
