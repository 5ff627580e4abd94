"""Numbers in answers, as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake
from seatrial.text.numerals import first_numeral, last_numeral


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", "42"),
        ("It is 1,234.", "1234"),
        ("1,234,567.89 in all", "1234567.89"),
        ("1.234,56 Euro", "1234.56"),
        ("1.234.567", "1234567"),
        ("1.234", "1.234"),
        ("12,50 Euro", "12.50"),
        ("0,500", "0.500"),
        ("12\u202f500 euros", "12500"),
        ("1\u00a0234,5", "1234.5"),
        ("1'234'567", "1234567"),
        ("$1,000", "1000"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("€ 12.50.", "12.50"),
        ("-3.5", "-3.5"),
        ("x = −7", "-7"),
        ("16-3", "3"),
        ("pages 3-4", "4"),
        ("(5)-2", "2"),
        (".5", ".5"),
        ("25 %", "25"),
        ("1e-3", "0.001"),
        ("2.5E6", "2500000"),
        ("1,2,3", "3"),
        ("18, 20", "20"),
        ("version 1.2.3", "3"),
        ("at 21:40", "40"),
        ("<<16-3=13>>13 eggs", "13"),
        ("3 eggs.", "3"),
    ],
)
def test_the_last_number_of_a_text(text, value):
    """Signs, separators, decimals, currencies and exponents are read as a person would."""
    assert last_numeral(text).value == Decimal(value)


@pytest.mark.parametrize("text", ["", "none", "...", "- , .", "½"])
def test_texts_without_a_number(text):
    """Nothing is made up where no digit stands."""
    assert last_numeral(text) is None


@pytest.mark.parametrize(
    ("spec", "text", "expect", "passed"),
    [
        ("number", "2 x 21 = 42", "42", True),
        ("number", "42 or 41", "42", False),
        ("number", "no idea", "42", False),
        ("number", "It costs 12,50 Euro.", "12.5", True),
        ("number", "12.5", ["1", "12.50"], True),
        ({"number": {"tolerance": 0.5}}, "41.6", "42", True),
        ({"number": {"tolerance": 0.5}}, "41.4", "42", False),
        ({"number": {"relative": 0.01}}, "101", "100", True),
        ({"number": {"relative": 0.01}}, "102", "100", False),
        ({"number": {"marker": "A:"}}, "A: 1\nA: 42 of 50", "42", True),
        ({"number": {"marker": "####"}}, "42", "42", False),
        ({"number": 42}, "42", "7", True),
        ("number", "25%", "0.25", True),
        ("number", "25%", "25", True),
        ("number", "0.25", "25%", True),
        ("number", "0.25%", "25%", False),
        ("number", "0.1", "0.10", True),
    ],
)
def test_number(spec, text, expect, passed):
    """The answer's number is compared with the right one, within a tolerance when one is given."""
    assert judge_text(spec, text, expect=expect).passed is passed


def test_an_expected_answer_without_a_number_is_not_judged():
    """The case is at fault, not the answer."""
    assert judge_text("number", "42", expect="many").passed is None


@pytest.mark.parametrize(
    "arguments", [{"expect": "many"}, {"tolerance": -1}, {"tolerance": float("nan")}, {"marker": ""}, {"expect": []}]
)
def test_arguments_that_make_no_sense(arguments):
    """They are refused before anything is asked."""
    with pytest.raises(Mistake, match="number"):
        build_check({"number": arguments})


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_every_way_to_write_a_number_reads_the_same(number):
    """English, continental and Swiss writing of one number give its exact value."""
    english = f"{number:,.2f}"
    continental = english.translate(str.maketrans(",.", ".,"))
    for text in (english, continental, english.replace(",", "'"), f"{number:.2f}", f"It is {english}."):
        assert last_numeral(text).value == number


@given(st.text())
def test_reading_numbers_never_raises(text):
    """Any text has a last number or none."""
    found = last_numeral(text)
    assert found is None or found.value.is_finite()
    assert (found is None) == (first_numeral(text) is None)


def test_a_million_digits_are_read_in_bounded_time():
    """Only the end of a huge answer is read."""
    assert judge_text("number", "9" * 1_000_000, expect="9").passed is False
    assert judge_text("number", "word " * 500_000 + "42", expect="42").passed is True
