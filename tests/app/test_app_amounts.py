"""Repeats, rates and amounts: laws and the odd ways to write them."""

import math
from decimal import Decimal

import pytest
from app_support import mistake_of, refused
from hypothesis import given
from hypothesis import strategies as st

from seatrial.app.pacing import MOST_REPEATS, MOST_ROUNDS, parse_money, parse_rate, parse_repeat
from seatrial.core.interaction import Money
from seatrial.run.plan import Repeat, UntilDecided
from seatrial.run.schedule import OpenLoop

DIGITS = st.text(alphabet="0123456789٣²½९", min_size=1, max_size=500)


@pytest.mark.parametrize("parse", [parse_money, parse_rate, parse_repeat])
@given(text=DIGITS.flatmap(lambda digits: st.sampled_from([digits, f"{digits}/s", f"{digits} USD", f" {digits}.5 "])))
def test_odd_digits_are_read_or_refused(parse: object, text: str) -> None:
    """Digits of other scripts, superscripts and numbers without end are a value or a Mistake."""
    assert callable(parse)
    mistake_of(parse, text)


@pytest.mark.parametrize(
    "written", ["²", "٣", "9" * 5_000, "1e3", "3.0", "until decided, at most ²", "until decided, 4"]
)
def test_repeats_that_only_look_like_numbers_are_refused(written: str) -> None:
    """A superscript is a digit to Python, and no number of repeats."""
    assert "is no repeat" in refused(parse_repeat, written)


@pytest.mark.parametrize("most", [MOST_REPEATS, MOST_REPEATS + 1])
def test_repeats_have_a_most(most: int) -> None:
    """A thousand repeats are allowed, one more is not."""
    assert mistake_of(parse_repeat, most) is None if most <= MOST_REPEATS else refused(parse_repeat, most)


@given(st.integers(1, MOST_ROUNDS))
def test_adaptive_repeats_read_what_they_show(most: int) -> None:
    """The number behind `at most` is the most, with any space and case."""
    assert parse_repeat(f"UNTIL decided ,  at most {most}") == UntilDecided(most)
    assert parse_repeat(str(most)) == Repeat(most)


@given(st.decimals(min_value=0, max_value=1_000_000, places=9), st.sampled_from(["", " usd", "EUR"]))
def test_amounts_lose_nothing_that_is_counted(amount: Decimal, currency: str) -> None:
    """Every amount is kept to a billionth, within what a float of it can say."""
    money = parse_money(f"{amount:f}{currency}")
    assert money.currency == (currency.strip().upper() or "USD")
    assert abs(money.nanos - int(amount * 10**9)) <= 1 + int(amount) * 1e-6


@pytest.mark.parametrize(
    ("written", "nanos"), [(0.00001, 10_000), (1e-9, 1), (0.1, 100_000_000), (250, 250_000_000_000), (0.0, 0)]
)
def test_small_amounts_need_no_exponent(written: float, nanos: int) -> None:
    """`max_cost: 0.00001` is an amount, though Python would write it with an exponent."""
    assert parse_money(written) == Money(nanos)


@pytest.mark.parametrize(
    "written", [math.inf, -1.0, -1, math.nan, 1e22, "-1", "1e-5", "2 US", "2 DOLLARS", "USD 2", "", "٣"]
)
def test_what_is_no_amount_is_refused(written: float | str) -> None:
    """Negative, endless and oddly written amounts are refused with an example."""
    assert "is no amount; write `2` or `2 USD`" in refused(parse_money, written)


@given(st.integers(1, 100_000))
def test_rates_by_minute_and_hour_agree(rate: int) -> None:
    """A rate a second is sixty times that a minute and 3,600 times that an hour."""
    for text in (f"{rate}/s", f"{rate * 60}/min", f"{rate * 3600}/h"):
        schedule = parse_rate(text)
        assert isinstance(schedule, OpenLoop)
        assert schedule.rate == pytest.approx(rate)


@pytest.mark.parametrize("written", [0, -3, math.inf, math.nan, "0/s", "0.0/min", "9" * 400 + "/s"])
def test_rates_are_finite_and_more_than_nothing(written: float | str) -> None:
    """No rate of nothing, of less or without end is accepted."""
    assert refused(parse_rate, written)
