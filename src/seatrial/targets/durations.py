"""Waits as servers write them: durations, seconds, epochs, dates."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 60.0
"""Seconds that a server may make us wait at once, whatever it says."""
_NUMBER = re.compile(r"\d{1,18}(?:\.\d{1,9})?")
_PARTS = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(ms|us|µs|ns|s|m|h|d)")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_EPOCH = 1e9
_EPOCH_MILLISECONDS = 1e12


def duration(text: str) -> float | None:
    """Seconds of `9ms`, `1s`, `6m0s`, `1h2m3.5s` or a plain number; None for anything else."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return float(text)
    parts = list(_PARTS.finditer(text))
    if not parts or "".join(part[0] for part in parts) != text:
        return None
    return sum(float(part[1]) * _UNITS[part[2]] for part in parts)


def until(text: str, now: float) -> float | None:
    """Seconds from `now` (Unix seconds) until what a reset or Retry-After header says, at most `LONGEST_WAIT`.

    Takes durations, plain seconds, epochs in seconds or milliseconds, HTTP dates and ISO 8601 times. None when the text
    says nothing (`-1`, empty, nonsense); 0 when the moment has passed.
    """
    seconds = duration(text)
    if seconds is None:
        moment = _moment(text.strip())
        seconds = None if moment is None else moment - now
    elif seconds >= _EPOCH_MILLISECONDS:
        seconds = seconds / 1e3 - now
    elif seconds >= _EPOCH:
        seconds -= now
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_WAIT)


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait by `retry-after-ms` or `Retry-After` (RFC 9110, section 10.2.3); None when neither says."""
    exact = headers.get("retry-after-ms")
    if exact is not None and _NUMBER.fullmatch(exact.strip()):
        return min(float(exact) / 1e3, LONGEST_WAIT)
    said = headers.get("Retry-After")
    return None if said is None else until(said, now)


def _moment(text: str) -> float | None:
    if len(text) > 64 or not any(sign in text for sign in ":,"):
        return None
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = parse(text)
        except (ValueError, TypeError, OverflowError):
            continue
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return None
