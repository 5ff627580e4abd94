"""Waits as servers write them."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.targets.durations import LONGEST_WAIT, duration, retry_after, until

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("9ms", 0.009),
        ("1s", 1),
        ("6m0s", 360),
        ("1h2m3.5s", 3723.5),
        ("12", 12),
        ("1.5", 1.5),
        (" 2s ", 2),
        ("1d", 86400),
    ],
)
def test_durations_are_read(text, seconds):
    """The forms of REFERENCE section 4, and plain seconds."""
    assert duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "-1", "soon", "1x", "s", "1s!", "--", "1 s", "nan", "inf", "9" * 40, "1e9"])
def test_what_is_no_duration_is_none(text):
    """Nonsense is told apart from zero."""
    assert duration(text) is None


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("9ms", 0.009),
        ("30", 30),
        (str(int(NOW) + 7), 7),
        (str(int((NOW + 7) * 1000)), 7),
        (format_datetime(datetime.fromtimestamp(NOW + 20, UTC), usegmt=True), 20),
        (datetime.fromtimestamp(NOW + 20, UTC).isoformat(), 20),
        ("6m0s", LONGEST_WAIT),
        (str(int(NOW) - 7), 0),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 0),
    ],
)
def test_a_moment_is_so_many_seconds_away(text, wait):
    """Durations, epochs and dates all become a bounded wait from now."""
    assert until(text, NOW) == pytest.approx(wait)


@pytest.mark.parametrize("text", ["-1", "", "never", "1,2,3", "a:b"])
def test_a_header_that_says_nothing_is_none(text):
    """Some servers send -1; that is no wait of zero."""
    assert until(text, NOW) is None


def test_milliseconds_go_before_seconds():
    """`retry-after-ms` is the more exact of the two."""
    assert retry_after({"retry-after-ms": "250", "Retry-After": "9"}, NOW) == 0.25


def test_a_bad_exact_wait_leaves_the_other():
    """When `retry-after-ms` cannot be read, Retry-After counts."""
    assert retry_after({"retry-after-ms": "x", "Retry-After": "9"}, NOW) == 9


@pytest.mark.parametrize("headers", [{"retry-after-ms": "999999999"}, {"Retry-After": "86400"}])
def test_a_server_cannot_make_us_wait_for_ever(headers):
    """Every wait is bounded."""
    assert retry_after(headers, NOW) == LONGEST_WAIT


def test_without_headers_there_is_no_wait_to_obey():
    """None lets the caller choose."""
    assert retry_after({}, NOW) is None


@given(st.text(max_size=80))
def test_any_header_is_taken_without_an_error(text):
    """Whatever a server writes gives None or a wait within bounds."""
    wait = until(text, NOW)
    assert wait is None or 0 <= wait <= LONGEST_WAIT
