"""The report's drawings as plain geometry, which the templates turn into SVG: interval bars and histograms."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from seatrial.core.gate import Gate
from seatrial.core.reading import Reading
from seatrial.metrics.wording import count, interval, number, slice_name
from seatrial.report.model import Distribution
from seatrial.report.scale import Scale, around
from seatrial.report.words import end_of_axis, limit

BAR_WIDTH = 220.0
_BAR_EDGE = 8.0
PLOT_WIDTH, PLOT_HEIGHT = 440.0, 220.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 12.0, 34.0, 42.0
NAMES = {"latency": "Latency", "first_token": "Time to first token", "score": "Score"}


class Tick(NamedTuple):
    """A mark on an axis and its text."""

    at: float
    text: str


class IntervalBar(NamedTuple):
    """A Reading as a bar: the interval from `left` to `right`, the value, and the limit it is held to."""

    left: float
    right: float
    value: float | None
    limit: float | None
    ends: tuple[str, str]
    says: str


class Rectangle(NamedTuple):
    """One bin of a histogram."""

    x: float
    y: float
    width: float
    height: float
    says: str


class Plot(NamedTuple):
    """A histogram with its axes and two marked values."""

    title: str
    says: str
    x_label: str
    bars: tuple[Rectangle, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    marks: tuple[Tick, ...]
    """The second is written on the other side of its line."""
    base: float


def interval_bars(readings: Sequence[Reading], gate: Gate | None = None) -> list[IntervalBar | None]:
    """A bar for each Reading, all on one axis; None for a Reading without a value."""
    held = [gate.limit] if gate is not None else []
    ends = [end for each in readings for end in (each.low, each.value, each.high) if end is not None]
    unit = next((each.unit for each in readings), "")
    scale = around([*held, *ends], unit, _BAR_EDGE, BAR_WIDTH - 2 * _BAR_EDGE)
    return [_bar(each, gate, scale) for each in readings]


def plot(distribution: Distribution) -> Plot:
    """A histogram as geometry."""
    edges, counts = distribution.edges, distribution.counts
    across = Scale(edges[0], edges[-1], _LEFT, PLOT_WIDTH - _LEFT - _RIGHT, _is_log(edges))
    top = max(counts)
    up = Scale(0, top, 0, PLOT_HEIGHT - _TOP - _BOTTOM)
    base = PLOT_HEIGHT - _BOTTOM
    unit = distribution.unit
    name = NAMES.get(distribution.name, distribution.name)
    scope = f"{number(edges[0], unit)} to {number(edges[-1], unit)}"
    middle, tail = number(distribution.median, unit), number(distribution.p95, unit)
    return Plot(
        title=name,
        says=f"{name} of {count(distribution.n, 'attempt')} from {scope}: median {middle}, 95th percentile {tail}.",
        x_label=f"{name} (seconds{', logarithmic' if across.logarithmic else ''})" if unit == "s" else name,
        bars=tuple(_rectangles(distribution, across, up, base)),
        x_ticks=tuple(Tick(across.at(tick), f"{tick:,.6g}") for tick in across.ticks(6)),
        y_ticks=tuple(Tick(base - up.at(tick), f"{tick:,.6g}") for tick in up.ticks(4) if tick == int(tick)),
        marks=(
            Tick(across.at(distribution.median), f"median {middle}"),
            Tick(across.at(distribution.p95), f"p95 {tail}"),
        ),
        base=base,
    )


def _bar(reading: Reading, gate: Gate | None, scale: Scale) -> IntervalBar | None:
    if reading.value is None:
        return None
    low = scale.low if reading.low is None else reading.low
    high = scale.high if reading.high is None else reading.high
    if reading.low is None and reading.high is None:
        low = high = reading.value
    held = f", limit {limit(gate)}" if gate is not None else ""
    between = interval(reading)
    says = f"{slice_name(reading) or reading.name}: {number(reading.value, reading.unit)}"
    return IntervalBar(
        left=scale.at(low),
        right=scale.at(high),
        value=scale.at(reading.value),
        limit=scale.at(gate.limit) if gate is not None else None,
        ends=(end_of_axis(scale.low, reading.unit), end_of_axis(scale.high, reading.unit)),
        says=says + (f", interval {between}" if between else "") + held,
    )


def _rectangles(distribution: Distribution, across: Scale, up: Scale, base: float) -> Iterable[Rectangle]:
    edges = distribution.edges
    for left, right, n in zip(edges, edges[1:], distribution.counts, strict=False):
        if n:
            x, height = across.at(left), max(1.0, up.at(n))
            says = f"{number(left, distribution.unit)} to {number(right, distribution.unit)}: {n:,}"
            yield Rectangle(x, base - height, max(1.0, round(across.at(right) - x - 1, 2)), height, says)


def _is_log(edges: Sequence[float]) -> bool:
    return edges[0] > 0 and len(edges) > 2 and (edges[2] - edges[1]) > 1.02 * (edges[1] - edges[0])
