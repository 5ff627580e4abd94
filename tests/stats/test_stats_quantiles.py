import math

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.stats.quantiles import percentiles, quantile

values = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=40)
shares = st.floats(0, 1)


@settings(max_examples=60, deadline=None)
@given(values, shares)
def test_quantile_agrees_with_numpy(numbers, q):
    """A quantile is numpy's default one."""
    assert quantile(sorted(numbers), q) == pytest.approx(numpy.quantile(numbers, q), rel=1e-9, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(values, shares, shares)
def test_quantiles_rise_within_the_values(numbers, one, other):
    """A larger share has no smaller quantile, and all lie within the values."""
    low, high = percentiles(numbers, sorted([one, other]))
    slack = 1e-9 * max(1.0, *map(abs, numbers))
    assert min(numbers) <= low <= high + slack
    assert high <= max(numbers) + slack


def test_percentiles_sort_for_themselves():
    """The usual percentiles of 0 to 100 in any order are their own numbers."""
    assert percentiles(range(100, -1, -1)) == pytest.approx((50, 90, 95, 99))


def test_infinite_values_stay_at_their_end():
    """A quantile between two equal infinities is that infinity."""
    assert quantile([1.0, math.inf, math.inf], 0.75) == math.inf


@pytest.mark.parametrize(("numbers", "q"), [([], 0.5), ([1.0], 1.5), ([1.0], -0.1), ([1.0], math.nan)])
def test_quantiles_that_do_not_exist_are_refused(numbers, q):
    """No values and shares outside 0 to 1 are a ValueError."""
    with pytest.raises(ValueError, match="quantile"):
        quantile(numbers, q)
