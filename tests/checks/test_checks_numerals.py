"""Numbers in many notations: laws that hold however a person writes them, and texts that only look like numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check
from seatrial.text.numerals import MOST_CHARACTERS, Numeral, first_numeral, last_numeral

WHOLE = st.integers(1, 10**12)
CENTS = st.decimals(min_value=0, max_value=10**9, places=2)
SIGNS = st.sampled_from(["-", "−", "- "])
CURRENCIES = st.sampled_from("$€£¥")
SEPARATORS = [",", "'", "’", "\u00a0", "\u202f", "\u2009"]


def value(text):
    """The last number of a text."""
    found = last_numeral(text)
    return None if found is None else found.value


@pytest.mark.parametrize("separator", SEPARATORS)
@given(number=WHOLE)
def test_thousands_may_be_set_off_by_any_usual_sign(separator, number):
    """Comma, apostrophes and the three narrow spaces all group digits without changing the number."""
    assert value(f"in all {number:,} souls".replace(",", separator)) == number


@given(st.integers(10**6, 10**12))
def test_points_group_thousands_where_there_are_two(number):
    """Two points cannot both be decimal, so they separate thousands."""
    assert value(f"{number:,}".replace(",", ".")) == number


@given(WHOLE, st.integers(0, 99))
def test_a_plain_space_separates_two_numbers(one, other):
    """An ordinary space stands between numbers, never inside one."""
    assert first_numeral(f"{one} {other}").value == one
    assert value(f"{one} {other}") == other


@given(CENTS, SIGNS, CURRENCIES)
def test_a_sign_may_stand_before_or_behind_the_currency(amount, sign, currency):
    """A minus on either side of a currency is one minus."""
    assert value(f"{sign}{currency}{amount}") == -amount
    assert value(f"{currency}{sign.strip()}{amount}") == -amount
    assert value(f"{currency} {amount}") == amount


@given(CENTS, CENTS)
def test_a_minus_between_two_numbers_subtracts(one, other):
    """A dash right behind a number, a percent sign or a bracket is no sign of the next number."""
    for text in (f"{one}-{other}", f"{one}%-{other}", f"({one})-{other}", f"x-{other}"):
        assert value(text) == other


@given(CENTS, st.integers(-20, 20), st.sampled_from("eE"))
def test_exponents_are_those_of_python(mantissa, power, letter):
    """Scientific notation is exact, whichever letter and sign it has."""
    assert value(f"about {mantissa}{letter}{power:+d} in all") == Decimal(f"{mantissa}e{power}")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2e", "2", "2"),
        ("3em wide", "3", "3"),
        ("10^3", "10", "3"),
        ("2026-11-21", "2026", "21"),
        ("3/4", "3", "4"),
        ("1,234,56", "1", "56"),
        ("0.1.2", "0", "2"),
        ("1000,000", "1000.000", "1000.000"),
        ("1,0000", "1", "1"),
        ("007", "7", "7"),
        ("$.50", "0.5", "0.5"),
        ("-.5", "-0.5", "-0.5"),
        ("20kg or 3rd", "20", "3"),
        ("[-3] <-4>", "-3", "-4"),
        ("5, 6", "5", "6"),
        ("CHF 1’234.50", "1234.5", "1234.5"),
        ("1,234.", "1234", "1234"),
        ("No. 5.", "5", "5"),
    ],
)
def test_first_and_last_number(text, first, last):
    """Dates, fractions, lists, units and ordinals fall apart where a person would part them."""
    assert first_numeral(text).value == Decimal(first)
    assert value(text) == Decimal(last)


@pytest.mark.parametrize(
    ("text", "shown", "percent"),
    [
        ("up 12.5 %.", "12.5 %", True),
        ("it is  -3", "-3", False),
        ("$1,000!", "$1,000", False),
        ("5 per cent", "5", False),
    ],
)
def test_a_numeral_keeps_how_it_was_written(text, shown, percent):
    """The reason can show the number as it stood in the answer, and only `%` makes a percentage."""
    found = last_numeral(text)
    assert (found.text, found.percent) == (shown, percent)


@given(CENTS, st.text(alphabet="abc .,;:!?\n", max_size=20))
def test_words_around_a_number_do_not_change_it(number, words):
    """Whatever words stand before and after, the number is the same."""
    assert value(f"{words} {number} {words}") == number


@given(CENTS, CENTS, st.booleans(), st.booleans())
def test_agreement_of_equal_kinds_is_symmetric(one, other, percent, loose):
    """With an absolute tolerance neither number is the measure of the other."""
    mine, theirs = Numeral(one, percent, ""), Numeral(other, percent, "")
    tolerance = Decimal(10) if loose else Decimal(0)
    assert mine.agrees(theirs, tolerance, Decimal(0)) is theirs.agrees(mine, tolerance, Decimal(0))
    assert mine.agrees(mine, Decimal(0), Decimal(0))


@given(st.decimals(min_value=1, max_value=100, places=2))
def test_a_percentage_is_a_hundredth_wherever_it_stands(number):
    """`25 %` agrees with 25 and with 0.25 and with nothing else, as answer and as right answer."""
    share = number / 100
    for right in (f"{number}", f"{share}"):
        assert judge_text("number", f"{number} %", expect=right).passed is True
        assert judge_text("number", right, expect=f"{number} %").passed is True
    assert judge_text("number", f"{number} %", expect=f"{share} %").passed is False


@pytest.mark.parametrize(
    ("answer", "expect", "relative", "passed"),
    [
        ("-101", "-100", 0.01, True),
        ("-102", "-100", 0.01, False),
        ("0.001", "0", 0.5, False),
        ("100", "101", 0.0099, False),
        ("101", "100", 0.01, True),
        ("1e-9", "2e-9", 0.5, True),
    ],
)
def test_a_relative_tolerance_is_of_the_expected_number(answer, expect, relative, passed):
    """It is measured by the right answer's size, so nothing is near zero but zero."""
    check = {"number": {"relative": relative}}
    assert judge_text(check, answer, expect=expect).passed is passed


