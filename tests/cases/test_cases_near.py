"""Texts that are nearly the same."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.cases.near import BINS, jaccard, near_pairs, runs_of, signature

SYLLABLES = ("sal", "tho", "gra", "wick", "ferr", "pier", "tide", "mor", "lan", "due")


def text_of(draw, words=18):
    """A question of made-up words."""
    return " ".join("".join(draw.choices(SYLLABLES, k=draw.randint(1, 3))) for _ in range(words))


def pairs(*texts, threshold=0.85):
    """The places of near texts."""
    return {(one, other) for one, other, _ in near_pairs(texts, threshold)}


def test_a_slip_of_the_finger_is_near():
    """Case, white space and a letter of eighty do not make another text; another question does."""
    text = "When does the very last ferry leave for the island of Saltholm in the summer season?"
    assert pairs(text, text.upper(), text.replace("island", "islands"), "Is the café open?") >= {(0, 1), (0, 2)}
    assert pairs(text, "Is the café open on Sundays in the winter?") == set()


def test_other_numbers_are_another_question():
    """However much of the text is the same."""
    text = "How much do {} adult tickets to Saltholm and back again cost on the slow evening ferry?"
    assert pairs(text.format(2), text.format(3)) == set()
    assert pairs(text.format(2), text.format(2)) == {(0, 1)}


def test_planted_pairs_are_found():
    """Of 200 texts with a word changed among 2,000 others at least 99 of 100 pairs, and nothing else."""
    draw = random.Random(5)
    texts = [text_of(draw, 30) for _ in range(2_000)]
    planted = {}
    for place in range(0, 2_000, 10):
        words = texts[place].split()
        words[draw.randrange(30)] += "s"
        planted[(place, len(texts))] = jaccard(runs_of(texts[place]), runs_of(" ".join(words)))
        texts.append(" ".join(words))
    wanted = {pair for pair, index in planted.items() if index >= 0.85}
    found = pairs(*texts)
    assert found <= set(planted)
    assert len(wanted) > 100
    assert len(found & wanted) >= 0.99 * len(wanted)


def test_thousands_of_one_template_do_not_compare_each_with_each():
    """Each is paired with a few only, and still found."""
    found = pairs(*["Can I bring a dog on the ferry to Saltholm?"] * 3_000)
    assert {other for _, other in found} == set(range(1, 3_000))
    assert len(found) < 100_000


@pytest.mark.parametrize("text", ["", "a", "渡轮九点出发", "\ud800", "x" * 100_000, "wort " * 20_000])
def test_any_text_has_runs_and_a_signature(text):
    """Empty, short, of another script, broken, or long."""
    assert len(signature(runs_of(text))) == BINS
    assert pairs(text, text) == {(0, 1)}


@settings(max_examples=60)
@given(one=st.text("abc d", max_size=40), other=st.text("abc d", max_size=40))
def test_the_index_is_a_share_and_symmetric(one, other):
    """One for equal runs, and what a pair is told with."""
    mine, theirs = runs_of(one), runs_of(other)
    assert 0 <= jaccard(mine, theirs) == jaccard(theirs, mine) <= 1
    assert jaccard(mine, mine) == 1
    assert all(index >= 0.5 for _, _, index in near_pairs([one, other], 0.5))


def test_signatures_agree_as_often_as_texts_do():
    """The share of equal bins estimates the Jaccard index within a tenth, on average over 40 pairs."""
    draw, apart = random.Random(2), 0.0
    for _ in range(40):
        words = text_of(draw, 40).split()
        mine, theirs = runs_of(" ".join(words)), runs_of(" ".join(words[: draw.randint(5, 39)]))
        equal = sum(one == other for one, other in zip(signature(mine), signature(theirs), strict=True))
        apart += (equal / BINS - jaccard(mine, theirs)) / 40
    assert abs(apart) < 0.1
