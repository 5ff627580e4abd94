"""Histograms of a Batch's columns: few bins, round edges, logarithmic where a long tail would flatten the rest."""

import math
from collections.abc import Sequence

from seatrial.core.batch import Batch
from seatrial.report.model import Distribution
from seatrial.stats.quantiles import quantile

BINS = 24
"""About as many bins as a plot of 600 pixels can show and a reader can compare."""
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def distributions(batch: Batch) -> tuple[Distribution, ...]:
    """The histograms of a Batch that has something to draw: latency, first token, score."""
    found = []
    for name, unit in (("latency", "s"), ("first_token", "s"), ("score", "")):
        values = sorted(batch.present(name)[0])
        if values:
            found.append(histogram(name, unit, values))
    return tuple(found)


def histogram(name: str, unit: str, values: Sequence[float]) -> Distribution:
    """The histogram of sorted finite values; scores always lie on 0 to 1."""
    p95 = quantile(values, 0.95)
    low, high = (0.0, 1.0) if name == "score" else (values[0], values[-1])
    long_tail = name != "score" and low > 0 and high > 4 * p95
    edges = log_edges(low, high) if long_tail else linear_edges(low, high)
    counts = [0] * (len(edges) - 1)
    at = 0
    for value in values:
        while at < len(counts) - 1 and value >= edges[at + 1]:
            at += 1
        counts[at] += 1
    return Distribution(name, unit, edges, tuple(counts), len(values), quantile(values, 0.5), p95)


def step_for(span: float, parts: int) -> float:
    """The smallest round step (1, 2, 2.5 or 5 times a power of ten) that cuts a span into at most so many parts."""
    raw = span / parts
    power = 10.0 ** math.floor(math.log10(raw))
    return next(step * power for step in _STEPS if step * power >= raw * (1 - 1e-9))


def linear_edges(low: float, high: float) -> tuple[float, ...]:
    """Equal bins with round edges that hold both ends."""
    if high - low <= 1e-9 * max(1.0, abs(high)):
        low, high = low - 0.05 * max(abs(low), 1e-3), high + 0.05 * max(abs(high), 1e-3)
    step = step_for(high - low, BINS)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(round(i * step, 12) for i in range(first, max(last, first + 1) + 1))


def log_edges(low: float, high: float) -> tuple[float, ...]:
    """Bins of equal ratio that hold both ends."""
    ratio = (high / low) ** (1 / BINS)
    return (low, *(low * ratio**i for i in range(1, BINS)), high)
