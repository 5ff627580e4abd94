"""How often, how fast, for how much: the words of a suite file."""

import pytest
from app_support import mistake_of, refused
from hypothesis import given
from hypothesis import strategies as st

from seatrial.app.pacing import parse_money, parse_rate, parse_repeat
from seatrial.core.interaction import Money
from seatrial.run.plan import Repeat, UntilDecided
from seatrial.run.schedule import ClosedLoop, OpenLoop


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (3, Repeat(3)),
        ("3", Repeat(3)),
        ("until decided", UntilDecided(10)),
        ("until decided, at most 4", UntilDecided(4)),
        ("Until decided at most 7", UntilDecided(7)),
    ],
)
def test_repeats_are_numbers_or_until_decided(written: int | str, meant: object) -> None:
    """A repeat is a number, or goes on until the gates are decided."""
    assert parse_repeat(written) == meant


@pytest.mark.parametrize("written", [0, -1, 1_001, "until decided, at most 101", "twice", "", "until decided, at most"])
def test_other_repeats_are_refused(written: int | str) -> None:
    """Numbers out of bounds and other words are refused."""
    assert refused(parse_repeat, written)


@pytest.mark.parametrize(
    ("written", "rate"), [(50, 50), ("50/s", 50), ("600/min", 10), ("1.5 / sec", 1.5), ("7200/hour", 2), (0.5, 0.5)]
)
def test_rates_are_requests_a_second(written: float | str, rate: float) -> None:
    """A rate is written by second, minute or hour."""
    assert parse_rate(written) == OpenLoop(rate)


def test_without_a_rate_the_loop_is_closed() -> None:
    """No schedule means as many requests in flight as there is room for."""
    assert parse_rate(None) == ClosedLoop()


@pytest.mark.parametrize("written", ["fast", "50", "/s", "1/day", "-1/s"])
def test_other_rates_are_refused(written: str) -> None:
    """What is no rate is refused with an example."""
    assert "write `50/s`" in refused(parse_rate, written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (2, Money(2_000_000_000)),
        ("0.0001", Money(100_000)),
        ("1.50 eur", Money(1_500_000_000, "EUR")),
        (0, Money(0)),
    ],
)
def test_amounts_are_exact_money(written: float | str, meant: Money) -> None:
    """An amount may name its currency; without one it is in US dollars."""
    assert parse_money(written) == meant


@given(st.text(max_size=20))
def test_any_text_is_an_amount_or_a_mistake(text: str) -> None:
    """No text makes the reading of money, rates and repeats fail otherwise than by a Mistake."""
    for parse in (parse_money, parse_rate, parse_repeat):
        assert mistake_of(parse, text) != ""
