"""Translation edit rate: moves, the beam, and the bound on moves, beside sacrebleu."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.lib_ter import translation_edit_rate

from seatrial.text.editing import distance
from seatrial.text.ter import ter_sums

WORDS = st.lists(st.sampled_from("abcdef"), max_size=30)


def edits(answer, reference):
    """The edits of two texts of words."""
    return ter_sums(answer.split(), [reference.split()]).edits


@pytest.mark.parametrize(
    ("answer", "reference", "count"),
    [
        ("a b c", "a b c", 0),
        ("a x c", "a b c", 1),
        ("a c", "a b c", 1),
        ("a b b c", "a b c", 1),
        ("b c a", "a b c", 1),
        ("c d e a b", "a b c d e", 1),
        ("e a b c d", "a b c d e", 1),
        ("x a b c d e", "a b c d e y", 2),
        ("", "a b", 2),
        ("a b", "", 2),
        ("", "", 0),
    ],
)
def test_edits_are_counted(answer, reference, count):
    """Replaced, missing, additional and moved words cost one each; a run that moves costs one."""
    assert edits(answer, reference) == count


def test_the_length_is_the_mean_of_the_references():
    """And the edits are those to the nearest."""
    assert ter_sums(["a", "b"], [["a", "b"], ["x"] * 5]) == (0, 3.5)


def test_a_run_moves_by_fifty_places_at_most():
    """Farther away its words are edited one by one."""
    middle = [str(i) for i in range(60)]
    near, far = middle[:40], middle
    assert ter_sums([*near, "x", "y"], [["x", "y", *near]]).edits == 1
    assert ter_sums([*far, "x", "y"], [["x", "y", *far]]).edits == 4


def test_a_run_has_at_most_ten_words():
    """Twelve words that change places with twelve others take two moves."""
    one, other = [f"a{i}" for i in range(12)], [f"b{i}" for i in range(12)]
    assert ter_sums([*one, *other], [[*other, *one]]).edits == 2


@settings(max_examples=150)
@given(one=WORDS, other=WORDS)
def test_short_texts_have_the_edits_of_sacrebleu(one, other):
    """Few different words make many possible moves."""
    assert ter_sums(one, [other]).edits == translation_edit_rate(one, other)[0]


@pytest.mark.parametrize("seed", range(4))
def test_long_texts_have_the_edits_of_sacrebleu(seed):
    """Beyond the beam of 25 places, with lengths that differ, and with a thousand moves tried."""
    draw = random.Random(seed)
    reference = [draw.choice("abcdefghijklm") * draw.randint(1, 3) for _ in range(draw.randint(30, 70))]
    answer = [word for word in reference if draw.random() < 0.8]
    place = draw.randrange(len(answer))
    answer = answer[place:] + answer[:place] + reference[: draw.randint(0, 30)]
    assert ter_sums(answer, [reference]).edits == translation_edit_rate(answer, reference)[0]


def test_a_text_of_one_word_is_bounded():
    """All words equal are no move at all."""
    assert edits("a " * 60, "a " * 40) == 20


@settings(max_examples=60)
@given(one=WORDS, other=WORDS)
def test_edits_lie_between_lengths_and_distance(one, other):
    """At least the difference of the lengths, at most the distance without moves."""
    found = ter_sums(one, [other]).edits
    assert abs(len(one) - len(other)) <= found <= distance(one, other)
