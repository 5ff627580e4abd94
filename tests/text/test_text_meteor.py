"""METEOR, error rates, and distances of lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.editing import distance
from seatrial.text.error_rates import error_sums, quotient
from seatrial.text.meteor import MeteorSums, meteor, meteor_sums
from seatrial.text.ter import ter_sums

CAT = ["the", "cat", "sat", "on", "the", "mat"]
WORDS = st.lists(st.sampled_from("abc"), max_size=12)


def test_a_permuted_cat_has_half():
    """All words match, in as many pieces as there are words: 1 less a penalty of a half."""
    sums = meteor_sums(["on", "the", "mat", "sat", "the", "cat"], [CAT])
    assert sums == (6, 6, 6, 6)
    assert meteor(sums) == pytest.approx(0.5)


def test_an_equal_text_is_nearly_one():
    """One piece of six words costs half of (1/6)^3."""
    assert meteor(meteor_sums(CAT, [CAT])) == pytest.approx(1 - 0.5 / 216)


def test_stems_match_after_exact_words():
    """A word finds another form of it only where none of its own form is left."""
    assert meteor_sums(["Ferries"], [["ferry"]]).matches == 1
    assert meteor_sums(["ferries", "ferry"], [["ferry", "ferries"]]) == (2, 2, 2, 2)
    assert meteor_sums(["boat"], [["ferry"]]).matches == 0


def test_recall_counts_nine_times():
    """Half of the reference costs more than twice its words."""
    half, double = meteor_sums(CAT[:3], [CAT]), meteor_sums(CAT + ["x"] * 6, [CAT])
    assert meteor(half) < 0.6 < 0.85 < meteor(double)
    assert meteor(MeteorSums(0, 0, 0, 0)) == 0


def test_the_best_reference_counts():
    """For METEOR the highest, for errors the lowest rate."""
    assert meteor_sums(CAT, [["x"], CAT]).matches == 6
    assert error_sums(CAT, [["x"], CAT]) == (0, 6)


@pytest.mark.parametrize(
    ("answer", "reference", "edits"),
    [("a b c", "a b c", 0), ("a x c", "a b c", 1), ("a c", "a b c", 1), ("a b b c", "a b c", 1), ("", "a b", 2)],
)
def test_word_errors_are_counted(answer, reference, edits):
    """One for each word that is wrong, missing or too many."""
    words = reference.split()
    assert error_sums(answer.split(), [words]) == (edits, len(words))


def test_a_rate_of_nothing_is_defined():
    """Against an empty reference nothing is right and anything is wrong."""
    assert quotient(*error_sums([], [[]])) == 0
    assert quotient(*error_sums(["a"], [[]])) == 1
    assert quotient(*error_sums(["a", "b", "c"], [["x"]])) == 3


def textbook(one, other):
    """Levenshtein's table."""
    row = list(range(len(other) + 1))
    for i, here in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, there in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (here != there))
    return row[-1]


@given(one=WORDS, other=WORDS)
def test_lists_have_the_distance_of_the_textbook(one, other):
    """Word by word, as texts have it letter by letter."""
    assert distance(one, other) == textbook(one, other)
    assert distance("".join(one), "".join(other)) == textbook(one, other)


@given(one=WORDS, other=WORDS)
def test_moves_only_save_edits(one, other):
    """TER takes no more edits than the distance, and none of equal lists."""
    assert ter_sums(one, [other]).edits <= textbook(one, other)
    assert ter_sums(one, [one]).edits == 0


def test_a_block_that_moves_is_one_edit():
    """Two halves that change places."""
    halves = list("abcdef"), list("uvwxyz")
    assert ter_sums(halves[1] + halves[0], [halves[0] + halves[1]]) == (1, 12)
