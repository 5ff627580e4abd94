"""How often and how fast a suite asks, and what it may cost, from the words of a suite file."""

import re

from seatrial.app.mistakes import brief
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Money
from seatrial.run.plan import Repeat, UntilDecided
from seatrial.run.schedule import ClosedLoop, OpenLoop, Schedule

MOST_REPEATS = 1_000
MOST_ROUNDS = 100
"""Of `until decided`: gates are looked at after each round, and intervals are known for so many looks."""
_UNTIL = re.compile(r"until decided(?:\s*,?\s*at most (\d{1,6}))?", re.IGNORECASE)
_RATE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*/\s*(s|sec|second|m|min|minute|h|hour)\s*", re.IGNORECASE)
_MONEY = re.compile(r"\s*(\d{1,12}(?:\.\d{1,12})?)\s*([A-Za-z]{3})?\s*", re.ASCII)
_TIMES = re.compile(r"\d{1,9}", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def parse_repeat(value: int | str) -> Repeat | UntilDecided:
    """`3`, or `until decided, at most 10`.

    Raises:
        Mistake: It is neither.
    """
    times = int(value) if isinstance(value, int) or _TIMES.fullmatch(value) else None
    found = _UNTIL.fullmatch(value.strip()) if isinstance(value, str) else None
    if times is None and found is None:
        raise Mistake(f"{brief(value)} is no repeat; write a number, or `until decided, at most 10`")
    most = times if times is not None else int(found[1] or 10) if found else 1
    limit = MOST_REPEATS if times is not None else MOST_ROUNDS
    if not 1 <= most <= limit:
        raise Mistake(f"a case is asked 1 to {limit:,} times, not {most}")
    return Repeat(most) if times is not None else UntilDecided(most)


def parse_rate(value: float | str | None) -> Schedule:
    """`50/s`, `600/min` or a number of requests a second; None asks as soon as there is room.

    Raises:
        Mistake: It is none of these.
    """
    if value is None:
        return ClosedLoop()
    if isinstance(value, str):
        found = _RATE.fullmatch(value)
        if found is None:
            raise Mistake(f"{brief(value)} is no rate; write `50/s` or `600/min`")
        value = float(found[1]) / _SECONDS[found[2][0].lower()]
    return OpenLoop(float(value))


def parse_money(value: float | str) -> Money:
    """`2`, `2 USD`, `1.50 EUR`.

    Raises:
        Mistake: It is no amount.
    """
    found = _MONEY.fullmatch(f"{value:.9f}" if isinstance(value, float) else str(value))
    if found is None:
        raise Mistake(f"{brief(value)} is no amount; write `2` or `2 USD`")
    return Money(round(float(found[1]) * 1e9), (found[2] or "USD").upper())
