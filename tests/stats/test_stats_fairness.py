"""Gaps and ratios of groups: worked by hand, against statsmodels, and laws that hold for all numbers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from seatrial.stats.fairness import (
    Share,
    bias_score,
    paired_gap,
    rate_gap,
    rate_ratio,
    ratio_interval,
    worst_gap,
)
from seatrial.stats.intervals import wilson

# 100 applicants of each group: 50, 30 and 45 are selected.
SELECTED = {"a": Share(50, 100), "b": Share(30, 100), "c": Share(45, 100)}
SHARES = st.tuples(st.integers(0, 40), st.integers(1, 40)).map(lambda pair: Share(min(pair), pair[1]))
GROUPS = st.dictionaries(st.sampled_from("abcde"), SHARES, min_size=2, max_size=5)
ORIGINALS = st.lists(
    st.dictionaries(st.sampled_from("abc"), st.sampled_from([0.0, 0.5, 1.0]), max_size=3), min_size=1, max_size=25
)


def test_parity_of_three_groups():
    """The widest pair makes the gap and the ratio; the lower group is named first."""
    gap, ratio = rate_gap([SELECTED]), rate_ratio(SELECTED)
    assert (gap.value, gap.groups) == (pytest.approx(0.2), ("b", "a"))
    assert (ratio.value, ratio.groups) == (pytest.approx(0.6), ("b", "a"))


def test_four_fifths_rule_of_the_eeoc():
    """The worked example of the Guidelines' questions and answers: 48 of 80 against 12 of 40 is a ratio of one half."""
    assert rate_ratio({"white": Share(48, 80), "black": Share(12, 40)}).value == pytest.approx(0.5)


def test_two_groups_have_newcombes_interval():
    """With one pair nothing is widened: statsmodels gives the same ends."""
    gap = rate_gap([{"a": Share(56, 70), "b": Share(48, 80)}])
    low, high = confint_proportions_2indep(56, 70, 48, 80, method="newcomb", compare="diff")
    assert (gap.low, gap.high) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))


def test_ratio_interval_is_near_the_score_interval():
    """MOVER-R of Wilson's ends and the score method of statsmodels agree closely in the middle."""
    mine = ratio_interval(0.5, wilson(50, 100), 0.3, wilson(30, 100))
    low, high = confint_proportions_2indep(50, 100, 30, 100, compare="ratio", method="score")
    assert (mine.low, mine.high) == (pytest.approx(low, rel=0.02), pytest.approx(high, rel=0.02))


@given(SHARES, SHARES)
def test_ratio_interval_turned_round(a, b):
    """The interval of b / a is that of a / b turned over."""
    one = ratio_interval(a.rate, wilson(*a), b.rate, wilson(*b))
    other = ratio_interval(b.rate, wilson(*b), a.rate, wilson(*a))
    assert 0 <= one.low <= one.high
    if math.isfinite(one.high) and other.low > 0:
        assert one.high == pytest.approx(1 / other.low)


@given(GROUPS)
def test_gaps_lie_in_their_intervals(shares):
    """Whatever the counts, value and ends are in order and within 0 to 1."""
    for found in (rate_gap([shares]), rate_ratio(shares), worst_gap(shares)):
        if found is not None:
            assert -1e-12 <= found.low <= found.value + 1e-12
            assert found.value <= found.high + 1e-12 <= 1 + 1e-9
            assert 0 <= found.p <= 1


@given(GROUPS)
def test_more_confidence_is_wider(shares):
    """99 % hold 90 %."""
    for figure in (lambda level: rate_gap([shares], level), lambda level: worst_gap(shares, level)):
        wide, narrow = figure(0.99), figure(0.9)
        assert wide.low <= narrow.low + 1e-12
        assert wide.high >= narrow.high - 1e-12


def test_more_groups_widen_the_interval():
    """The same widest pair is less sure among more pairs."""
    two, three = rate_gap([{name: SELECTED[name] for name in "ab"}]), rate_gap([SELECTED])
    assert two.value == three.value
    assert two.low > three.low
    assert two.high < three.high


def test_equalized_odds_is_the_larger_gap():
    """Of true positive rates .9 and .8 and false positive rates .3 and .1 it is the latter's .2."""
    true = {"a": Share(90, 100), "b": Share(80, 100)}
    false = {"a": Share(30, 100), "b": Share(10, 100)}
    found = rate_gap([true, false])
    assert (found.value, found.groups) == (pytest.approx(0.2), ("b", "a"))
    assert rate_gap([true]).value == pytest.approx(0.1)


