"""Intervals by resampling clusters: they cover, agree with known ones, and say when there is none."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.stats.clustered import clustered_mean
from seatrial.stats.diversity import simpson
from seatrial.stats.resampled import FEW, resampled_interval


def mean(rows):
    return math.fsum(rows) / len(rows) if rows else math.nan


@pytest.mark.parametrize("n", [600, FEW + 1000])
def test_a_mean_has_about_the_interval_of_students_t(n):
    """Below and above the limit between bootstrap and jackknife, and with rows that come in clusters of four."""
    draw = random.Random(n)
    levels = [draw.gauss(0, 1) for _ in range(n // 4)]
    rows = [levels[i // 4] + draw.gauss(0, 0.5) for i in range(n // 4 * 4)]
    clusters = [i // 4 for i in range(len(rows))]
    found, known = resampled_interval(rows, clusters, mean), clustered_mean(rows, clusters)
    assert found is not None
    assert found.low == pytest.approx(known.low, abs=0.35 * (known.high - known.low))
    assert found.high == pytest.approx(known.high, abs=0.35 * (known.high - known.low))


def test_the_truth_is_covered_as_often_as_promised():
    """Of 100 intervals at 90 %, at least 80 hold the true mean."""
    draw = random.Random(5)
    held = 0
    for _ in range(100):
        rows = [draw.random() for _ in range(40)]
        found = resampled_interval(rows, range(40), mean, 0.9)
        held += found is not None and found.low <= 0.5 <= found.high
    assert held >= 80


def test_one_cluster_has_no_interval():
    """What was seen once says nothing of its spread."""
    assert resampled_interval([1.0, 2.0], [7, 7], mean) is None
    assert resampled_interval([], [], mean) is None


def test_a_statistic_that_mostly_has_no_value_has_no_interval():
    """NaN is no number to take quantiles of."""
    assert resampled_interval([1.0, 2.0, 3.0], [0, 1, 2], lambda rows: math.nan) is None


@given(st.lists(st.integers(0, 3), max_size=30))
def test_simpson_is_the_share_of_unequal_pairs(items):
    """By its definition, over all pairs of different places."""
    pairs = [a != b for i, a in enumerate(items) for b in items[i + 1 :]]
    found = simpson(items)
    assert found == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)


def test_the_same_seed_gives_the_same_interval():
    """Reports must not differ from run to run."""
    rows = [random.Random(i).random() for i in range(50)]
    assert resampled_interval(rows, range(50), mean) == resampled_interval(rows, range(50), mean)
