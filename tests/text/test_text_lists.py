"""Lists as people and models write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.lists import MOST, comparable, items, list_sums


@pytest.mark.parametrize(
    "text",
    [
        '["red", "green", "blue"]',
        '```json\n["red", "green", "blue"]\n```',
        "- red\n- green\n- blue",
        "Here they are:\n\n* red\n* green\n* blue\n\nAnything else?",
        "1. red\n2) green\n(3) blue",
        "a) red\nb) green\nc) blue",
        "• red\n• green\n• blue",
        "red\ngreen\nblue",
        "red, green, blue",
        "red, green and blue",
        "red, green, and blue.",
        "red; green; blue",
        "red、green、blue",
        "red, green und blue",
    ],
)
def test_a_list_is_read_in_any_form(text):
    """JSON, bullets, numbers, lines and commas give the same three items."""
    assert items(text) == ("red", "green", "blue")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("  \n ", ()),
        ("red", ("red",)),
        ("salt and pepper", ("salt and pepper",)),
        ("[1, true, null]", ("1", "true", "null")),
        ("[broken, list", ("[broken", "list")),
        ("[]", ()),
        ('[["a"], {"b": 1}]', ('["a"]', '{"b": 1}')),
        ("-5", ("-5",)),
    ],
)
def test_odd_lists_have_items_too(text, found):
    """Nothing, one item, numbers, and what only looks like JSON."""
    assert items(text) == found


def test_lists_are_bounded():
    """Ten thousand items are read, however they are written."""
    assert len(items("\n".join(f"- {i}" for i in range(20_000)))) == MOST
    assert len(items(",".join(map(str, range(20_000))))) == MOST
    assert items("[" * 100_000)


@pytest.mark.parametrize(
    "text", ["```\n" + "\n" * 500_000, "```" + " \n" * 250_000 + "x", "- " * 500_000, " and " * 200_000]
)
def test_hostile_lists_are_read_at_once(text):
    """A fence that does not close, bullets without items, words that part items."""
    assert len(items(text)) <= MOST


def test_items_compare_without_their_trimmings():
    """White space, quotes, emphasis, a full stop and case do not count."""
    assert comparable(' **"Red  Pier".** ') == "red pier"
    assert comparable("Red.", ignore_case=False) == "Red"


def test_f1_counts_items_as_often_as_they_stand():
    """Two of three found and one too many; two empty lists are equal."""
    assert list_sums(["a", "a", "b"], ["a", "b", "c"]).f1 == pytest.approx(2 / 3)
    assert list_sums([], []).f1 == 1
    assert list_sums([], ["a"]).f1 == 0


@given(st.lists(st.text("abc", min_size=1), min_size=2, max_size=6))
def test_what_is_written_as_lines_is_read_again(words):
    """Whatever the items."""
    assert items("\n".join(f"- {word}" for word in words)) == tuple(words)
