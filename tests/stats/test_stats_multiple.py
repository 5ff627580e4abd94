import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from seatrial.stats.multiple import benjamini_hochberg, bonferroni_confidence, holm

pvalues = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@settings(max_examples=20, deadline=None)
@given(pvalues)
def test_adjusted_values_agree_with_statsmodels(given_values):
    """Holm and Benjamini-Hochberg agree with statsmodels in the given order."""
    assert holm(given_values) == pytest.approx(multipletests(given_values, method="holm")[1], abs=1e-12)
    expected = multipletests(given_values, method="fdr_bh")[1]
    assert benjamini_hochberg(given_values) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(pvalues, st.randoms())
def test_adjustment_does_not_see_the_order(given_values, draw):
    """Each p-value is adjusted to the same number wherever it stands."""
    order = draw.sample(range(len(given_values)), len(given_values))
    mixed = [given_values[i] for i in order]
    for adjust in (holm, benjamini_hochberg):
        assert adjust(mixed) == [adjust(given_values)[i] for i in order]


@settings(max_examples=20, deadline=None)
@given(pvalues)
def test_adjustment_never_makes_smaller(given_values):
    """Adjusted values are no smaller than the given ones, and Holm's no smaller than Benjamini-Hochberg's."""
    for p, strict, lax in zip(given_values, holm(given_values), benjamini_hochberg(given_values), strict=True):
        assert p <= lax * (1 + 1e-12)
        assert lax <= strict * (1 + 1e-12)
        assert strict <= 1


def test_nothing_compared_needs_no_adjustment():
    """No p-values give no adjusted ones."""
    assert holm([]) == benjamini_hochberg([]) == []


def test_bonferroni_shares_the_doubt():
    """Five intervals at 99 % are together right 95 % of the time."""
    assert bonferroni_confidence(0.95, 5) == pytest.approx(0.99)
    assert bonferroni_confidence(0.9, 1) == pytest.approx(0.9)


@pytest.mark.parametrize(
    "call",
    [
        lambda: holm([0.5, 1.5]),
        lambda: benjamini_hochberg([-0.1]),
        lambda: bonferroni_confidence(0.95, 0),
        lambda: bonferroni_confidence(95, 2),
    ],
)
def test_impossible_values_are_refused(call):
    """P-values outside 0 to 1 and no comparisons are a ValueError."""
    with pytest.raises(ValueError, match="must"):
        call()
