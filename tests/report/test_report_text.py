"""Texts made fit to be shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.report.text import cell_width, fit, one_line, shorten, visible, wrap

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\u202eb", "a\\u202eb"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\U000e0041", "\\U000e0041"),
        ("half \ud800", "half \\ud800"),
        ("a\r\nb\tc", "a\nb\tc"),
        ("a\rb", "a\\x0db"),
        ("ünï 漢字 👩‍🚀", "ünï 漢字 👩‍🚀"),
    ],
)
def test_shows_what_would_be_hidden(text: str, shown: str) -> None:
    """Control, bidi and invisible characters become escapes; letters, emoji, newline and tab stay."""
    assert visible(text) == shown


@given(ANY_TEXT)
def test_every_text_can_be_written(text: str) -> None:
    """What is shown encodes as UTF-8 and holds no control character but newline and tab."""
    shown = visible(text)
    shown.encode("utf-8")
    assert all(unicodedata.category(character) != "Cc" or character in "\n\t" for character in shown)
    assert visible(shown) == shown


@given(ANY_TEXT, st.integers(2, 80))
def test_one_line_is_one_short_line(text: str, limit: int) -> None:
    """A text on one line has no line end and no more characters than asked for."""
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1


@given(st.text(max_size=200), st.integers(10, 80))
def test_wrapped_lines_fit(text: str, width: int) -> None:
    """No wrapped line is wider than asked for, and no word is lost."""
    lines = wrap(text, width)
    assert all(cell_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.text("ab 漢字é", max_size=60), st.integers(3, 40))
def test_fits_exactly(text: str, width: int) -> None:
    """A fitted text takes exactly the columns asked for, wide characters too."""
    assert cell_width(fit(text, width)) == width


def test_wide_and_combining_characters_are_measured() -> None:
    """East Asian characters take two columns and combining marks none."""
    assert cell_width("漢字") == 4
    assert cell_width("e\u0301") == 1


def test_shortens_only_what_is_long() -> None:
    """A text within the limit stays as it is; a longer one ends with an ellipsis."""
    assert shorten("ferry", 5) == "ferry"
    assert shorten("ferries", 5) == "ferr…"
