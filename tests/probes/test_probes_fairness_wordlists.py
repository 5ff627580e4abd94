"""Lists of words: what is found where, which is swapped for which, and lists that contradict themselves."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.errors import Mistake
from seatrial.probes.fairness.wordlists import Entry, Wordlist, swapped

TOWNS = Wordlist(
    [
        Entry("north", ("Ayr", "Ayrish")),
        Entry("north", ("New Wick", "Wickish")),
        Entry("south", ("Lune", "Lunar")),
        Entry("south", ("Lune on Sea", "")),
        Entry("south", ("Zell", "")),
    ]
)
LETTERS = Wordlist(
    [Entry(group, (word,)) for group, words in {"a": "one two", "b": "tre for"}.items() for word in words.split()],
    any_case=True,
)


def found(text, words=TOWNS):
    """The mentions of a text as (word, group, slot)."""
    return [(text[each.start : each.end], each.entry.group, each.slot) for each in words.find(text)]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("Ayr", [("Ayr", "north", 0)]),
        ("an Ayrish boat", [("Ayrish", "north", 1)]),
        ("New Wick and Lune", [("New Wick", "north", 0), ("Lune", "south", 0)]),
        ("Lune on Sea", [("Lune on Sea", "south", 0)]),
        ("Lune on Seaside", [("Lune", "south", 0)]),
        ("AYR, LUNE", [("AYR", "north", 0), ("LUNE", "south", 0)]),
        ("ayr Ayrs Ayr_1 xAyr New  Wick", []),
        ("(Ayr)/Lune-Zell", [("Ayr", "north", 0), ("Lune", "south", 0), ("Zell", "south", 0)]),
        ("", []),
    ],
)
def test_find(text, mentions):
    """The longest form counts, whole words only, from left to right."""
    assert found(text) == mentions


def test_any_case():
    """Lists of a user are found in any case."""
    assert [word for word, *_ in found("One TWO tWo", LETTERS)] == ["One", "TWO", "tWo"]


def test_groups_in_their_order():
    """As they are listed."""
    assert (TOWNS.groups, LETTERS.groups) == (("north", "south"), ("a", "b"))


def test_a_plan_needs_all_forms():
    """Who is mentioned by an adjective is swapped for one that has an adjective."""
    mentions = list(TOWNS.find("The Ayrish of Ayr"))
    for seed in range(10):
        plan = TOWNS.plan(mentions, "south", random.Random(seed))
        assert [entry.forms[0] for entry in plan.values()] == ["Lune"]


def test_no_plan_without_a_form():
    """A group that lacks the form cannot be put in."""
    words = Wordlist([Entry("x", ("Ayr", "Ayrish")), Entry("y", ("Zell", ""))])
    assert words.plan(list(words.find("Ayrish")), "y", random.Random(0)) is None
    assert words.plan(list(words.find("Ayr")), "nowhere", random.Random(0)) is None


def test_barred_words_come_last():
    """What stands in the text already is put in only when there is nothing else."""
    mentions = list(LETTERS.find("one"))
    plans = [LETTERS.plan(mentions, "b", random.Random(seed), ["tre"]) for seed in range(10)]
    assert {entry.forms[0] for plan in plans for entry in plan.values()} == {"for"}
    assert LETTERS.plan(mentions, "b", random.Random(0), ["tre", "for"])


@given(
    st.lists(st.sampled_from(["Ayr", "Ayrish", "New Wick", "Lune", "and", "a", ",", "AYR"]), max_size=12), st.integers()
)
def test_a_swap_changes_mentions_only(words, seed):
    """All other words stand as they stood, and every mention is of the group put in."""
    text = " ".join(words)
    mentions = list(TOWNS.find(text))
    plan = TOWNS.plan(mentions, "south", random.Random(seed))
    made = swapped(text, mentions, plan, articles=False)
    assert {group for _, group, _ in found(made)} <= {"south"}
    assert [word for word in made.split() if word in ("and", "a", ",")] == [w for w in words if w in ("and", "a", ",")]


@pytest.mark.parametrize(
    "entries",
    [
        [Entry("a", ("One",)), Entry("b", ("one",))],
        [Entry("a", ("x", "y")), Entry("a", ("y", "z"))],
    ],
)
def test_one_word_one_entry(entries):
    """A word of two entries would be swapped by chance."""
    with pytest.raises(Mistake, match="stands in two groups, or twice in one"):
        Wordlist(entries)


def test_an_empty_list():
    """It finds nothing and has no groups."""
    assert (Wordlist([]).groups, list(Wordlist([]).find("x"))) == ((), [])
