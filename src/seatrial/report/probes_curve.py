"""A family's curve over its strengths as plain geometry, which the template turns into SVG."""

from collections.abc import Sequence
from typing import NamedTuple

from seatrial.core.reading import Reading
from seatrial.metrics.wording import value_with_interval
from seatrial.report.drawings import Tick
from seatrial.report.scale import Scale, around
from seatrial.report.words import end_of_axis

WIDTH, HEIGHT = 320.0, 160.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 14.0, 10.0, 38.0


class Point(NamedTuple):
    """A rate at one strength, with the ends of its interval."""

    x: float
    y: float
    low: float
    high: float
    says: str


class Curve(NamedTuple):
    """Points from left to right, and the axes under them."""

    points: tuple[Point, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    base: float
    says: str

    @property
    def path(self) -> str:
        """The line through the points (SVG path data)."""
        return "M" + " L".join(f"{point.x} {point.y}" for point in self.points)


def curve_of(readings: Sequence[Reading]) -> Curve | None:
    """The Readings of several strengths as a curve; None where fewer than two have a value."""
    known = [each for each in readings if each.value is not None]
    if len(known) < 2:
        return None
    strengths = [float(each.slice[0][1]) for each in known]
    ends = [end for each in known for end in (each.low, each.value, each.high) if end is not None]
    across = around([0.0, *strengths], "rate", _LEFT, WIDTH - _LEFT - _RIGHT)
    up = around([0.0, *ends], "rate", 0, HEIGHT - _TOP - _BOTTOM)
    base = HEIGHT - _BOTTOM
    return Curve(
        points=tuple(_point(each, at, across, up) for each, at in zip(known, strengths, strict=True)),
        x_ticks=tuple(Tick(across.at(tick), f"{tick:g}") for tick in across.ticks(5)),
        y_ticks=tuple(Tick(base - up.at(tick), end_of_axis(tick, "rate")) for tick in up.ticks(4)),
        base=base,
        says="; ".join(f"at {each.slice[0][1]}: {value_with_interval(each)}" for each in known),
    )


def _point(reading: Reading, strength: float, across: Scale, up: Scale) -> Point:
    base, value = HEIGHT - _BOTTOM, reading.value or 0.0
    low, high = (value if end is None else end for end in (reading.low, reading.high))
    says = f"strength {strength:g}: {value_with_interval(reading)}"
    y, bottom, top = (round(base - up.at(each), 2) for each in (value, low, high))
    return Point(across.at(strength), y, bottom, top, says)