@pytest.mark.parametrize(
    ("marker", "text", "passed"),
    [
        ("####", "5\n#### 42", True),
        ("####", "#### 42\n#### 5", False),
        ("####", "#### 42 and 5", True),
        ("Answer:", "answer: 42", False),
        ("Answer:", "41. Answer: none", False),
        ("Answer:", "Answer: $42.00", True),
        ("=", "a = 1 = 42", True),
        (" = ", "40 + 2 = \n\n 42", True),
    ],
)
def test_the_number_after_a_marker(marker, text, passed):
    """The last marker counts, as it is written, and the first number behind it."""
    assert judge_text({"number": {"expect": 42, "marker": marker}}, text).passed is passed


def test_tolerances_are_exact_decimals():
    """A difference of exactly 0.1 is within 0.1, which binary fractions would deny."""
    assert judge_text({"number": {"tolerance": 0.1}}, "0.3", expect="0.2").passed is True
    assert judge_text({"number": {"tolerance": 0.1}}, "0.3000001", expect="0.2").passed is False


def test_only_the_end_of_a_long_answer_is_read():
    """A number further from the end than the bound is not seen; behind a marker the bound starts at the marker."""
    far = "42 " + "x" * MOST_CHARACTERS
    assert last_numeral(far) is None
    assert first_numeral("x" * MOST_CHARACTERS + " 42") is None
    assert judge_text({"number": {"expect": 42, "marker": "A:"}}, "A: " + far).passed is True


def test_a_number_may_be_written_as_a_number_in_the_suite():
    """YAML's 42, 42.0 and "42" mean the same right answer, and a list of them any of it."""
    for expect in (42, 42.0, "42", [1, "42"]):
        assert build_check({"number": expect}).needs == build_check({"contains": "a"}).needs
        assert judge_text({"number": expect}, "That is 42.").passed is True
