"""Checks of how near an answer is to the expected text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake
from seatrial.text.editing import distance, highest_similarity, similarity
from seatrial.text.squad import normalised, overlap_f1

TEXTS = st.text(alphabet="abcä\n🙂 ", max_size=80)


@given(TEXTS, TEXTS)
def test_distance_is_that_of_rapidfuzz(one, other):
    """Our bit-parallel distance agrees with an independent implementation on any pair."""
    assert distance(one, other) == Levenshtein.distance(one, other)


@given(TEXTS, TEXTS)
def test_similarity_is_that_of_rapidfuzz(one, other):
    """The normalised form agrees, too, and never passes what the lengths allow."""
    assert similarity(one, other) == pytest.approx(Levenshtein.normalized_similarity(one, other))
    assert similarity(one, other) <= highest_similarity(one, other) + 1e-12


@pytest.mark.parametrize(
    ("one", "other", "edits"), [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "abc", 0), ("flaw", "lawn", 2)]
)
def test_well_known_distances(one, other, edits):
    """The textbook pairs come out as in the textbook."""
    assert distance(one, other) == distance(other, one) == edits


def test_edit_similarity():
    """The best of several right answers counts, and white space around the texts does not."""
    score = judge_text("edit_similarity >= 80%", " Saltholm harbor\n", expect=["Graynes", "Saltholm harbour"])
    assert (score.passed, score.value) == (True, 1 - 1 / 16)


def test_edit_similarity_of_a_huge_answer():
    """What cannot be near by its length fails; what could be is not judged."""
    assert judge_text("edit_similarity >= 0.9", "a" * 30_000, expect="a").passed is False
    assert judge_text("edit_similarity >= 0.9", "ab" * 15_000, expect="ba" * 15_000).passed is None
    assert judge_text("edit_similarity <= 0.9", "a" * 30_000, expect="a").passed is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("The red, red ferry!", "red red ferry"),
        ("A an the", ""),
        ("Anthem", "anthem"),
        ("U.S.A.", "usa"),
        (" At\n21:40 ", "at 2140"),
    ],
)
def test_squad_normalisation(text, plain):
    """Case, punctuation, articles and white space do not count, in this order."""
    assert normalised(text) == plain


@pytest.mark.parametrize(
    ("answer", "right", "f1"),
    [
        ("the red ferry", "a red ferry", 1.0),
        ("red ferry", "red boat", 0.5),
        ("red red ferry", "red ferry", 0.8),
        ("red red", "red red ferry", 0.8),
        ("bus", "ferry", 0.0),
        ("", "the", 1.0),
        ("", "ferry", 0.0),
        ("ferry", "", 0.0),
    ],
)
def test_squad_f1(answer, right, f1):
    """Bags of words overlap as SQuAD counts them; two empty texts are the same."""
    assert overlap_f1(answer, right) == pytest.approx(f1)


def test_f1_takes_the_best_reference():
    """Of several right answers the one that fits best counts, and its measure is the value."""
    score = judge_text("f1 >= 0.8", "the red ferry", expect=["a bus", "red ferry"])
    assert (score.passed, score.value) == (True, 1.0)


def test_its_own_expect_in_a_measure():
    """`expect` beside the limit wins over the case's."""
    spec = {"f1": {"limit": ">= 0.8", "expect": "bus"}}
    assert judge_text(spec, "red ferry", expect="red ferry").passed is False


def test_exact_match():
    """Only what SQuAD's rules take away may differ."""
    assert judge_text("exact_match", "The red ferry.", expect="red ferry").passed is True
    assert judge_text("exact_match", "The red ferry leaves.", expect="red ferry").passed is False


@pytest.mark.parametrize("spec", ["f1 >= 80", "edit_similarity >= 1.5", {"f1": {"limit": ">= 0.8", "expect": []}}])
def test_limits_that_no_share_can_reach(spec):
    """80 was meant as 80 %, and an empty list of right answers cannot be met."""
    with pytest.raises(Mistake, match=r"share from 0 to 1|empty `expect`"):
        build_check(spec)


@given(TEXTS, TEXTS, TEXTS)
def test_distance_is_a_metric(one, other, third):
    """It is symmetric, zero only for equal texts, and no detour is shorter."""
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert distance(one, third) <= distance(one, other) + distance(other, third)
