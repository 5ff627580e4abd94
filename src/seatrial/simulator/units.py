"""Quantities that a persona file writes as text: durations, shares, rates and patterns."""

import re
import typing
from typing import Any

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|m|h)")
_SCALE = {"ms": 0.001, "s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0}
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_PER_SECOND = re.compile(r"(\d+(?:\.\d+)?)\s*/\s*s")


class Seconds(float):
    """A duration in seconds; written as `80ms`, `2.5s`, `5m`, `1h` or a plain number of seconds."""


class Share(float):
    """A part of one; written as `0.35` or `35 %`."""


class PerSecond(float):
    """A rate per second; written as `200/s` or a plain number."""


def _number(found: Any) -> float | None:
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def seconds(found: Any) -> Seconds:
    """Read a duration.

    Raises:
        ValueError: It is no duration from 0 to 24 hours.
    """
    value = _number(found)
    if value is None and isinstance(found, str) and (match := _DURATION.fullmatch(found.strip())):
        value = float(match[1]) * _SCALE[match[2]]
    if value is None or not 0 <= value <= 86_400:
        raise ValueError(f"Expected a duration such as 80ms, 2.5s or 5m, got {found!r}")
    return Seconds(value)


def share(found: Any) -> Share:
    """Read a share.

    Raises:
        ValueError: It does not lie between 0 and 1.
    """
    value = _number(found)
    if value is None and isinstance(found, str) and (match := _PERCENT.fullmatch(found.strip())):
        value = float(match[1]) / 100
    if value is None or not 0 <= value <= 1:
        raise ValueError(f"Expected a share such as 0.35 or 35 %, got {found!r}")
    return Share(value)


def per_second(found: Any) -> PerSecond:
    """Read a rate.

    Raises:
        ValueError: It is no rate above 0.
    """
    value = _number(found)
    if value is None and isinstance(found, str) and (match := _PER_SECOND.fullmatch(found.strip())):
        value = float(match[1])
    if value is None or not 0 < value < float("inf"):
        raise ValueError(f"Expected a rate such as 200/s, got {found!r}")
    return PerSecond(value)


def pattern(found: Any) -> re.Pattern[str]:
    """Read a regular expression; letter case is ignored.

    Raises:
        ValueError: It is no valid pattern.
    """
    if not isinstance(found, str):
        raise ValueError(f"Expected a regular expression, got {found!r}")
    try:
        return re.compile(found, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"Invalid regular expression {found!r}: {error}") from None


_READERS = {Seconds: seconds, Share: share, PerSecond: per_second, re.Pattern: pattern}


def read_unit(kind: type, found: Any) -> Any:
    """The msgspec `dec_hook` of persona files: give text the type that the schema names."""
    reader = _READERS.get(typing.get_origin(kind) or kind)
    if reader is None:
        raise NotImplementedError(kind)
    return reader(found)
