import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.reading import Reading
from seatrial.metrics import wording


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.931, "rate", "93.1 %"),
        (1.0, "rate", "100 %"),
        (0.0, "rate", "0 %"),
        (0.9996, "rate", "100.0 %"),
        (-0.0001, "rate", "0.0 %"),
        (0.82, "s", "820 ms"),
        (1.932, "s", "1.93 s"),
        (0.9999, "s", "1 s"),
        (130.4, "s", "130 s"),
        (0.0, "s", "0 s"),
        (2.409, "USD", "2.41 USD"),
        (0.0012345, "USD", "0.00123 USD"),
        (1234567.0, "tokens", "1,234,567 tokens"),
        (2.5, "", "2.5"),
        (None, "rate", "–"),
    ],
)
def test_a_number_is_said_in_its_unit(value, unit, text):
    """Three figures or one decimal of a per cent are enough to read."""
    assert wording.number(value, unit) == text


def test_a_value_is_told_from_its_limit():
    """94.96 % against 95 % must not look met."""
    assert wording.against(0.9496, 0.95, "rate") == "94.96 %"
    assert wording.against(0.95, 0.95, "rate") == "95.0 %"
    assert wording.against(0.8, 0.95, "rate") == "80.0 %"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.95, "rate", "95 %"), (0.995, "rate", "99.5 %"), (-0.02, "rate", "-2 %"), (2, "s", "2 s")],
)
def test_a_limit_is_said_as_it_was_written(value, unit, text):
    """No digits are added to it."""
    assert wording.limit(value, unit) == text


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (0.902, 0.953, "rate", "90.2 to 95.3 %"),
        (0.5, 2.0, "s", "500 ms to 2 s"),
        (1.2, None, "s", "at least 1.2 s"),
        (None, 3.0, "USD", "at most 3.00 USD"),
        (None, None, "s", ""),
        (1.0, 2.0, "", "1 to 2"),
    ],
)
def test_an_interval_is_said_with_the_ends_that_it_has(low, high, unit, text):
    """A missing end is said as what the other end means."""
    assert wording.interval(Reading("x", 1.0, low, high, unit=unit)) == text


def test_a_reading_is_said_with_its_interval_and_basis():
    """What a sentence needs: value, interval, over how many of how many, of which slice."""
    reading = Reading("x", 0.931, 0.902, 0.953, n=412, asked=415, unit="rate", slice=(("language", "es"),))
    assert wording.value_with_interval(reading) == "93.1 % (90.2 to 95.3 %)"
    assert wording.basis(reading) == "n 412 of 415"
    assert wording.slice_name(reading) == "language=es"
    assert wording.value_with_interval(Reading("x", None, note="no cases")) == "no cases"
    assert wording.basis(Reading("x", None)) == ""


def test_names_and_counts_are_said_in_words():
    """Lists end in `and`, long ones are counted; large counts are rounded to two figures."""
    assert wording.listed(["a"]) == "a"
    assert wording.listed(["a", "b", "c"]) == "a, b and c"
    assert wording.listed(["a", "b", "c", "d"], most=2) == "a, b and 2 more"
    assert [wording.count(n, "case") for n in (1, 2)] == ["1 case", "2 cases"]
    assert [wording.about(n) for n in (7, 83, 784, 12_993)] == ["7", "83", "780", "13,000"]


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.sampled_from(["rate", "s", "USD", "tokens", ""]))
def test_no_number_is_said_with_an_exponent(value, unit):
    """A person reads digits."""
    text = wording.number(value, unit)
    assert "e+" not in text
    assert "e-" not in text
    assert not text.startswith("-0 ")
