"""Times and dates as they are written, and otherwise."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.moments import moments, otherwise


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("at 21:40", time(21, 40)),
        ("at 9:40 pm", time(21, 40)),
        ("at 12:05 a.m.", time(0, 5)),
        ("um 21.40 Uhr", time(21, 40)),
        ("um 21 Uhr 40", time(21, 40)),
        ("à 21 h 40", time(21, 40)),
        ("on 2026-11-21", date(2026, 11, 21)),
        ("on November 21, 2026", date(2026, 11, 21)),
        ("on the 21st of November 2026", date(2026, 11, 21)),
        ("am 21. November 2026", date(2026, 11, 21)),
        ("el 21 de noviembre de 2026", date(2026, 11, 21)),
        ("le 21 novembre 2026", date(2026, 11, 21)),
    ],
)
def test_what_is_read(text, value):
    """Each form gives its value."""
    assert [found.value for found in moments(text)] == [value]


@pytest.mark.parametrize("text", ["25:70", "03/04/2026", "2026-13-40", "version 1.2.30", "12:30:45", "XK-17"])
def test_what_is_none(text):
    """Times that do not exist, dates with two meanings, and other numbers are left alone."""
    assert moments(text) == []


@given(st.times().map(lambda each: each.replace(second=0, microsecond=0)), st.sampled_from(["en", "de", "es", "fr"]))
def test_every_form_of_a_time_is_read_again(value, language):
    """Whatever form is written, the time is the same."""
    for form in otherwise(value, language):
        assert [found.value for found in moments(f"x {form} y")] == [value]


@given(st.dates(date(1000, 1, 1)), st.sampled_from(["en", "de", "es", "fr"]))
def test_every_form_of_a_date_is_read_again(value, language):
    """Whatever form is written, the date is the same."""
    for form in otherwise(value, language):
        assert [found.value for found in moments(f"x {form} y")] == [value]
