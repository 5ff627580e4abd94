import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special
from scipy import stats as oracle

from seatrial.stats.distributions import (
    beta_cdf,
    beta_quantile,
    log_binomial_tail,
    normal_cdf,
    normal_quantile,
    t_cdf,
    t_quantile,
    tail_of,
)

TAILS = [1e-100, 1e-12, 1e-6, 0.001, 0.025, 0.3, 0.4999999, 0.5, 0.7, 0.975, 1 - 1e-9]
SHAPES = [0.5, 1, 2, 3.5, 15.9, 16, 50, 1e3, 1e5, 1e6]
shapes = st.floats(0.1, 1e4)
chances = st.floats(1e-9, 1 - 1e-9)


def exact_binomial_tail(k, n, p):
    """P(X >= k) by whole-number arithmetic."""
    chance = Fraction(p)
    return sum(math.comb(n, i) * chance**i * (1 - chance) ** (n - i) for i in range(k, n + 1))


@pytest.mark.parametrize(("df", "expected"), [(1, 12.7062), (2, 4.30265), (4, 2.77645), (9, 2.26216), (30, 2.04227)])
def test_t_quantiles_are_those_of_the_tables(df, expected):
    """The .975 quantiles of Student's t are the published ones."""
    assert t_quantile(0.975, df) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("p", TAILS)
def test_normal_quantile_agrees_with_scipy(p):
    """Normal quantiles agree with scipy's out to a tail of 1e-100."""
    assert normal_quantile(p) == pytest.approx(special.ndtri(p), rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.floats(-37, 37))
def test_normal_cdf_agrees_with_scipy(z):
    """The normal distribution function agrees with scipy's in both tails."""
    assert normal_cdf(z) == pytest.approx(special.ndtr(z), rel=1e-12)


@pytest.mark.parametrize("df", [1, 1.5, 2, 3, 9, 49.5, 1e3, 1e6, 1e9])
@pytest.mark.parametrize("p", [p for p in TAILS if p != 0.4999999])
def test_t_quantile_agrees_with_scipy(p, df):
    """Quantiles of Student's t agree with scipy's over a wide grid."""
    assert t_quantile(p, df) == pytest.approx(oracle.t.ppf(p, df), rel=1e-9, abs=1e-15)


def test_t_near_its_centre_keeps_its_digits():
    """Close to the median, Student's t with one degree of freedom is the tangent (where scipy loses digits)."""
    assert t_quantile(0.4999999, 1) == pytest.approx(math.tan(math.pi * (0.4999999 - 0.5)), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.floats(-50, 50), st.floats(0.5, 1e6))
def test_t_cdf_agrees_with_scipy(t, df):
    """The distribution function of Student's t agrees with scipy's."""
    assert t_cdf(t, df) == pytest.approx(oracle.t.cdf(t, df), rel=1e-9)


@pytest.mark.parametrize("a", SHAPES)
@pytest.mark.parametrize("b", SHAPES)
def test_beta_agrees_with_scipy(a, b):
    """Quantile and distribution function of beta agree with scipy's for shapes up to a million."""
    for p in (1e-12, 0.001, 0.025, 0.3, 0.5, 0.975, 0.999):
        x = special.betaincinv(a, b, p)
        # Not 1e-9: scipy's own quantile of beta(1000, 1e6) at .975 is 3e-9 off by decimal arithmetic with 60 digits.
        assert beta_quantile(p, a, b) == pytest.approx(x, rel=1e-8)
        if 0 < x < 1:
            assert beta_cdf(x, a, b) == pytest.approx(special.betainc(a, b, x), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(chances, shapes, shapes)
def test_beta_quantile_and_cdf_are_inverse(p, a, b):
    """The distribution function of a quantile is its probability again."""
    x = beta_quantile(p, a, b)
    if 1e-290 < x < 1 - 1e-6:
        assert beta_cdf(x, a, b) == pytest.approx(p, rel=1e-7)


@pytest.mark.parametrize(
    ("k", "n", "p"), [(333, 348, 0.107), (2, 301, 0.001), (50, 109, 0.3), (120, 249, 0.49), (360, 436, 0.5)]
)
def test_binomial_tail_is_exact(k, n, p):
    """The binomial tail agrees with whole-number arithmetic, even at 1e-298 where scipy's is half wrong."""
    assert math.exp(log_binomial_tail(k, n, p)) == pytest.approx(float(exact_binomial_tail(k, n, p)), rel=1e-10)


def test_binomial_tail_at_its_edges():
    """Tails that are certain or impossible have logarithms 0 and minus infinity."""
    assert log_binomial_tail(0, 5, 0.3) == 0.0
    assert log_binomial_tail(5, 5, 1.0) == 0.0
    assert log_binomial_tail(6, 5, 1.0) == -math.inf
    assert log_binomial_tail(1, 5, 0.0) == -math.inf


def test_ends_of_the_distributions():
    """Probabilities 0 and 1 lie at the ends, and infinite degrees of freedom are the normal distribution."""
    assert (normal_quantile(0.0), normal_quantile(1.0)) == (-math.inf, math.inf)
    assert (t_quantile(0.0, 3), t_quantile(0.5, 3), t_quantile(1.0, 3)) == (-math.inf, 0.0, math.inf)
    assert (t_cdf(-math.inf, 3), t_cdf(0.0, 3), t_cdf(math.inf, 3)) == (0.0, 0.5, 1.0)
    assert t_quantile(0.975, math.inf) == normal_quantile(0.975)
    assert t_quantile(1e-300, 0.3) == -math.inf
    assert (beta_quantile(0.0, 2, 3), beta_quantile(1.0, 2, 3)) == (0.0, 1.0)
    assert (beta_cdf(-1, 2, 3), beta_cdf(2, 2, 3)) == (0.0, 1.0)


@settings(max_examples=60, deadline=None)
@given(chances, st.floats(0.3, 1e6))
def test_t_is_symmetric(p, df):
    """A quantile and that of the other tail differ in sign only."""
    assert t_quantile(p, df) == -t_quantile(1 - p, df) or p != 1 - (1 - p)


@pytest.mark.parametrize(
    "call",
    [
        lambda: normal_quantile(1.1),
        lambda: normal_quantile(math.nan),
        lambda: t_quantile(0.5, 0),
        lambda: t_cdf(1.0, math.nan),
        lambda: beta_cdf(0.5, -1, 2),
        lambda: beta_quantile(-0.1, 1, 2),
        lambda: log_binomial_tail(1, -1, 0.5),
        lambda: tail_of(1.0),
        lambda: tail_of(95),
    ],
)
def test_impossible_arguments_are_refused(call):
    """What is no probability, shape or confidence is a ValueError."""
    with pytest.raises(ValueError, match=r"must|cannot"):
        call()
