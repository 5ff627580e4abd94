"""Texts made comparable, and reasons of one line."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.checks.wording import bounded, first_line, listed, printable, quoted
from seatrial.text.forms import collapsed, composed, folded


@given(st.text())
def test_composing_makes_both_spellings_alike(text):
    """An accent compares alike whether it was typed as one character or as two."""
    assert composed(unicodedata.normalize("NFD", text)) == composed(text)


@given(st.text())
def test_collapsing_twice_is_collapsing_once(text):
    """No run of white space is left, and none at the ends."""
    once = collapsed(text)
    assert collapsed(once) == once
    assert "  " not in once
    assert once == once.strip()


@given(st.text())
def test_quotes_are_short_and_printable(text):
    """A quoted text never breaks the line it stands in."""
    shown = quoted(text, 20)
    assert shown.isprintable()
    assert shown.startswith('"')
    assert shown.endswith('"')


def test_quotes_show_where_they_were_cut():
    """A cut is seen, a whole text is whole."""
    assert quoted("abc", 3) == '"abc"'
    assert quoted("abcd", 3) == '"abc…"'


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\nb", "a\\nb"), ("\x00", "\\x00"), ("\u202eevil", "\\u202eevil"), ("\ud800", "\\ud800"), ("é🙂", "é🙂")],
)
def test_what_cannot_be_printed_is_shown_as_an_escape(text, shown):
    """Line breaks, NUL, bidirectional controls and half characters cannot hide in a reason."""
    assert printable(text) == shown


def test_reasons_are_cut():
    """A reason has at most 200 characters before its escapes."""
    assert len(bounded("x" * 1000)) == 200
    assert bounded("short") == "short"


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (("a",), '"a"'),
        (("a", "b"), '"a" or "b"'),
        (("a", "b", "c"), '"a", "b" or "c"'),
        (("a", "b", "c", "d", "e"), '"a", "b", "c" or 2 more'),
    ],
)
def test_lists_of_texts(texts, shown):
    """A long list is cut and says by how much."""
    assert listed(texts) == shown


def test_case_folding_is_asked_for():
    """Case counts unless it should not."""
    assert folded("Straße", ignore_case=False) == "Straße"
    assert folded("Straße", ignore_case=True) == "strasse"


def test_errors_in_one_line():
    """Type and first line are shown, or the type alone."""
    assert first_line(ValueError("one\ntwo")) == "ValueError: one"
    assert first_line(KeyError()) == "KeyError"
