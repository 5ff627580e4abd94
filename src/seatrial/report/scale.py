"""Where a value stands on an axis, and the ticks under it; the geometry of the report's drawings."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from seatrial.report.histogram import step_for


class Scale(NamedTuple):
    """A straight or logarithmic axis from `low` to `high` over `width` units, the first at `start`."""

    low: float
    high: float
    start: float
    width: float
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """Where a value stands; values beyond an end stand on it."""
        value = min(max(value, self.low), self.high)
        if self.logarithmic:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * self.width, 2)

    def ticks(self, most: int = 5) -> list[float]:
        """Round values on the axis, about as many as asked for."""
        if self.logarithmic:
            return _log_ticks(self.low, self.high, most)
        step = step_for(self.high - self.low, most)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(i * step, 12) for i in range(first, last + 1)]


def around(values: Iterable[float], unit: str, start: float, width: float) -> Scale:
    """A straight axis with round ends that holds all values with some room; rates stay within 0 and 1."""
    found = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(found), max(found)
    span = high - low
    if span < 1e-9 * max(1.0, abs(high)):
        span = 0.1 * abs(high) if abs(high) > 1e-6 else 0.1 if unit == "rate" else 1.0
    step = step_for(1.3 * span, 4)
    bottom, top = step * math.floor((low - 0.1 * span) / step), step * math.ceil((high + 0.1 * span) / step)
    if low >= 0:
        bottom = max(0.0, bottom)
    if unit == "rate" and high <= 1:
        top = min(1.0, top)
    return Scale(bottom, top, start, width)


def _log_ticks(low: float, high: float, most: int) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for leads in ((1, 2, 5), (1, 3), (1,)):
        ticks = [float(f"{lead}e{power}") for power in powers for lead in leads]
        inside = [tick for tick in ticks if low <= tick <= high]
        if 2 <= len(inside) <= most + 1:
            return inside
    return [low, high]
