import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

from seatrial.stats.intervals import wilson
from seatrial.stats.power import (
    cases_needed,
    cases_needed_two_rates,
    cases_to_decide,
    smallest_detectable,
    smallest_p_of_repeats,
)

hundredths = st.integers(0, 100).map(lambda share: share / 100)


@pytest.mark.parametrize(("s2", "k", "n"), [(0, 1, 969), (1 / 6, 1, 3876), (1 / 6, 10, 1260)])
def test_cases_needed_of_the_reference(s2, k, n):
    """A difference of .03 needs the published numbers of cases."""
    assert cases_needed(0.03, 1 / 9, s2, k, s2, k) == n


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 10**6), st.floats(0.01, 4), st.floats(0, 1), st.integers(1, 20))
def test_smallest_detectable_is_the_inverse(n, w2, s2, k):
    """As many cases are needed for the smallest difference that n cases find as there are."""
    d = smallest_detectable(n, w2, s2, k, s2, k)
    assert cases_needed(d, w2, s2, k, s2, k) == n


def test_fixed_size_for_two_rates_of_the_reference():
    """Telling 5 % from 8 % needs 1,059 rows per arm."""
    assert cases_needed_two_rates(0.05, 0.08) == cases_needed_two_rates(0.08, 0.05) == 1059


@pytest.mark.parametrize(("p1", "p2"), [(0.5, 0.55), (0.05, 0.08), (0.9, 0.93)])
def test_two_rates_are_near_the_arcsine_formula(p1, p2):
    """The number per arm is within 2 % of Cohen's arcsine approximation in statsmodels."""
    expected = NormalIndPower().solve_power(proportion_effectsize(p1, p2), alpha=0.05, power=0.8)
    assert cases_needed_two_rates(p1, p2) == pytest.approx(expected, rel=0.02)


@settings(max_examples=60, deadline=None)
@given(hundredths, hundredths, st.floats(0.6, 0.999))
def test_cases_to_decide_is_the_smallest(rate, limit, confidence):
    """With the stated number of rows Wilson's interval leaves the limit out, and with one fewer it does not."""
    n = cases_to_decide(rate, limit, confidence)
    if rate == limit:
        assert n is None
        return
    for size, decided in ((n, True), (n - 1, False)):
        low, high = wilson(rate * size, size, confidence)
        assert decided != (low <= limit <= high)


def test_cases_to_decide_gives_up():
    """A rate on its limit is never decided, and one very near it needs more than the most that is allowed."""
    assert cases_to_decide(0.95, 0.95) is None
    assert cases_to_decide(0.9501, 0.95) is None
    assert cases_to_decide(0.96, 0.95, most=1000) is None
    assert cases_to_decide(0.96, 0.95, most=2000) == 1825


@pytest.mark.parametrize(("k", "p"), [(1, 1), (2, 1 / 3), (3, 0.1), (4, 2 / 70), (5, 2 / 252)])
def test_smallest_p_of_repeats(k, p):
    """All right against none of k repeats a side gives 2 / C(2k, k): three never reach 5 %."""
    assert smallest_p_of_repeats(k) == pytest.approx(p)


@pytest.mark.parametrize(
    "call",
    [
        lambda: cases_needed(0, 1),
        lambda: cases_needed(0.1, -1),
        lambda: cases_needed(0.1, 1, 1, 0),
        lambda: cases_needed(0.1, 1, alpha=5),
        lambda: smallest_detectable(0, 1),
        lambda: cases_needed_two_rates(0.1, 0.1),
        lambda: cases_needed_two_rates(0.1, 1.1),
        lambda: cases_needed_two_rates(0.1, 0.2, power=80),
        lambda: cases_to_decide(1.2, 0.5),
        lambda: smallest_p_of_repeats(0),
    ],
)
def test_impossible_questions_are_refused(call):
    """No difference, negative variances and chances outside 0 to 1 are a ValueError."""
    with pytest.raises(ValueError, match=r"must|no number|are needed|lie within"):
        call()
