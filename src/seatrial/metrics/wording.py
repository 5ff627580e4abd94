"""Numbers as text, the same in every sentence: rates in per cent, durations, money, intervals."""

import math

from seatrial.core.reading import Reading

_MOST_DIGITS = 4
_FIGURES = 3
_AS_WRITTEN = 10
"""Figures of a limit: more than a person writes, fewer than rounding spoils."""
_SHORTEST = 1e-6
"""Seconds that a clock tells apart; shorter ones are the rest of a subtraction, and are shown as none."""
_SMALLEST = 1e-9
"""Of any other unit, e.g. the smallest part of a currency that is counted."""


def percent(value: float, digits: int = 1) -> str:
    """A rate of 0 to 1 as `93.1 %`; whole hundreds keep no decimals (`100 %`, `0 %`)."""
    shown = f"{100 * value:.{digits}f}"
    if float(shown) in (0.0, 100.0, -100.0) and math.isclose(100 * value, float(shown), abs_tol=1e-9):
        shown = f"{100 * value:.0f}"
    return f"{_no_minus_zero(shown)} %"


def seconds(value: float, figures: int = _FIGURES) -> str:
    """A duration in seconds as `820 ms`, `1.93 s` or `130 s`."""
    if abs(value) < _SHORTEST:
        return "0 s"
    if abs(value) < 0.9995:
        return f"{_plain(1000 * value, figures)} ms"
    return f"{_plain(value, figures)} s"


def money(value: float, currency: str, figures: int = _FIGURES) -> str:
    """An amount as `2.41 USD`; small amounts keep three figures (`0.00123 USD`)."""
    in_cents = figures == _FIGURES or round(value, 2) == value
    shown = f"{value:,.2f}" if in_cents and not _SMALLEST <= abs(value) < 1 else _plain(value, figures)
    return f"{_no_minus_zero(shown)} {currency}".rstrip()


def number(value: float | None, unit: str = "", figures: int = _FIGURES) -> str:
    """A value in its unit (`rate`, `s`, a currency, `tokens`, ... or nothing); an en dash for none."""
    if value is None:
        return "–"
    if unit == "rate":
        return percent(value)
    if unit == "s":
        return seconds(value, figures)
    if len(unit) == 3 and unit.isupper():
        return money(value, unit, figures)
    return f"{_plain(value, figures)} {unit}".rstrip()


def against(value: float, limit: float, unit: str = "") -> str:
    """A value in its unit with the digits that tell it from the limit: 94.96 % is not shown as 95.0 % against 95 %."""
    if unit == "rate" and value != limit:
        for digits in range(1, _MOST_DIGITS):
            shown = percent(value, digits)
            if float(shown.removesuffix(" %")) != round(100 * limit, 9):
                return shown
    elif value != limit:
        for figures in range(_FIGURES, _AS_WRITTEN):
            shown = number(value, unit, figures)
            if shown != number(limit, unit, figures):
                return shown
    return number(value, unit)


def limit(value: float, unit: str = "") -> str:
    """A limit as it was written: `95 %`, `0.5 %`, `2 s`."""
    return f"{float(f'{100 * value:.10g}'):g} %" if unit == "rate" else number(value, unit, _AS_WRITTEN)


def interval(reading: Reading) -> str:
    """The interval as `90.2 to 95.3 %`, `at least 1.2 s`, `at most 3 s`; empty when it has neither end."""
    low, high = (number(end, reading.unit) for end in (reading.low, reading.high))
    if reading.low is None and reading.high is None:
        return ""
    if reading.high is None:
        return f"at least {low}"
    if reading.low is None:
        return f"at most {high}"
    amount, _, unit = low.rpartition(" ")
    return f"{amount} to {high}" if amount and high.endswith(f" {unit}") else f"{low} to {high}"


def value_with_interval(reading: Reading) -> str:
    """The value with its interval, e.g. `93.1 % (90.2 to 95.3 %)`; the note when there is no value."""
    if reading.value is None:
        return reading.note or "nothing was measured"
    between = interval(reading)
    return number(reading.value, reading.unit) + (f" ({between})" if between else "")


def basis(reading: Reading) -> str:
    """What it stands on, e.g. `n 412 of 415`; empty when nothing was asked."""
    if not reading.n and not reading.asked:
        return ""
    return f"n {reading.n:,} of {reading.asked:,}" if reading.asked not in (0, reading.n) else f"n {reading.n:,}"


def slice_name(reading: Reading) -> str:
    """The slice it is of, e.g. `language=es, style=typos`; empty for the whole."""
    return ", ".join(f"{tag}={value}" for tag, value in reading.slice)


def count(n: int, one: str, many: str = "") -> str:
    """A counted noun: `1 case`, `2 cases`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def about(n: int) -> str:
    """A count in two figures: more would pretend to know."""
    idle = max(0, len(str(n)) - 2)
    return f"{round(n, -idle):,}"


def listed(names: list[str], most: int = 3) -> str:
    """Names as `a, b and c`, the rest counted: `a, b, c and 4 more`."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _plain(value: float, figures: int = _FIGURES) -> str:
    """So many figures, thousands in groups, no exponent, no idle zeros."""
    if not math.isfinite(value):
        return str(value)
    if abs(value) >= 10 ** (figures - 1) or value == int(value) or abs(value) < _SMALLEST:
        return _no_minus_zero(f"{value:,.0f}")
    places = figures - 1 - math.floor(math.log10(abs(value)))
    return _no_minus_zero(f"{value:,.{min(places, 12)}f}".rstrip("0").rstrip("."))


def _no_minus_zero(shown: str) -> str:
    return shown.removeprefix("-") if shown.startswith("-") and not shown.strip("-0., ") else shown
