"""Intervals by resampling clusters: they cover, agree with known ones, and say when there is none."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.stats.clustered import clustered_mean
from seatrial.stats.distributions import t_quantile
from seatrial.stats.diversity import simpson, simpson_resampled
from seatrial.stats.intervals import wilson
from seatrial.stats.resampled import FEW, GROUPS, Spread, interval_within, resampled_spread


def mean(rows):
    return math.fsum(rows) / len(rows) if rows else math.nan


@pytest.mark.parametrize("n", [600, FEW + 1000])
def test_a_mean_has_about_the_error_of_students_t(n):
    """Below and above the limit between bootstrap and jackknife, and with rows that come in clusters of four."""
    draw = random.Random(n)
    levels = [draw.gauss(0, 1) for _ in range(n // 4)]
    rows = [levels[i // 4] + draw.gauss(0, 0.5) for i in range(n // 4 * 4)]
    clusters = [i // 4 for i in range(len(rows))]
    found, known = resampled_spread(rows, clusters, mean), clustered_mean(rows, clusters)
    assert found is not None
    assert found.error == pytest.approx(known.se, rel=0.3)
    assert found.degrees == (n // 4 if n <= FEW else GROUPS) - 1


def test_two_clusters_vary_by_what_lies_between_them():
    """The error of the mean of 0 and 1 is one half, not what is left of it when one of them is drawn twice."""
    found = resampled_spread([0.0, 1.0], [0, 1], mean)
    assert found == (pytest.approx(0.5, abs=0.05), 1)


def test_one_cluster_has_no_spread():
    """What was seen once says nothing of its spread."""
    assert resampled_spread([1.0, 2.0], [7, 7], mean) is None
    assert resampled_spread([], [], mean) is None


@pytest.mark.parametrize("n", [3, FEW + 1])
def test_a_statistic_that_mostly_has_no_value_has_no_spread(n):
    """NaN is no number to take a deviation of."""
    assert resampled_spread([1.0] * n, list(range(n)), lambda rows: math.nan) is None


def test_rows_and_clusters_of_different_lengths_are_refused():
    """One of them would be left out in silence."""
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        resampled_spread([1.0, 2.0], [0], mean)


def test_a_rate_gets_wilsons_interval_of_as_many_rows_as_its_error_means():
    """0.8 with an error of 0.04 is known as well as of 100 rows; with few clusters it is wider by Student's t."""
    found = interval_within(0.8, Spread(0.04, 100_000), 1000, (0, 1))
    assert found == pytest.approx(wilson(80, 100), abs=1e-5)
    few = interval_within(0.8, Spread(0.04, 4), 1000, (0, 1))
    assert few.high - few.low == pytest.approx((found.high - found.low) * t_quantile(0.975, 4) / 1.96, rel=0.1)


@pytest.mark.parametrize("spread", [None, Spread(0.0, 9)])
def test_resamples_that_agree_are_worth_no_more_than_their_cases(spread):
    """Ten of ten cases are no certainty, whatever the range is."""
    assert interval_within(1.0, spread, 10, (0, 1)) == wilson(10, 10)
    low = interval_within(1.0, spread, 10, (-1, 1)).low
    assert low == pytest.approx(2 * wilson(10, 10).low - 1)


@given(
    st.floats(-1, 1),
    st.floats(0, 10),
    st.integers(1, 50),
    st.floats(1, 100),
    st.sampled_from([(0, 1), (-1, 1), (0, 9)]),
)
def test_an_interval_holds_its_number_and_stays_in_its_range(place, error, degrees, most, within):
    """And it is never a point."""
    value = within[0] + (within[1] - within[0]) * (place + 1) / 2
    low, high = interval_within(value, Spread(error, degrees), most, within)
    assert within[0] - 1e-9 <= low <= value + 1e-9
    assert value - 1e-9 <= high <= within[1] + 1e-9
    assert low < high


def test_an_error_rate_may_go_beyond_one():
    """Its range has no end, and no errors at all leave room for some."""
    low, high = interval_within(1.4, Spread(0.2, 40), 41, (0, math.inf))
    assert low == pytest.approx(1.0, abs=0.05)
    assert high == pytest.approx(1.8, abs=0.05)
    assert interval_within(0.0, None, 20, (0, math.inf)).high == wilson(0, 20).high


@pytest.mark.parametrize("right", [0.5, 0.9])
def test_few_clusters_hold_the_truth_as_often_as_promised(right):
    """Eight cases of four rows that come out mostly alike: of 100 intervals at 90 %, at least 84 hold the true rate."""
    held = 0
    for seed in range(100):
        draw = random.Random(seed)
        chances = [draw.betavariate(right, 1 - right) for _ in range(8) for _ in range(4)]
        rows = [float(draw.random() < chances[i // 4 * 4]) for i in range(32)]
        spread = resampled_spread(rows, [i // 4 for i in range(32)], mean)
        low, high = interval_within(mean(rows), spread, 8, (0, 1), 0.9)
        held += low <= right <= high
    assert held >= 84


@given(st.lists(st.integers(0, 3), min_size=2, max_size=12), st.integers(0, 99))
def test_diversity_of_resamples_leaves_out_pairs_of_one_source(items, seed):
    """By its definition, over all pairs of draws from different places."""
    drawn = random.Random(seed).choices(list(enumerate(items)), k=len(items))
    pairs = [a[1] != b[1] for a in drawn for b in drawn if a[0] != b[0]]
    found = simpson_resampled(drawn)
    assert found == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)
    assert simpson_resampled(enumerate(items)) == pytest.approx(simpson(items))


def test_diversity_of_one_source_is_none():
    """There is no pair to compare."""
    assert simpson_resampled([]) is None
    assert simpson_resampled([("a", 1), ("a", 1)]) is None


@given(st.lists(st.integers(0, 3), max_size=30))
def test_simpson_is_the_share_of_unequal_pairs(items):
    """By its definition, over all pairs of different places."""
    pairs = [a != b for i, a in enumerate(items) for b in items[i + 1 :]]
    found = simpson(items)
    assert found == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)


def test_the_same_seed_gives_the_same_interval():
    """Reports must not differ from run to run."""
    rows = [random.Random(i).random() for i in range(50)]
    assert resampled_spread(rows, range(50), mean) == resampled_spread(rows, range(50), mean)
