"""Simulations: what the intervals promise is what happens when nothing has changed."""

import math
import random
import statistics

import pytest

from seatrial.stats.clustered import ClusterSums, clustered_mean, clustered_rate
from seatrial.stats.distributions import t_quantile
from seatrial.stats.intervals import normal_mean
from seatrial.stats.looks import confidence_of_looks
from seatrial.stats.paired import two_cluster_difference

CASES, REPEATS, ICC, RUNS = 50, 10, 0.71, 2000
CLUSTERS = [case for case in range(CASES) for _ in range(REPEATS)]


def unchanged(draw):
    """Values around 0 whose repeats of one case correlate with ICC."""
    own, shared = math.sqrt(1 - ICC), math.sqrt(ICC)
    levels = [shared * draw.gauss(0, 1) for _ in range(CASES)]
    return [level + own * draw.gauss(0, 1) for level in levels for _ in range(REPEATS)]


@pytest.mark.slow
def test_clustered_means_hold_their_false_alarms():
    """Without any change a naive z-test rejects in over 40 % of 2,000 runs, the clustered t-test in at most 6 %."""
    draw = random.Random(1)
    naive = clustered = 0
    for _ in range(RUNS):
        values = unchanged(draw)
        low, high = normal_mean(values)
        naive += not low <= 0 <= high
        found = clustered_mean(values, CLUSTERS)
        clustered += not found.low <= 0 <= found.high
    assert naive / RUNS > 0.40
    assert 0.03 < clustered / RUNS <= 0.06


@pytest.mark.slow
def test_two_clustered_sides_hold_their_false_alarms():
    """Two sets of cases without a difference are told apart in at most 6 % of 2,000 runs, naively in over 40 %."""
    draw = random.Random(2)
    naive = clustered = 0
    for _ in range(RUNS):
        a, b = unchanged(draw), unchanged(draw)
        error = math.sqrt((statistics.pvariance(a, 0.0) + statistics.pvariance(b, 0.0)) / len(a))
        naive += abs(statistics.fmean(b) - statistics.fmean(a)) > 1.96 * error
        clustered += two_cluster_difference(a, CLUSTERS, b, CLUSTERS).p < 0.05
    assert naive / RUNS > 0.40
    assert 0.03 < clustered / RUNS <= 0.06


@pytest.mark.parametrize(("rate", "icc", "cases", "repeats"), [(0.9, 0.71, 50, 10), (0.95, 0.3, 100, 3)])
def test_clustered_rates_cover_the_truth(rate, icc, cases, repeats):
    """The interval of a rate of right repeats misses the true rate in at most 8 % of 1,000 runs."""
    draw = random.Random(3)
    a, b, missed = rate * (1 - icc) / icc, (1 - rate) * (1 - icc) / icc, 0
    for _ in range(1000):
        sums = ClusterSums()
        for case in range(cases):
            level = draw.betavariate(a, b)
            sums.add(case, sum(draw.random() < level for _ in range(repeats)), repeats)
        low, high = sums.rate().interval
        missed += not low <= rate <= high
    assert missed <= 80


def test_deciding_at_the_first_of_five_looks_holds_the_confidence():
    """Intervals that decide at any of five looks are wrong in at most 6.5 % of 2,000 runs."""
    draw = random.Random(4)
    confidence, wrong = confidence_of_looks(5), 0
    widths = [t_quantile((1 + confidence) / 2, 40 * look - 1) for look in range(1, 6)]
    for _ in range(2000):
        values = [draw.gauss(0, 1) for _ in range(200)]
        means = [(statistics.fmean(values[: 40 * look]), 40 * look) for look in range(1, 6)]
        wrong += any(abs(mean) * math.sqrt(n) > width for (mean, n), width in zip(means, widths, strict=True))
    assert 0.03 < wrong / 2000 <= 0.065


def test_a_rate_that_is_naively_certain_is_not():
    """Ten cases repeated fifty times, all right, leave a failure rate of a fifth open."""
    assert clustered_rate([1.0] * 500, [i // 50 for i in range(500)]).interval.low < 0.8
