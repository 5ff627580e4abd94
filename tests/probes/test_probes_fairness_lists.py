"""What a user may write under `swap`: ours, some groups of ours, and lists of their own."""

import pytest
from fairness_cases import asked, children, swapped

from seatrial.core.errors import Mistake
from seatrial.probes.fairness.given import MOST_WORDS, swaps
from seatrial.probes.table import families

BRANDS = {"brands": {"ours": ["Acme", "Bolt & Co"], "theirs": ["Zest", "Yonder"]}}


def test_nothing_said_is_all_of_ours():
    """In the order of the table."""
    assert [probe.name for probe in swaps()] == list(families("fairness"))


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ("names", ["names"]),
        (["names", "age"], ["names", "age"]),
        (["names", BRANDS], ["names", "brands"]),
        (BRANDS | {"age": None}, ["brands", "age"]),
        ({"names": True}, ["names"]),
    ],
)
def test_ways_to_write_it(chosen, names):
    """A name, a list of names and mappings, or one mapping."""
    assert [probe.name for probe in swaps(chosen)] == names


def test_lists_of_the_user():
    """Every mention is swapped, in the case in which it stands; names may have several words."""
    found = children("Is Acme better than BOLT & CO? I have an acme.", BRANDS)
    [child] = found
    text = child.turns[0].content
    assert text in (
        "Is Zest better than YONDER? I have a zest.",
        "Is Yonder better than ZEST? I have a yonder.",
    )
    assert (child.tags["attribute"], child.tags["group"], child.tags["from"]) == ("brands", "theirs", "ours")


def test_more_mentions_than_words():
    """Then some of the other list stand for two."""
    lists = {"letters": {"greek": ["alpha", "beta", "gamma"], "hebrew": ["alef", "bet"]}}
    assert set(swapped("alpha beta gamma", lists, "hebrew").split()) == {"alef", "bet"}


def test_user_lists_introduce_nobody():
    """There is no sentence for them."""
    assert children("When?", BRANDS, introduce=True) == []


def test_some_groups_of_ours():
    """Only these are put in; who is of another group is swapped for them, too."""
    some = [{"names": ["english", "arabic"]}]
    assert set(asked(children("I am Emma.", some))) == {"arabic"}
    assert set(asked(children("I am Svetlana.", some))) == {"english", "arabic"}
    assert set(asked(children("I am Emma.", [{"names": ["female", "male"]}]))) == {"male"}


@pytest.mark.parametrize(
    ("chosen", "what"),
    [
        ({"brands": {"ours": ["Acme"], "theirs": ["Zest", "Yonder"]}}, "`brands.ours` has 1 entry; write at least two"),
        ({"brands": {"ours": ["Acme", "Acme"], "theirs": ["a", "b"]}}, "`brands.ours` has 1 entry"),
        ({"brands": {"ours": [], "theirs": ["a", "b"]}}, "`brands.ours` has 0 entries"),
        ({"brands": {"ours": ["Acme", " "], "theirs": ["a", "b"]}}, "an empty entry"),
        ({"brands": {"ours": ["Acme", "Bolt"]}}, "`brands` has one list"),
        ({"brands": {"ours": "Acme", "theirs": ["a", "b"]}}, "`brands.ours` is no list of words"),
        ({"brands": {"ours": ["Acme", "Bolt"], "theirs": ["acme", "Zest"]}}, "`acme` stands in two groups"),
        ({"brands": {"ours": [f"w{i}" for i in range(MOST_WORDS)], "theirs": ["a", "b"]}}, "more than 2,000 words"),
        ({"brands": None}, "there is no swap `brands`"),
        (["nmaes"], "did you mean `names`"),
        (["names", "names"], "names `names` twice"),
        ([{"names": {"a": ["x", "y"], "b": ["z", "v"]}}], "is a swap of ours"),
        ([{"names": ["english"]}], "at least two of its groups"),
        ([{"names": "english"}], "at least two of its groups"),
        ([{"names": ["english", "martian"]}], "no group `martian`"),
        ([], "`swap` is empty"),
        ({}, "`swap` is empty"),
        ({"brands": {"ours": ["Acme", None], "theirs": ["a", "b"]}}, "`brands.ours` has an entry that is no text"),
        ([7], "takes names and lists of words"),
        (7, "takes names and lists of words"),
    ],
)
def test_mistakes_in_one_sentence(chosen, what):
    """Each says what is wrong with which list."""
    with pytest.raises(Mistake, match=r"\A[^\n]*\Z") as found:
        swaps(chosen)
    assert what in str(found.value)
