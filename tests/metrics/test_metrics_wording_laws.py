import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_batches import column, judge

from seatrial.core.gate import parse_gate
from seatrial.core.reading import Reading
from seatrial.metrics import wording
from seatrial.metrics.nearest import did_you_mean

UNITS = st.sampled_from(["rate", "s", "USD", "tokens", ""])
SIZES = st.floats(0.001, 1e6)


def amount(text):
    """The number that a text says, in the base unit."""
    figures = float(re.match(r"-?[\d,]*\.?\d+", text)[0].replace(",", ""))
    return figures * (0.001 if text.endswith(" ms") else 0.01 if text.endswith("%") else 1)


@given(SIZES, UNITS, st.booleans())
def test_what_is_said_is_what_was_measured(value, unit, negative):
    """To three figures, to a tenth of a per cent, to a cent; the sign is not lost."""
    value = -value if negative else value
    coarse = {"rate": 0.00051, "USD": 0.0051}.get(unit, 0.0)
    assert amount(wording.number(value, unit)) == pytest.approx(value, rel=0.0051, abs=coarse)


@given(SIZES, SIZES, UNITS)
def test_more_is_never_said_as_less(one, other, unit):
    """The order of two values is that of their texts."""
    low, high = sorted((one, other))
    assert amount(wording.number(low, unit)) <= amount(wording.number(high, unit)) + 1e-12


TENTHS = st.integers(1, 99_999).map(lambda tenth: tenth / 100)


@given(TENTHS, st.sampled_from(["%", "s", "ms", " USD", " tokens", ""]))
def test_a_limit_is_said_with_all_its_figures(value, unit):
    """A reader finds the very number that stands in the suite file."""
    gate = parse_gate(f"x <= {value}{unit}")
    assert amount(wording.limit(gate.limit, gate.unit)) == pytest.approx(gate.limit, rel=1e-9)


@given(TENTHS, st.integers(-3, 3).filter(bool), st.sampled_from(["s", "USD", "tokens", ""]))
def test_a_value_beside_the_limit_is_told_from_it(limit, hundredths, unit):
    """A hundredth more or less is seen: what missed a limit never reads as if it stood on it."""
    value = limit + hundredths / 100
    shown, held = (amount(text) for text in (wording.against(value, limit, unit), wording.limit(limit, unit)))
    assert (shown < held) is (value < limit)
    assert shown != held


@pytest.mark.parametrize(
    ("value", "limit", "unit", "shown"),
    [
        (2.004, 2.0, "s", "2.004 s"),
        (2.4, 2.0, "s", "2.4 s"),
        (0.30001, 0.3, "s", "300.01 ms"),
        (1000.4, 1000.0, "tokens", "1,000.4 tokens"),
        (3.004, 3.0, "USD", "3.004 USD"),
        (3.5, 3.0, "USD", "3.50 USD"),
        (0.9996, 1.0, "rate", "99.96 %"),
        (2.0, 2.0, "s", "2 s"),
    ],
)
def test_figures_are_added_only_where_they_tell_apart(value, limit, unit, shown):
    """Three are enough for a value that is far from its limit."""
    assert wording.against(value, limit, unit) == shown


def test_a_gate_that_is_missed_by_little_says_by_how_much():
    """The longest answer took four milliseconds too many."""
    assert judge("latency.max <= 2s", column("latency", [2.004])).why.startswith(
        "latency.max is 2.004 s (n 1), the limit is 2 s"
    )


@given(SIZES, SIZES, UNITS)
def test_an_interval_names_both_ends_in_order(one, other, unit):
    """The unit stands once where both ends have the same, and the texts of the ends are those of numbers."""
    low, high = sorted((one, other))
    text = wording.interval(Reading("x", low, low, high, unit=unit))
    first, last = text.split(" to ")
    assert last == wording.number(high, unit)
    assert wording.number(low, unit).startswith(first)
    assert first == wording.number(low, unit) or last.endswith(wording.number(low, unit).removeprefix(first))


@given(st.integers(0, 10**9))
def test_about_is_within_five_per_cent(n):
    """Two figures, the rest noughts."""
    text = wording.about(n).replace(",", "")
    assert abs(int(text) - n) <= 0.05 * n
    assert set(text[2:]) <= {"0"}


@given(st.lists(st.from_regex(r"[a-z]{1,4}", fullmatch=True), max_size=9), st.integers(1, 6))
def test_a_list_names_so_many_and_counts_the_rest(names, most):
    """Nothing is left out without a number."""
    text = wording.listed(names, most)
    named = [name for name in re.split(r", | and ", text) if name and not re.fullmatch(r"\d+ more", name)]
    assert named == names[:most]
    assert text.endswith(f" and {len(names) - most} more") is (len(names) > most)


@pytest.mark.parametrize(
    ("n", "asked", "text"), [(5, 5, "n 5"), (5, 0, "n 5"), (0, 5, "n 0 of 5"), (1000, 2000, "n 1,000 of 2,000")]
)
def test_a_basis_says_of_how_many_only_when_some_are_missing(n, asked, text):
    """Nothing measured of five asked is not nothing asked."""
    assert wording.basis(Reading("x", 1.0, n=n, asked=asked)) == text


def test_counted_nouns_have_their_plural():
    """Also those that do not end in s, and thousands are grouped."""
    assert wording.count(1, "slice was", "slices were") == "1 slice was"
    assert wording.count(2, "slice was", "slices were") == "2 slices were"
    assert wording.count(1234, "case") == "1,234 cases"
    assert wording.count(0, "case") == "0 cases"


def test_values_beyond_all_numbers_are_still_said():
    """A third party's metric may come to infinity; the sentence is made all the same."""
    assert wording.number(float("inf"), "s") == "inf s"
    assert wording.number(float("nan")) == "nan"
    assert wording.value_with_interval(Reading("x", float("inf"), None, None)) == "inf"


@given(st.text(max_size=12), st.lists(st.text(min_size=1, max_size=8), max_size=5))
def test_a_hint_is_one_of_the_known(name, known):
    """The nearest name when one is near, else all of them, else that there is none."""
    hint = did_you_mean(name, known)
    if not known:
        assert hint == "none is known"
    elif hint.startswith("did"):
        assert hint.removeprefix("did you mean `").removesuffix("`?") in known
    else:
        assert all(f"`{each}`" in hint for each in known)