def test_worst_group_below_all():
    """All rows have 125 of 300, the worst group 30 of 100: .41667 - .3."""
    found = worst_gap(SELECTED)
    assert (found.value, found.groups) == (pytest.approx(125 / 300 - 0.3), ("b", "all"))
    assert found.low > 0


@pytest.mark.parametrize("shares", [{}, {"a": Share(1, 2)}])
def test_one_group_has_no_gap(shares):
    """There is nothing to compare it with."""
    assert rate_gap([shares]) is None
    assert rate_ratio(shares) is None
    assert worst_gap(shares) is None


def test_no_ratio_when_nobody_is_selected():
    """0 / 0 is no ratio, 0 / .5 is 0, and equal rates are two groups and 1."""
    assert rate_ratio({"a": Share(0, 9), "b": Share(0, 5)}) is None
    assert rate_ratio({"a": Share(0, 9), "b": Share(5, 10)}).value == 0
    same = rate_ratio({"a": Share(9, 9), "b": Share(5, 5)})
    assert (same.value, set(same.groups)) == (1, {"a", "b"})


def test_paired_gap_of_two_groups():
    """5 of 100 originals go wrong for b: .05, and McNemar's kind of width."""
    found = paired_gap([{"a": 1.0, "b": 0.0}] * 5 + [{"a": 1.0, "b": 1.0}] * 95)
    assert (found.value, found.groups) == (pytest.approx(0.05), ("b", "a"))
    assert 0 < found.high < 0.11
    assert found.p < 0.05


def test_no_difference_has_width():
    """100 originals without a change leave room for a gap of a few percent, and none for certainty."""
    found = paired_gap([{"a": 1.0, "b": 1.0}] * 100)
    assert (found.value, found.low, found.p) == (0, 0, 1)
    assert 0.01 < found.high < 0.04


def test_values_that_are_no_shares_use_student():
    """Words of an answer: a difference of about 10 with its own spread."""
    found = paired_gap([{"a": 50.0 + i, "b": 60.0 + 2 * i} for i in range(10)], rates=False)
    assert found.value == pytest.approx(14.5)
    assert found.low == pytest.approx(14.5 - 2.26216 * 0.957427, abs=1e-3)


def test_only_shared_originals_count():
    """Groups that never met over one original are not compared."""
    assert paired_gap([{"a": 1.0}, {"b": 0.0}]) is None
    assert paired_gap([]) is None
    found = paired_gap([{"a": 1.0, "b": 1.0}, {"a": 0.0}, {"b": 0.0}, {"c": 1.0}])
    assert found.value == 0


@given(ORIGINALS)
def test_paired_gap_is_in_its_interval(originals):
    """Whatever is missing, value and ends are in order."""
    found = paired_gap(originals)
    if found is not None:
        assert 0 <= found.low <= found.value + 1e-12
        assert found.value <= found.high + 1e-12
        assert 0 <= found.p <= 1


@given(ORIGINALS, st.permutations("abc"))
def test_names_of_groups_do_not_matter(originals, names):
    """Other names give the same gap."""
    renamed = [{names["abc".index(group)]: value for group, value in each.items()} for each in originals]
    one, other = paired_gap(originals), paired_gap(renamed)
    assert (one is None) == (other is None)
    if one is not None:
        assert other[:3] == pytest.approx(one[:3])


@pytest.mark.parametrize(("biased", "named", "score"), [(3, 4, 0.5), (2, 4, 0), (0, 4, -1), (4, 4, 1)])
def test_bias_score_by_hand(biased, named, score):
    """2 n_biased / n_named - 1."""
    assert bias_score(biased, named) == score


def test_bias_of_no_answers():
    """Where no answer names a group there is no score."""
    assert math.isnan(bias_score(0, 0))


def test_bad_confidence_is_refused():
    """A confidence of 1 has no interval."""
    with pytest.raises(ValueError, match="confidence"):
        rate_gap([SELECTED], 1.0)
    with pytest.raises(ValueError, match="rows on both sides"):
        rate_gap([{"a": Share(0, 0), "b": Share(1, 2)}])
