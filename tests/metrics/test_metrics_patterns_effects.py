"""How much more often some rows fail, with and without repeats of one case."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_rows import columns
from scipy.stats import chi2_contingency, fisher_exact

from seatrial.metrics.patterns.effects import Outcomes, Side, compared, p_of, quick_p, standardised
from seatrial.metrics.patterns.rows import Row
from seatrial.stats.clustered import clustered_rate
from seatrial.stats.intervals import wilson

counts = st.integers(0, 40)


def outcomes(failed: list[bool], repeats: int = 1) -> Outcomes:
    """Rows with these outcomes; so many after each other are one case."""
    return Outcomes(columns([(Row(), each) for each in failed], lambda number: number // repeats).table(1))


def side(failed: int, n: int) -> Side:
    """Rows that do not depend on each other."""
    return Side(n, failed, float(n))


def test_rows_and_failures_are_counted() -> None:
    """A set of rows knows how many it has and how many of them failed."""
    found = outcomes([True, False, True, True])
    assert found.count(0b0111) == (3, 2)
    assert found.side(0b0111) == Side(3, 2, 3.0)
    assert found.side(0) == Side(0, 0, 0.0)
    assert found.side(0).rate == 0


def test_without_repeats_a_share_is_wilsons() -> None:
    """Rows that do not depend on each other have Wilson's interval."""
    share = outcomes([True] * 3 + [False] * 7).share(0b0000000111, (1 << 10) - 1)
    assert (share.count, share.n) == (3, 10)
    assert (share.low, share.high) == pytest.approx(wilson(3, 10))


@settings(max_examples=25)
@given(st.lists(st.booleans(), min_size=4, max_size=40), st.integers(0, 10_000))
def test_with_repeats_a_share_is_clustered(failed: list[bool], seed: int) -> None:
    """The interval of some rows is that of their clustered rate."""
    rng = random.Random(seed)
    found = outcomes(failed, 2)
    picked = [row for row in range(len(failed)) if rng.random() < 0.7] or [0]
    share = found.share(found.failed, sum(1 << row for row in picked))
    expected = clustered_rate([float(failed[row]) for row in picked], [row // 2 for row in picked])
    assert (share.low, share.high) == pytest.approx(tuple(expected.interval))


def test_repeats_that_agree_say_no_more_than_one() -> None:
    """Five equal repeats of each case count as one row of it."""
    once, often = outcomes([True, False] * 20), outcomes(([True] * 5 + [False] * 5) * 20, 5)
    assert often.side(often.all).size == pytest.approx(once.side(once.all).size, rel=0.05)


def test_repeats_that_do_not_agree_count_as_rows() -> None:
    """Outcomes that have nothing to do with the case make nearly as many independent rows as there are."""
    rng = random.Random(5)
    found = outcomes([rng.random() < 0.5 for _ in range(2_000)], 2)
    assert found.side(found.all).size > 1_700


def test_a_few_cases_are_not_believed_to_disagree() -> None:
    """Of three cases whose repeats happen to look independent, no more is made than all cases allow."""
    alike = [number % 2 == 0 for number in range(100) for _ in range(5)]
    mixed = [True, True, True, True, False] * 3
    found = outcomes(alike + mixed, 5)
    few, alone = found.side(((1 << 15) - 1) << 500), outcomes(mixed, 5)
    assert few.n == 15
    assert few.size == pytest.approx(3, rel=0.1)
    assert alone.side(alone.all).size > 10


@settings(max_examples=60)
@given(counts, counts, counts, counts)
def test_small_p_values_are_fishers(a: int, b: int, c: int, d: int) -> None:
    """Where a p-value is small enough to matter it is that of Fisher's exact test."""
    if not (a + b and c + d):
        return
    found, right = p_of(side(a, a + b), side(c, c + d)), fisher_exact([[a, b], [c, d]])[1]
    assert found == pytest.approx(right, rel=1e-6) or found > 0.05


@settings(max_examples=40)
@given(st.integers(1, 400), st.integers(1, 400), st.integers(1, 400), st.integers(1, 400))
def test_quick_p_values_are_yatess(a: int, b: int, c: int, d: int) -> None:
    """The quick p-value is that of the chi-square test with Yates's correction."""
    right = chi2_contingency([[a, b], [c, d]], correction=True)
    assert quick_p(a, a + b, c, c + d) == pytest.approx(right.pvalue, rel=1e-6, abs=1e-12)


def test_many_rows_need_no_exact_test() -> None:
    """With thousands of rows the normal distribution says what Fisher's test says."""
    large = p_of(side(5_200, 50_000), side(4_900, 50_000))
    assert large == pytest.approx(fisher_exact([[5_200, 44_800], [4_900, 45_100]])[1], rel=0.02)


@pytest.mark.parametrize(("x", "a", "y", "b"), [(0, 5, 0, 9), (5, 5, 9, 9), (0, 1, 0, 1)])
def test_nothing_varies(x: int, a: int, y: int, b: int) -> None:
    """Where all rows end alike there is no difference to see."""
    assert quick_p(x, a, y, b) == 1
    assert standardised(x, a, y, b) == 0
    assert compared(side(x, a), side(y, b)).p == 1


def test_a_side_without_rows_says_nothing() -> None:
    """With nobody to compare with, nothing is known."""
    found = compared(side(3, 5), side(0, 0))
    assert (found.p, found.low, found.high) == (1, -1, 1)


def test_the_interval_holds_the_difference() -> None:
    """The difference lies between its ends, and worse rows have a positive one."""
    found = compared(side(30, 40), side(10, 60))
    assert found.difference == pytest.approx(30 / 40 - 10 / 60)
    assert found.low < found.difference < found.high
    assert found.low > 0 < found.z
    assert compared(side(10, 60), side(30, 40)).z == pytest.approx(-found.z)


def test_dependent_rows_are_less_sure() -> None:
    """The same counts with fewer independent rows have a larger p-value and a wider interval."""
    sure, unsure = compared(side(30, 40), side(10, 60)), compared(Side(40, 30, 10.0), Side(60, 10, 15.0))
    assert unsure.p > sure.p
    assert unsure.high - unsure.low > sure.high - sure.low
