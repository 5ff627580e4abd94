"""The arithmetic of limits, under a clock that the test turns."""

from math import isinf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.gateway.limits.meter import MINUTE, Meter

SECOND = 1_000_000_000
STEPS = st.lists(st.tuples(st.integers(0, 20 * SECOND), st.integers(1, 60)), min_size=1, max_size=60)


def played(amount: int, steps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """When how many tokens were admitted of requests that come one after the other."""
    meter, now, admitted = Meter("tokens", amount, "this key", "k"), 0, []
    for pause, count in steps:
        now += pause
        if meter.wait(now, count) == 0:
            meter.take(now, count)
            admitted.append((now, count))
    return admitted


@given(st.integers(1, 200), STEPS)
@settings(max_examples=60)
def test_in_no_span_more_than_burst_and_rate_are_admitted(amount: int, steps: list[tuple[int, int]]) -> None:
    """Whatever comes when, in any t seconds at most `amount + amount * t / 60` tokens get in."""
    admitted = played(amount, steps)
    for first in range(len(admitted)):
        total = 0
        for moment, count in admitted[first:]:
            total += count
            assert total * MINUTE <= amount * MINUTE + amount * (moment - admitted[first][0])


@given(st.integers(1, 200), STEPS)
@settings(max_examples=60)
def test_who_waits_as_long_as_told_gets_in_and_not_sooner(amount: int, steps: list[tuple[int, int]]) -> None:
    """The wait is exact: at its end there is room, a thousandth of it before there is none."""
    meter, now = Meter("tokens", amount, "this key", "k"), 0
    for pause, count in steps:
        now += pause
        wait = meter.wait(now, count)
        if isinf(wait):
            assert count > amount
            continue
        if wait:
            assert meter.wait(now + int(wait * SECOND * 0.999) - 1, count) > 0
            now += int(wait * SECOND) + 2
        assert meter.wait(now, count) == 0
        meter.take(now, count)


@pytest.mark.parametrize("amount", [1, 7, 60, 600])
def test_a_whole_minute_may_come_at_once_and_nothing_more(amount: int) -> None:
    """A fresh limit of N a minute admits exactly N requests in one moment."""
    meter = Meter("requests", amount, "this key", "k")
    admitted = 0
    for _ in range(amount + 5):
        if meter.wait(12345, 99) == 0:
            meter.take(12345, 99)
            admitted += 1
    assert admitted == amount


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 100)), min_size=1, max_size=30))
@settings(max_examples=60)
def test_corrected_estimates_count_what_it_really_was(requests: list[tuple[int, int]]) -> None:
    """After corrections a limit stands where it would if the true numbers had been known before."""
    corrected, truth = (Meter("tokens", 100_000, "this key", "k") for _ in range(2))
    for estimate, actual in requests:
        corrected.take(0, estimate)
        corrected.settle(actual - estimate)
        truth.take(0, actual)
    assert corrected.left(0) == truth.left(0)


@pytest.mark.parametrize("what", ["requests", "tokens", "concurrency"])
def test_a_limit_is_idle_again_when_all_is_over(what: str) -> None:
    """Only a limit that says nothing may be forgotten: not while a request is in flight, not before it is whole."""
    meter = Meter(what, 10, "this key", "k")  # type: ignore[arg-type]
    assert meter.idle(0)
    meter.take(0, 10)
    assert not meter.idle(10 * MINUTE)
    meter.settle(0)
    assert meter.idle(10 * MINUTE)


def test_concurrency_is_given_back() -> None:
    """A place is free again when the request on it is over."""
    meter = Meter("concurrency", 1, "this key", "k")
    meter.take(0, 5)
    assert meter.wait(0, 5) > 0
    meter.settle(0)
    assert meter.wait(0, 5) == 0


def test_what_was_used_stays_used_when_the_amount_changes() -> None:
    """A reload that doubles a limit does not give a second minute's amount at once."""
    meter = Meter("requests", 10, "this key", "k")
    for _ in range(10):
        meter.take(0, 1)
    meter.change(20)
    assert meter.left(0) == (0, 60.0)
