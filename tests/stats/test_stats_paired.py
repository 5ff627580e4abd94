import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as oracle
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep

from seatrial.stats.clustered import clustered_mean
from seatrial.stats.paired import (
    difference_of_clustered,
    difference_of_means,
    difference_of_rates,
    fisher_exact,
    mcnemar_exact,
    paired_difference,
    paired_rate_difference,
    two_cluster_difference,
)

few = st.integers(0, 40)
spread = st.lists(st.integers(-1000, 1000), min_size=2, max_size=25).filter(lambda found: len(set(found)) > 1)
pairs = st.lists(st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000)), min_size=2, max_size=25)
shares = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=40)


def discordant(b, c, agreed):
    """Two sides of 0/1 answers: b only the first has right, c only the second, and some both."""
    return [1.0] * b + [0.0] * c + [1.0] * agreed, [0.0] * b + [1.0] * c + [1.0] * agreed


@pytest.mark.parametrize(
    ("b", "c", "p"), [(3, 12, 0.035156), (1, 7, 0.070313), (76, 360, 2.9e-45), (152, 209, 0.003151), (0, 0, 1)]
)
def test_mcnemar_gives_the_reference_values(b, c, p):
    """Exact McNemar p-values are the published ones, also far out."""
    assert mcnemar_exact(b, c) == pytest.approx(p, rel=5e-3 if p < 1e-9 else 1e-3)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_agrees_with_statsmodels(b, c):
    """Exact McNemar agrees with statsmodels and does not care which side is which."""
    expected = mcnemar([[0, b], [c, 0]], exact=True).pvalue if b + c else 1.0
    assert mcnemar_exact(b, c) == pytest.approx(expected, rel=1e-9)
    assert mcnemar_exact(b, c) == mcnemar_exact(c, b)


@pytest.mark.parametrize(("table", "p"), [((3, 0, 0, 3), 0.1), ((5, 0, 1, 4), 0.0476), ((10, 0, 5, 5), 0.0325)])
def test_fisher_gives_the_reference_values(table, p):
    """Fisher's p-values of repeats of one case are the published ones."""
    assert fisher_exact(*table) == pytest.approx(p, abs=5e-5)


@settings(max_examples=60, deadline=None)
@given(few, few, few, few)
def test_fisher_agrees_with_scipy(a, b, c, d):
    """Fisher's test agrees with scipy on every small table, empty rows included."""
    assert fisher_exact(a, b, c, d) == pytest.approx(oracle.fisher_exact([[a, b], [c, d]]).pvalue, rel=1e-8)


@pytest.mark.parametrize("table", [(50_000, 49_000, 800, 900), (500, 99_500, 650, 99_350), (0, 20_000, 900, 50_000)])
def test_fisher_of_large_tables_agrees_with_scipy(table):
    """Fisher's test agrees with scipy on tables of a hundred thousand rows."""
    a, b, c, d = table
    assert fisher_exact(*table) == pytest.approx(oracle.fisher_exact([[a, b], [c, d]]).pvalue, rel=1e-5)


