import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as oracle
from statsmodels.regression.linear_model import OLS

from seatrial.stats.clustered import (
    ClusterSums,
    clustered_mean,
    clustered_rate,
    design_effect,
    effective_n,
    intraclass_correlation,
    repeat_variance,
)
from seatrial.stats.distributions import t_quantile
from seatrial.stats.intervals import student_mean, wilson

rows = st.lists(st.tuples(st.integers(0, 6), st.integers(-50, 50)), min_size=1, max_size=60)
marks = st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=60)
SCORES, FOURS = range(20), [i % 4 for i in range(20)]


def split(pairs):
    """Values and clusters of rows."""
    return [float(value) for _, value in pairs], [cluster for cluster, _ in pairs]


def test_clustered_error_of_the_reference():
    """Scores 0 to 19 in four clusters have the clustered standard error .645497 and a t interval on 3 degrees."""
    found = clustered_mean(SCORES, FOURS)
    half = t_quantile(0.975, 3) * 0.6454972
    assert found == pytest.approx((9.5, 0.645497, 4, 20, 9.5 - half, 9.5 + half), abs=1e-6)
    assert found.se / math.sqrt(4 / 3) == pytest.approx(0.559017, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(rows)
def test_clustered_error_agrees_with_statsmodels(pairs):
    """The standard error is that of an intercept with cluster-robust covariance in statsmodels."""
    values, clusters = split(pairs)
    found = clustered_mean(values, clusters)
    if found.clusters > 1:
        fitted = OLS(values, [1.0] * len(values)).fit(cov_type="cluster", cov_kwds={"groups": clusters})
        assert found.mean == pytest.approx(fitted.params[0], abs=1e-9)
        assert found.se == pytest.approx(fitted.bse[0], rel=1e-6, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30), st.floats(0.5, 0.999))
