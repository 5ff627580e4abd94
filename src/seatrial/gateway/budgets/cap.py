"""`200 USD/month`: an amount of money for each day or month of the calendar, in UTC."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from seatrial.core.errors import Mistake

Every = Literal["day", "month"]
_CAP = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)\s*([A-Za-z]{3})\s*(?:/|\bper\b|\ba\b)\s*(day|month)")


class Cap(msgspec.Struct, frozen=True):
    """Nano-units of a currency, each day or month."""

    nanos: int
    currency: str
    every: Every

    def __str__(self) -> str:
        return f"{money(self.nanos)} {self.currency}/{self.every}"


def parse_cap(text: str) -> Cap:
    """Read `200 USD/month` or `0.50 EUR/day`.

    Raises:
        Mistake: It is neither.
    """
    found = _CAP.fullmatch(text.strip())
    if found is None:
        raise Mistake(f"an amount such as 200 USD/month or 5 USD/day is expected, {text[:80]!r} was found")
    every: Every = "day" if found[3] == "day" else "month"
    return Cap(int(Decimal(found[1]) * 1_000_000_000), found[2].upper(), every)


def period(every: Every, moment: int) -> str:
    """The day (`2026-11-21`) or month (`2026-11`) of a moment, UTC nanoseconds."""
    text = _utc(moment).date().isoformat()
    return text if every == "day" else text[:7]


def ends_in(every: Every, moment: int) -> float:
    """Seconds from a moment, UTC nanoseconds, to the end of its day or month."""
    now = _utc(moment)
    begin = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = 1 if every == "day" else 32 - begin.day
    end = begin + timedelta(days=days)
    return ((end if every == "day" else end.replace(day=1)) - now).total_seconds()


def money(nanos: int) -> str:
    """An amount for people: `200`, `0.50`, `0.000123`."""
    text = f"{Decimal(nanos) / 1_000_000_000:f}"
    whole, _, rest = text.partition(".")
    rest = rest.rstrip("0")
    return whole if not rest else f"{whole}.{rest:0<2}"


def _utc(moment: int) -> datetime:
    return datetime.fromtimestamp(moment // 1_000_000_000, UTC)
