import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_batches import measure, passes


def test_flaky_cases_both_pass_and_fail():
    """Of four cases with at least two judged repeats two are flaky; a case judged once is not asked about."""
    reading = measure("flaky.rate", passes(["ppp", "pfp", "ff", "pf", "p", "pnx"]))
    assert (reading.value, reading.n, reading.asked) == (0.5, 4, 6)


def test_without_repeats_nothing_is_flaky_and_nothing_is_steady():
    """There is no value, and the reason names repeats."""
    reading = measure("flaky.rate", passes(["p", "f"]))
    assert reading.value is None
    assert "repeats" in reading.note


@pytest.mark.parametrize(
    ("name", "value"),
    [("pass@1", 0.3), ("pass@2", 0.533333), ("pass@5", 0.916667), ("pass^2", 0.066667), ("pass^3", 0.008333)],
)
def test_pass_at_k_has_the_values_of_reference(name, value):
    """Ten repeats with three passes, by Chen et al. and Yao et al."""
    assert measure(name, passes(["pppfffffff"])).value == pytest.approx(value, abs=1e-6)


def test_cases_with_too_few_repeats_are_left_out():
    """pass@3 stands on the one case of two that was judged three times, over both."""
    reading = measure("pass@3", passes(["ppp", "pp"]))
    assert (reading.value, reading.n, reading.asked) == (1.0, 1, 2)
    assert "judged 4 times" in measure("pass@4", passes(["ppp"])).note


def test_pass_at_k_of_cases_that_all_pass_has_an_interval():
    """Eight cases of eight are no proof of all: Wilson's interval over cases."""
    reading = measure("pass^2", passes(["pp"] * 8))
    assert reading.value == 1
    assert reading.low == pytest.approx(0.675593, abs=1e-5)


@given(st.lists(st.text("pf", min_size=3, max_size=6), min_size=1, max_size=20))
def test_pass_hat_k_never_exceeds_the_pass_rate_of_cases_nor_that_pass_at_k(words):
    """All of three, one drawn, at least one of three: in this order."""
    batch = passes(words)
    hat, one, at = (measure(name, batch).value for name in ("pass^3", "pass@1", "pass@3"))
    assert hat <= one + 1e-12
    assert one <= at + 1e-12
