"""Histograms, axes and interval bars."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.gate import parse_gate
from seatrial.core.reading import Reading
from seatrial.report.drawings import BAR_WIDTH, PLOT_HEIGHT, PLOT_WIDTH, interval_bars, plot
from seatrial.report.histogram import histogram, step_for
from seatrial.report.scale import Scale, around

POSITIVE = st.lists(st.floats(1e-4, 1e4), min_size=1, max_size=50).map(sorted)
RATES = st.lists(st.floats(0, 1), min_size=1, max_size=50).map(sorted)


@given(POSITIVE)
def test_a_histogram_holds_every_value(values: list[float]) -> None:
    """Edges ascend and enclose all values, and the bins together count each value once."""
    made = histogram("latency", "s", values)
    assert all(left < right for left, right in pairwise(made.edges))
    assert made.edges[0] <= values[0] + 1e-9
    assert made.edges[-1] >= values[-1] * (1 - 1e-9)
    assert sum(made.counts) == made.n == len(values)
    assert len(made.counts) == len(made.edges) - 1 <= 30


@given(RATES)
def test_scores_lie_on_zero_to_one(values: list[float]) -> None:
    """A histogram of scores always goes from 0 to 1, so that two of them can be compared."""
    made = histogram("score", "", values)
    assert (made.edges[0], made.edges[-1]) == (0.0, 1.0)


def test_a_value_on_an_edge_belongs_to_the_bin_above() -> None:
    """Bins hold their lower edge; the last holds its upper edge, too."""
    made = histogram("score", "", [0.0, 0.05, 1.0])
    assert (made.counts[0], made.counts[1], made.counts[-1]) == (1, 1, 1)


def test_a_long_tail_gets_a_logarithmic_axis() -> None:
    """One slow answer of a thousand does not squeeze the others into one bin."""
    made = histogram("latency", "s", [*(0.5 + i / 1000 for i in range(999)), 400.0])
    assert max(made.counts) < 999
    assert "logarithmic" in plot(made).x_label


@given(st.floats(1e-6, 1e6), st.integers(1, 30))
def test_steps_are_round_and_few(span: float, parts: int) -> None:
    """A step is 1, 2, 2.5 or 5 times a power of ten and cuts the span into at most so many parts."""
    step = step_for(span, parts)
    lead = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert min(abs(lead - each) for each in (1, 2, 2.5, 5, 10)) < 1e-6
    assert span / step <= parts * (1 + 1e-6)


@given(POSITIVE)
def test_drawings_stay_inside_their_frame(values: list[float]) -> None:
    """No bin, tick or mark of a plot stands outside of it."""
    made = plot(histogram("latency", "s", values))
    assert all(0 <= bar.x <= bar.x + bar.width <= PLOT_WIDTH + 1 for bar in made.bars)
    assert all(0 <= bar.y <= bar.y + bar.height <= PLOT_HEIGHT for bar in made.bars)
    assert all(0 <= tick.at <= PLOT_WIDTH for tick in (*made.x_ticks, *made.marks))
    assert made.x_ticks or len(values) == 1 or values[0] == values[-1]


def test_a_plot_says_what_it_shows() -> None:
    """A plot has a title and a sentence for those who cannot see it."""
    made = plot(histogram("latency", "s", [0.5, 1.0, 1.5]))
    assert made.title == "Latency"
    assert made.says.startswith("Latency of 3 attempts from 500 ms to 1.5 s: median 1 s")


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_bar_keeps_the_order_of_its_values(low: float, high: float, limit: float) -> None:
    """Interval, value and limit stand on the axis in the order of their numbers, and within it."""
    low, high = sorted((low, high))
    reading = Reading("pass_rate", (low + high) / 2, low, high, unit="rate")
    (bar,) = interval_bars([reading], parse_gate(f"pass_rate >= {limit:.6f}"))
    assert bar is not None
    assert 0 <= bar.left <= (bar.value or 0) <= bar.right <= BAR_WIDTH
    assert (bar.limit or 0) <= bar.left + 0.01 or limit >= low - 1e-6


def test_an_open_interval_reaches_the_end_of_the_axis() -> None:
    """An interval without an upper end is drawn to the edge."""
    readings = [Reading("latency.p99", 2.0, 1.5, None, unit="s"), Reading("latency.p99", 3.0, 1.0, 4.0, unit="s")]
    bar = interval_bars(readings)[0]
    assert bar is not None
    assert bar.right == BAR_WIDTH - 8


def test_nothing_measured_is_not_drawn() -> None:
    """A Reading without a value has no bar."""
    assert interval_bars([Reading("pass_rate", None, unit="rate")]) == [None]
    assert interval_bars([]) == []


def test_all_bars_of_a_table_share_one_axis() -> None:
    """Bars that stand under each other can be compared."""
    bars = interval_bars([Reading("r", 0.5, 0.4, 0.6, unit="rate"), Reading("r", 0.9, 0.85, 0.95, unit="rate")])
    assert bars[0] is not None
    assert bars[1] is not None
    assert bars[0].ends == bars[1].ends


@pytest.mark.parametrize("values", [[0.0], [1.0], [0.95, 0.99], [3.0, 3.0], [-0.02, 0.01], [1e-9, 2e-9]])
def test_an_axis_holds_its_values(values: list[float]) -> None:
    """An axis has a length and encloses what it is made for."""
    scale = around(values, "rate" if max(values) <= 1 else "", 0, 100)
    assert scale.low < scale.high
    assert scale.low <= min(values)
    assert scale.high >= max(values)


def test_ticks_are_round() -> None:
    """Ticks of a straight axis are multiples of a round step, those of a logarithmic one leads of powers of ten."""
    assert Scale(0, 1, 0, 100).ticks(5) == [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert Scale(0.2, 60, 0, 100, logarithmic=True).ticks(6) == [0.3, 1, 3, 10, 30]
    assert Scale(2.1, 4.9, 0, 100, logarithmic=True).ticks(6) == [2.1, 4.9]
