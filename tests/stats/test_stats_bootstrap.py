import random
import statistics

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as oracle

from seatrial.stats.bootstrap import bca_interval, bootstrap_interval
from seatrial.stats.clustered import clustered_mean
from seatrial.stats.quantiles import quantile

draw = random.Random(3)
LATENCIES = [draw.lognormvariate(0, 1) for _ in range(60)]
METHODS = pytest.mark.parametrize("interval", [bootstrap_interval, bca_interval])


@METHODS
def test_a_seed_decides_the_interval(interval):
    """The same seed gives the same interval, another seed another."""
    first, again, other = (interval(LATENCIES, statistics.fmean, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize(("interval", "method"), [(bootstrap_interval, "percentile"), (bca_interval, "BCa")])
@pytest.mark.parametrize("statistic", [numpy.mean, numpy.std])
def test_bootstrap_agrees_with_scipy(interval, method, statistic):
    """Both intervals agree with scipy's up to the chance of the draws, for skewed data and a skewed statistic."""
    drawn = numpy.random.default_rng(1)
    expected = oracle.bootstrap((LATENCIES,), statistic, n_resamples=4000, method=method, rng=drawn)
    found = interval(LATENCIES, lambda values: float(statistic(values)), resamples=4000)
    width = expected.confidence_interval.high - expected.confidence_interval.low
    assert found == pytest.approx(tuple(expected.confidence_interval), abs=0.06 * width)


def test_bias_is_corrected():
    """The range of few values is smaller in resamples, and the corrected interval is scipy's to 3 % of its width."""
    drawn = numpy.random.default_rng(1)
    expected = oracle.bootstrap((LATENCIES[:8],), numpy.ptp, n_resamples=20_000, method="BCa", rng=drawn)
    low, high = expected.confidence_interval
    found = bca_interval(LATENCIES[:8], lambda values: max(values) - min(values), resamples=20_000)
    assert found == pytest.approx((low, high), abs=0.03 * (high - low))


@METHODS
def test_whole_clusters_are_drawn(interval):
    """With ten repeats that agree, the interval of drawn clusters is the wide one of the clustered error."""
    cases = [draw.gauss(0, 1) for _ in range(40)]
    values, clusters = [case for case in cases for _ in range(10)], [i for i in range(40) for _ in range(10)]
    by_rows = interval(values, statistics.fmean, resamples=400)
    by_cluster = interval(values, statistics.fmean, clusters=clusters, resamples=400)
    expected = clustered_mean(values, clusters)
    assert by_cluster.high - by_cluster.low > 2.5 * (by_rows.high - by_rows.low)
    assert by_cluster == pytest.approx((expected.low, expected.high), abs=0.2 * (expected.high - expected.low))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=1, max_size=15), st.sampled_from([bootstrap_interval, bca_interval]))
def test_intervals_are_made_of_what_was_seen(values, interval):
    """An interval of a median lies within the values and is no narrower at a higher confidence."""
    low, high = interval(values, statistics.median, resamples=99, confidence=0.8)
    wider = interval(values, statistics.median, resamples=99, confidence=0.95)
    assert min(values) <= wider.low <= low <= high <= wider.high <= max(values)


@METHODS
def test_bootstrap_works_for_percentiles(interval):
    """The interval of a p90 holds the p90 of the values."""

    def p90(values):
        return quantile(sorted(values), 0.9)

    low, high = interval(LATENCIES, p90, resamples=500)
    assert low < p90(LATENCIES) < high


@METHODS
@pytest.mark.parametrize("options", [{"resamples": 1}, {"confidence": 95}, {"values": []}, {"clusters": [1, 2]}])
def test_what_cannot_be_drawn_is_refused(interval, options):
    """No values, one resample, a confidence in percent and lengths that differ are a ValueError."""
    with pytest.raises(ValueError, match=r"."):
        interval(**{"values": [1.0, 2.0, 3.0], "statistic": statistics.fmean, **options})
