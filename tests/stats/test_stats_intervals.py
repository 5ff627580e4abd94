import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as oracle
from statsmodels.stats.proportion import proportion_confint

from seatrial.stats.intervals import (
    EVERYTHING,
    clopper_pearson,
    normal_mean,
    quantile_interval,
    smallest_n_for_quantile,
    standard_error,
    student_mean,
    upper_bound_after_no_failures,
    wilson,
)

confidences = st.floats(0.5, 0.9999)
values = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30)


@st.composite
def counts(draw):
    n = draw(st.integers(1, 3000))
    return draw(st.integers(0, n)), n


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (8, 10, 0.490162, 0.943318),
        (0, 10, 0, 0.277533),
        (10, 10, 0.722467, 1),
        (90, 100, 0.825634, 0.944771),
        (1900, 2000, 0.939556, 0.958719),
    ],
)
def test_wilson_gives_the_reference_intervals(successes, n, low, high):
    """Wilson's 95 % intervals are the published ones."""
    assert wilson(successes, n) == pytest.approx((low, high), abs=1e-6)


@pytest.mark.parametrize(("successes", "low", "high"), [(8, 0.443905, 0.974789), (0, 0, 0.308497)])
def test_clopper_pearson_gives_the_reference_intervals(successes, low, high):
    """The exact 95 % intervals of ten rows are the published ones."""
    assert clopper_pearson(successes, 10) == pytest.approx((low, high), abs=1e-6)


@pytest.mark.parametrize(("n", "bound"), [(10, 0.2589), (100, 0.02951), (300, 0.00994)])
def test_no_failures_bound_the_rate(n, bound):
    """The one-sided bounds after no failures are the published ones."""
    assert upper_bound_after_no_failures(n) == pytest.approx(bound, abs=5e-5)


@settings(max_examples=60, deadline=None)
@given(counts(), confidences)
def test_rate_intervals_agree_with_statsmodels(count, confidence):
    """Wilson and Clopper-Pearson agree with statsmodels for any count and confidence."""
    for ours, method in ((wilson, "wilson"), (clopper_pearson, "beta")):
        expected = proportion_confint(*count, alpha=1 - confidence, method=method)
        assert ours(*count, confidence) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(counts(), confidences)
def test_rate_intervals_hold_the_rate_and_stay_in_range(count, confidence):
    """An interval of a rate holds the rate, lies within 0 to 1 and is wider at a higher confidence."""
    for interval in (wilson, clopper_pearson):
        low, high = interval(*count, confidence)
        assert 0 <= low <= count[0] / count[1] <= high <= 1
        wider = interval(*count, 1 - (1 - confidence) / 2)
        assert wider.low <= low
        assert high <= wider.high


def test_wilson_takes_effective_sizes():
    """Sizes that are not whole lie between the intervals of their neighbours."""
    assert wilson(8, 10).low < wilson(8.4, 10.5).low < wilson(8.8, 11).low


def test_nothing_asked_says_nothing():
    """No rows leave every rate possible."""
    assert wilson(0, 0) == clopper_pearson(0, 0) == (0, 1)
    assert upper_bound_after_no_failures(0) == 1


def test_standard_error_of_ten_scores():
    """Scores 0 to 9 have the standard error .957427."""
    assert standard_error(range(10)) == pytest.approx(0.957427, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(values, confidences)
def test_means_agree_with_scipy(numbers, confidence):
    """The intervals of a mean agree with scipy's normal and t intervals."""
    mean, se = sum(numbers) / len(numbers), oracle.sem(numbers)
    z, t = oracle.norm.isf((1 - confidence) / 2), oracle.t.isf((1 - confidence) / 2, len(numbers) - 1)
    near = {"rel": 1e-7, "abs": 1e-7 * max(abs(x) for x in numbers) + 1e-12}
    assert normal_mean(numbers, confidence) == pytest.approx((mean - z * se, mean + z * se), **near)
    assert student_mean(numbers, confidence) == pytest.approx((mean - t * se, mean + t * se), **near)


@settings(max_examples=60, deadline=None)
@given(values, st.randoms())
def test_means_do_not_see_the_order(numbers, draw):
    """The interval of a mean is that of the same values in any order."""
    mixed = draw.sample(numbers, len(numbers))
    assert student_mean(mixed) == pytest.approx(student_mean(numbers), rel=1e-9, abs=1e-9)


def test_one_value_says_nothing_of_a_mean():
    """Fewer than two values leave every mean possible."""
    assert student_mean([3.0]) == normal_mean([]) == EVERYTHING
    assert standard_error([3.0]) == math.inf


@pytest.mark.parametrize(("q", "n"), [(0.5, 6), (0.9, 36), (0.95, 72), (0.99, 368), (0.05, 72)])
def test_a_quantile_needs_enough_values(q, n):
    """Both ends of a quantile's interval exist from the stated number of values on, and not before."""
    assert smallest_n_for_quantile(q) == n
    assert all(map(math.isfinite, quantile_interval(range(n), q)))
    assert not all(map(math.isfinite, quantile_interval(range(n - 1), q)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.floats(0.01, 0.99), confidences)
def test_quantile_interval_is_the_narrowest_that_is_safe(n, q, confidence):
    """Each end leaves at most its tail by the binomial, and the next value inwards would leave more."""
    low, high = quantile_interval(range(1, n + 1), q, confidence)
    tail, slack = (1 - confidence) / 2, 1e-9
    below, above = max(low, 0), min(high, n + 1)
    assert below == 0 or oracle.binom.cdf(below - 1, n, q) <= tail + slack
    assert oracle.binom.cdf(below, n, q) > tail - slack
    assert above == n + 1 or oracle.binom.sf(above - 1, n, q) <= tail + slack
    assert oracle.binom.sf(above - 2, n, q) > tail - slack


def test_quantile_interval_of_a_median_of_ten():
    """The 95 % interval of the median of ten values runs from the second to the ninth (tables of Conover)."""
    assert quantile_interval([float(x) for x in range(1, 11)], 0.5) == (2.0, 9.0)


def test_quantile_interval_covers_what_it_says():
    """In 1,000 draws of 100 exponential values the interval of the p90 misses the true one at most 6 % of the time."""
    draw, truth = random.Random(4), -math.log(0.1)
    found = (quantile_interval(sorted(draw.expovariate(1) for _ in range(100)), 0.9) for _ in range(1000))
    assert sum(not low <= truth <= high for low, high in found) <= 60


@pytest.mark.parametrize(
    "call",
    [
        lambda: wilson(11, 10),
        lambda: wilson(-1, 10),
        lambda: wilson(1, 10, 95),
        lambda: clopper_pearson(3, 2),
        lambda: upper_bound_after_no_failures(-1),
        lambda: upper_bound_after_no_failures(0, 1.0),
        lambda: quantile_interval([1.0], 0.0),
        lambda: smallest_n_for_quantile(1.0),
        lambda: student_mean([1.0], 0),
    ],
)
def test_impossible_counts_and_confidences_are_refused(call):
    """Counts, shares and confidences that cannot be are a ValueError."""
    with pytest.raises(ValueError, match=r"must|not possible"):
        call()
