from itertools import combinations
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.stats.passk import pass_at_k, pass_hat_k


@pytest.mark.parametrize(("k", "expected"), [(1, 0.3), (2, 0.533333), (5, 0.916667), (8, 1)])
def test_pass_at_k_of_the_reference(k, expected):
    """With 3 of 10 right, pass@k is the published value."""
    assert pass_at_k(10, 3, k) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("k", "expected"), [(1, 0.3), (2, 0.066667), (3, 0.008333), (4, 0)])
def test_pass_hat_k_of_the_reference(k, expected):
    """With 3 of 10 right, pass^k is the published value."""
    assert pass_hat_k(10, 3, k) == pytest.approx(expected, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_both_count_the_ways_to_draw(args):
    """Both are the share of draws of k tries in which one is right, or all are."""
    n, c, k = args
    draws = list(combinations([True] * c + [False] * (n - c), k))
    assert pass_at_k(n, c, k) == pytest.approx(sum(map(any, draws)) / len(draws), abs=1e-12)
    assert pass_hat_k(n, c, k) == pytest.approx(sum(map(all, draws)) / len(draws), abs=1e-12)


@pytest.mark.parametrize(("n", "c", "k"), [(100_000, 1, 3), (100_000, 99_999, 50_000), (5_000, 2_500, 40)])
def test_large_numbers_keep_their_digits(n, c, k):
    """A hundred thousand tries give the value of whole-number arithmetic."""
    ways = comb(n, k)
    assert pass_at_k(n, c, k) == pytest.approx((ways - comb(n - c, k)) / ways, rel=1e-10)
    assert pass_hat_k(n, c, k) == pytest.approx(comb(c, k) / ways, rel=1e-9)


def test_fewer_tries_than_k_say_nothing():
    """Neither exists when fewer than k tries were made."""
    assert pass_at_k(3, 3, 4) is None
    assert pass_hat_k(3, 0, 4) is None


@pytest.mark.parametrize("measure", [pass_at_k, pass_hat_k])
@pytest.mark.parametrize("args", [(3, 4, 1), (3, -1, 1), (3, 1, 0)])
def test_impossible_counts_are_refused(measure, args):
    """More right than tries, negative counts and k below one are a ValueError."""
    with pytest.raises(ValueError, match=r"not possible|at least 1"):
        measure(*args)