def test_a_cluster_for_each_row_is_the_ordinary_mean(values, confidence):
    """When no rows belong together, mean and interval are Student's."""
    found = clustered_mean(values, range(len(values)), confidence)
    assert (found.low, found.high) == pytest.approx(student_mean(values, confidence), rel=1e-9, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(rows, st.randoms())
def test_order_and_names_of_clusters_do_not_count(pairs, draw):
    """Rows in another order under other cluster numbers give the same numbers."""
    mixed = draw.sample(pairs, len(pairs))
    expected = clustered_mean(*split(pairs))
    values, clusters = split(mixed)
    assert clustered_mean(values, [9 - c for c in clusters]) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def added(pairs):
    """Sums under the clusters' own numbers: `cluster_sums` may number those of each part anew."""
    found = ClusterSums()
    for value, cluster in zip(*split(pairs), strict=True):
        found.add(cluster, value)
    return found


@settings(max_examples=60, deadline=None)
@given(marks, st.integers(0, 60))
def test_merged_parts_are_the_whole(pairs, cut):
    """Sums of two parts that share clusters merge into the sums of all rows."""
    part, rest, whole = (added(some) for some in (pairs[:cut], pairs[cut:], pairs))
    part.merge(rest)
    assert (part.mean(), part.rate()) == (whole.mean(), whole.rate())


def test_one_cluster_says_nothing_of_its_mean():
    """A single cluster has a mean and an infinite error, however many rows it has."""
    found = clustered_mean([1.0, 2.0, 3.0], [7, 7, 7])
    assert (found.mean, found.se, found.low, found.high) == (2.0, math.inf, -math.inf, math.inf)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_rate_of_single_rows_is_wilson(count, confidence):
    """A rate whose clusters have one row each has Wilson's interval and its full size."""
    right, n = count
    found = clustered_rate([1.0] * right + [0.0] * (n - right), range(n), confidence)
    assert found.interval == pytest.approx(wilson(right, n, confidence))
    assert found.n_eff == pytest.approx(n)


@settings(max_examples=60, deadline=None)
@given(marks, st.floats(0.5, 0.999))
def test_rate_interval_holds_the_rate_and_grows_with_confidence(pairs, confidence):
    """The clustered interval holds the rate, lies within 0 to 1 and is wider at a higher confidence."""
    values, clusters = split(pairs)
    rate, (low, high), size = clustered_rate(values, clusters, confidence)
    wider = clustered_rate(values, clusters, 1 - (1 - confidence) / 2).interval
    assert 0 <= wider.low <= low + 1e-12
    assert low - 1e-12 <= rate <= high + 1e-12
    assert high - 1e-12 <= wider.high <= 1
    assert 0 < size <= len(values)


def test_repeats_that_all_agree_count_once():
    """Ten repeats that never differ from each other weigh as much as one."""
    values = [float(case < 30) for case in range(50) for _ in range(10)]
    clusters = [case for case in range(50) for _ in range(10)]
    assert effective_n(values, clusters) == pytest.approx(50)
    assert clustered_rate(values, clusters).interval.low < wilson(30, 50).low


def test_repeats_that_tell_nothing_of_each_other_count_fully():
    """Repeats whose clusters all have the same rate are worth their number of rows."""
    values = [1.0, 0.0, 1.0, 0.0] * 10
    assert effective_n(values, [i // 4 for i in range(40)]) == 40


def test_a_rate_of_one_counts_clusters():
    """When every row is right, the effective size is the number of clusters, for clusters of any size."""
    assert effective_n([1.0] * 30, [i // 3 for i in range(30)]) == 10
    assert effective_n([0.0] * 5, [0, 1, 1, 1, 1]) == 2


def test_rate_shrinks_its_size_by_t():
    """The effective size of a clustered rate is multiplied by the squared ratio of t quantiles."""
    values, clusters = [1.0, 1.0, 1.0, 0.0] * 5, [i // 4 for i in range(20)]
    shrunk = 20 * (t_quantile(0.025, 19) / t_quantile(0.025, 4)) ** 2
    found = clustered_rate(values, clusters)
    assert found.n_eff == pytest.approx(shrunk)
    assert found.interval == pytest.approx(wilson(0.75 * shrunk, shrunk))


@settings(max_examples=60, deadline=None)
@given(marks)
def test_effective_size_has_its_bounds(pairs):
    """The effective size lies between that of clusters that agree entirely and the number of rows."""
    values, clusters = split(pairs)
    sizes = [clusters.count(cluster) for cluster in set(clusters)]
    least = len(values) ** 2 / sum(size * size for size in sizes)
    assert least * (1 - 1e-12) <= effective_n(values, clusters) <= len(values)


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_extreme_values_neither_vanish_nor_overflow(size):
    """Standard errors scale with the values over four hundred powers of ten."""
    assert clustered_mean([size, 0.0, size, 0.0], [0, 0, 1, 2]).se == pytest.approx(size * math.sqrt(0.75) / 4)
    assert student_mean([size, 0.0, size]).high == pytest.approx(size * student_mean([1.0, 0.0, 1.0]).high)
    assert effective_n([1e-200, 0.0, 1e-200], [0, 1, 1]) > 1


def test_repeat_variance_tells_its_parts():
    """Variance of four cases with two repeats splits into that between and that within them."""
    found = repeat_variance([[1, 0], [1, 1], [0, 0], [1, 0]])
    assert found.within == pytest.approx(0.25)
    assert found.between == pytest.approx(1 / 6 - 0.25 / 2)
    assert found.variance == pytest.approx((1 / 6) / 4)
    assert (found.inverse, found.cases) == (0.5, 4)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=12))
def test_repeat_variance_is_at_least_that_of_clusters(cases):
    """With equal repeats the variance is the clustered one, or larger where no spread is left between cases."""
    found = repeat_variance(cases)
    values, clusters = [v for case in cases for v in case], [i for i, case in enumerate(cases) for _ in case]
    assert found.variance >= clustered_mean(values, clusters).se ** 2 * (1 - 1e-9) - 1e-12
    assert found.variance == pytest.approx((found.between + found.within * found.inverse) / len(cases))


def test_repeat_variance_without_repeats_cannot_tell():
    """Cases asked once leave the variance within them unknown."""
    found = repeat_variance([[1.0], [0.0], [1.0]])
    assert math.isnan(found.within)
    assert found.variance == pytest.approx(found.between / 3)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=2, max_size=10))
def test_intraclass_correlation_agrees_with_the_f_test(cases):
    """With m rows a cluster the correlation is (F - 1) / (F - 1 + m) of scipy's analysis of variance."""
    found = intraclass_correlation([float(v) for case in cases for v in case], [i // 4 for i in range(4 * len(cases))])
    if any(len(set(case)) > 1 for case in cases):
        f = oracle.f_oneway(*cases).statistic
        assert found == pytest.approx((f - 1) / (f - 1 + 4))


def test_intraclass_correlation_at_its_edges():
    """Agreement within clusters is 1, and one cluster, single rows or equal values have none."""
    assert intraclass_correlation([1, 1, 0, 0], [0, 0, 1, 1]) == 1
    assert intraclass_correlation([1, 0], [0, 0]) is None
    assert intraclass_correlation([1, 0], [0, 1]) is None
    assert intraclass_correlation([1, 1, 1], [0, 0, 1]) is None


def test_design_effect_of_clusters():
    """Ten rows of ICC .71 have 7.39 times the variance of independent ones."""
    assert design_effect(10, 0.71) == pytest.approx(7.39)


@pytest.mark.parametrize(
    "call",
    [
        lambda: clustered_mean([], []),
        lambda: clustered_mean([1.0, 2.0], [1]),
        lambda: clustered_mean([1.0, math.nan], [1, 2]),
        lambda: clustered_mean([1.0], [1], 95),
        lambda: clustered_rate([2.0, -1.0], [1, 2]),
        lambda: effective_n([], []),
        lambda: repeat_variance([[1.0]]),
        lambda: repeat_variance([[1.0], []]),
        lambda: ClusterSums().rate(),
    ],
)
def test_rows_that_make_no_mean_are_refused(call):
    """No rows, lengths that differ and values that are none are a ValueError."""
    with pytest.raises(ValueError, match=r"."):
        call()