@pytest.mark.parametrize(
    ("b", "c", "difference", "se"), [(76, 360, 0.215315, 0.014684), (152, 209, 0.043215, 0.014361)]
)
def test_paired_difference_of_published_systems(b, c, difference, se):
    """Differences and errors of systems on 1,319 maths problems are the published ones (from a to b)."""
    found = paired_difference(*discordant(b, c, 1319 - b - c))
    assert (found.difference, found.se, found.n) == pytest.approx((difference, se, 1319), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(pairs, st.floats(0.5, 0.999))
def test_paired_difference_agrees_with_scipy(cases, confidence):
    """Difference, interval and p-value are those of scipy's paired t-test."""
    a, b = zip(*cases, strict=True)
    found = paired_difference(a, b, confidence)
    if found.se > 0:
        expected = oracle.ttest_rel(b, a)
        interval = expected.confidence_interval(confidence)
        assert found.p == pytest.approx(expected.pvalue, rel=1e-7)
        assert (found.low, found.high) == pytest.approx(tuple(interval), rel=1e-7, abs=1e-7)


def test_paired_difference_of_one_case_or_of_equal_changes():
    """One case says nothing, equal changes leave no doubt, and no change at all has p 1."""
    assert paired_difference([1.0], [0.0]) == (-1.0, math.inf, -math.inf, math.inf, 1, 1.0)
    assert paired_difference([1, 2, 3], [2, 3, 4]) == (1.0, 0.0, 1.0, 1.0, 3, 0.0)
    assert paired_difference([1, 2, 3], [1, 2, 3]).p == 1.0


def test_paired_rates_have_width_without_any_change():
    """Three cases that did not change leave a drop of half open; a thousand do not."""
    few_cases, many_cases = (paired_rate_difference([1.0] * n, [1.0] * n) for n in (3, 1000))
    assert few_cases.low < -0.5 < 0 < 0.5 < few_cases.high
    assert -0.005 < many_cases.low < 0 < many_cases.high < 0.005


def test_paired_rates_give_the_interval_of_bonett_and_price():
    """Discordant pairs 3 and 12 of 50 give the interval of adding one to each and two to all."""
    b, c, n = 4 / 52, 13 / 52, 52
    half = 1.959964 * math.sqrt((b + c - (c - b) ** 2) / n)
    found = paired_rate_difference(*discordant(3, 12, 35))
    assert found == pytest.approx((9 / 50, c - b - half, c - b + half), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(shares, st.floats(0.5, 0.999))
def test_paired_rates_turn_round(cases, confidence):
    """The interval holds the difference, lies within -1 to 1, and from b to a it is the mirror image."""
    a, b = zip(*cases, strict=True)
    found, back = paired_rate_difference(a, b, confidence), paired_rate_difference(b, a, confidence)
    assert -1 <= found.low <= found.difference <= found.high <= 1
    assert (back.difference, -back.high, -back.low) == pytest.approx((-found.difference, found.low, found.high))


@settings(max_examples=60, deadline=None)
@given(few, few, few, few, st.floats(0.5, 0.999))
def test_difference_of_rates_agrees_with_statsmodels(x, rest_x, y, rest_y, confidence):
    """Newcombe's interval agrees with statsmodels and holds the difference."""
    n, m = x + rest_x + 1, y + rest_y + 1
    found = difference_of_rates(x, n, y, m, confidence)
    expected = confint_proportions_2indep(y, m, x, n, method="newcomb", compare="diff", alpha=1 - confidence)
    assert (found.low, found.high) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert found.low <= found.difference <= found.high


@settings(max_examples=60, deadline=None)
@given(spread, spread, st.floats(0.5, 0.999))
def test_difference_of_means_agrees_with_scipy(a, b, confidence):
    """Difference, degrees of freedom, interval and p-value are those of scipy's Welch test."""
    found = difference_of_means(a, b, confidence)
    expected = oracle.ttest_ind(b, a, equal_var=False)
    assert (found.df, found.p) == pytest.approx((expected.df, expected.pvalue), rel=1e-7)
    interval = tuple(expected.confidence_interval(confidence))
    assert (found.low, found.high) == pytest.approx(interval, rel=1e-7, abs=1e-7)


@settings(max_examples=60, deadline=None)
@given(spread, spread)
def test_two_sides_without_repeats_are_welchs(a, b):
    """When every row is a cluster of its own, the clustered difference is that of plain means."""
    expected = difference_of_means(a, b)
    found = two_cluster_difference(a, range(len(a)), b, range(len(b)))
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_repeats_do_not_sharpen_a_clustered_difference():
    """Writing every row five times over leaves the clustered difference as it was."""
    a, b = [1.0, 0.0, 1.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 0.0]
    once = two_cluster_difference(a, range(6), b, range(4))
    often = two_cluster_difference(a * 5, [*range(6)] * 5, b * 5, [*range(4)] * 5)
    assert often == pytest.approx(once)


def test_a_side_with_one_cluster_leaves_everything_open():
    """One cluster on a side gives an infinite interval and p 1; no spread on both gives none and p 0."""
    alone, plain = clustered_mean([1.0, 1.0], [0, 0]), clustered_mean([1.0, 1.0], [0, 1])
    found = difference_of_clustered(alone, plain)
    assert (found.low, found.high, found.p) == (-math.inf, math.inf, 1.0)
    assert difference_of_means([1, 1], [2, 2]) == (1.0, 0.0, 1.0, 1.0, 2, 0.0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: paired_difference([], []),
        lambda: paired_difference([1.0], [1.0, 2.0]),
        lambda: paired_rate_difference([2.0], [1.0]),
        lambda: mcnemar_exact(-1, 3),
        lambda: fisher_exact(1, 2, -3, 4),
        lambda: difference_of_rates(0, 0, 1, 2),
        lambda: difference_of_rates(3, 2, 1, 2),
        lambda: difference_of_means([], [1.0]),
    ],
)
def test_nothing_to_compare_is_refused(call):
    """Empty sides, lengths that differ and impossible counts are a ValueError."""
    with pytest.raises(ValueError, match=r"."):
        call()
