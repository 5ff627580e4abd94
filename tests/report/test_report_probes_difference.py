"""How two questions differ, as marks and as words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.report.probes_difference import MOST, Stretch, marked_difference
from seatrial.report.text import visible

TEXTS = st.text(st.sampled_from("ab c\n\u200bаé漢"), max_size=40) | st.text(max_size=40)


def marked(stretches: tuple[Stretch, ...]) -> str:
    """The text with what changed in brackets."""
    return "".join(f"[{each.text}]" if each.changed else each.text for each in stretches)


@pytest.mark.parametrize(
    ("before", "now", "left", "right"),
    [
        ("the last ferry leaves", "the last fery leaves", "the last fer[r]y leaves", "the last fery leaves"),
        ("the last ferry", "the final ferry", "the [last] ferry", "the [final] ferry"),
        ("to Saltholm", "to Saltholm please", "to Saltholm", "to Saltholm[ please]"),
        ("a b", "a  b", "a b", "a [␣]b"),
        ("a b", "ab", "a[␣]b", "ab"),
        ("ferry", "fe\u200brry", "ferry", "fe[\\u200b]rry"),
        ("ferry", "fеrry", "f[e]rry", "f[е]rry"),
        ("", "new", "", "[new]"),
        ("old", "", "[old]", ""),
        ("same", "same", "same", "same"),
    ],
)
def test_marks_what_changed(before: str, now: str, left: str, right: str) -> None:
    """Whole words where they have little in common, single letters where they are alike, blanks that can be seen."""
    found = marked_difference(before, now)
    assert (marked(found.before), marked(found.now)) == (left, right)


def test_a_line_break_is_seen() -> None:
    """A line break that was put in has a mark of its own."""
    assert marked(marked_difference("a b", "a\nb").now) == "a[⏎\n]b"


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        ("the last ferry", "the final fery", "“last” became “final”; “ferry” became “fery”"),
        ("when", "when?", "put in “?”"),
        ("when?", "when", "left out “?”"),
        ("ferry", "fеrry", "“ferry” became “fеrry” (U+0435)"),
        ("when", "when…", "put in “…”"),
        ("für", "fur", "“für” became “fur”"),
        ("at noon", "at  noon", "a blank became 2 blanks"),
        ("same", "same", ""),
    ],
)
def test_says_what_changed(before: str, now: str, sentence: str) -> None:
    """The changes are told in words, letters that look like others with their code points."""
    found = marked_difference(before, now).sentence
    assert found == sentence


def test_many_changes_are_counted() -> None:
    """Only the first changes are told one by one."""
    before, now = " ".join(f"w{i}" for i in range(20)), " ".join(f"x{i}" for i in range(20))
    assert marked_difference(before, now).sentence.endswith("; and 14 more")


def test_long_texts_are_marked_as_a_whole() -> None:
    """Between the first and the last difference of very long texts everything is marked, and nothing is compared."""
    words = [f"w{i}" for i in range(MOST // 100)]
    found = marked_difference("same " + " ".join(words) + " end", "same " + " ".join(reversed(words)) + " end")
    assert [each.changed for each in found.now] == [False, True, False]


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS)
def test_nothing_is_lost(before: str, now: str) -> None:
    """What is not marked is the same on both sides; equal texts have no mark at all."""
    found = marked_difference(before, now)
    same = ["".join(each.text for each in side if not each.changed) for side in (found.before, found.now)]
    assert same[0] == same[1]
    assert any(each.changed for each in (*found.before, *found.now)) is bool(found.changes)
    assert marked_difference(now, now).changes == ()


@settings(max_examples=80, deadline=None)
@given(TEXTS)
def test_both_sides_read_as_they_are(text: str) -> None:
    """Without the marks the child's side is its text, with only blanks and invisible characters shown otherwise."""
    found = marked_difference("when does it leave", text)
    shown = "".join(each.text for each in found.now)
    assert _letters(shown) == _letters(visible(text))


def _letters(text: str) -> str:
    return "".join(each for each in text if each not in "␣⇥⏎" and not each.isspace())
