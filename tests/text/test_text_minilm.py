"""The sentence model: published numbers, windows, and texts of any kind."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.text.minilm import model
from seatrial.text.minilm.memory import Remembered
from seatrial.text.minilm.overlap import overlap
from seatrial.text.minilm.sentences import Model, TooLong

FOOD, BREAD, GIRL = "A man is eating food.", "A man is eating a piece of bread.", "The girl is carrying a baby."
SENTENCES = st.lists(st.sampled_from(["the", "ferry", "leaves", "nine,", "Ünï", "你好"]), max_size=30).map(" ".join)


def test_the_first_numbers_are_those_of_the_reference():
    """The example sentence of the model's card has the numbers that its own library gives."""
    (vector,) = model().embed(["This is an example sentence"])
    assert vector[:6] == pytest.approx([0.06766, 0.06350, 0.04871, 0.07931, 0.03745, 0.00265], abs=6e-6)
    assert (vector.shape, vector.dtype) == ((384,), np.float32)


def test_the_cosine_is_that_of_the_reference():
    """Two sentences about eating are as near as the reference says, and far from the girl."""
    food, bread, girl = model().embed([FOOD, BREAD, GIRL])
    assert food @ bread == pytest.approx(0.7553, abs=5e-5)
    assert food @ girl < 0.1


@pytest.mark.parametrize(
    ("answer", "right", "expected"),
    [(FOOD, BREAD, (0.8342, 0.7239, 0.7751)), (GIRL, BREAD, (0.0915, 0.0888, 0.0902))],
)
def test_bertscore_is_that_of_the_reference(answer, right, expected):
    """Precision, recall and F1 of both pairs agree to four digits."""
    found = overlap(model().tokens(answer), model().tokens(right))
    assert found == pytest.approx(expected, abs=5e-5)


def test_bertscore_turns_round():
    """Precision one way is recall the other way, and a text equals itself."""
    one, other = model().tokens(FOOD), model().tokens(GIRL)
    there, back = overlap(one, other), overlap(other, one)
    assert (there.precision, there.recall) == pytest.approx((back.recall, back.precision))
    assert overlap(one, one) == pytest.approx((1, 1, 1), abs=1e-5)


def test_bertscore_of_nothing_is_nothing():
    """A text without words shares nothing, not even with another one without words."""
    empty, some = model().tokens(""), model().tokens(FOOD)
    assert overlap(empty, some) == overlap(some, empty) == overlap(empty, empty) == (0, 0, 0)


@settings(max_examples=15, deadline=None)
@given(texts=st.lists(SENTENCES, min_size=1, max_size=8))
def test_company_does_not_change_a_text(texts):
    """A text has the same vector alone and among others of any length, in the order given, of length one."""
    together = model().embed([f"Together {text}" for text in texts])
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    for text, vector in zip(texts, together, strict=True):
        states = model().tokens(f"Together {text}")
        assert states.words.sum() == len(states.words) - 2
        fresh = FRESH.embed([f"Together {text}"])[0]
        assert fresh == pytest.approx(vector, abs=2e-6)


@settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=100))
def test_any_text_has_a_vector(text):
    """Control signs, lone surrogates and nothing at all are embedded, too."""
    (vector,) = model().embed([text])
    assert np.isfinite(vector).all()


def test_case_and_accents_do_not_count():
    """The model was made for texts in lower case without accents."""
    one, other = model().embed(["Café at the Pier", "cafe at the pier"])
    assert one == pytest.approx(other)


def test_no_texts_give_no_vectors():
    """The shape is kept where there is nothing."""
    assert model().embed([]).shape == (0, 384)


def test_a_long_text_is_read_in_windows():
    """254 tokens fit one window; of two equal windows the mean is the one."""
    words = "ferry " * 254
    assert (model().windows(words), model().windows(words + "boat")) == (1, 2)
    once, twice = model().embed([words, words * 2])
    assert once == pytest.approx(twice, abs=1e-5)
    assert len(model().tokens(words + "boat").vectors) == 256 + 3


def test_windows_weigh_by_their_tokens():
    """One word of another matter at the end hardly moves a long text; as many words do."""
    long, little, half = model().embed(["ferry " * 254, "ferry " * 254 + "tax", "ferry " * 254 + "tax " * 254])
    assert long @ little > 0.99 > 0.95 > long @ half


@pytest.mark.parametrize("text", ["ferry " * 2033, "x" * 40_001, "é" * 1_000_000])
def test_a_text_that_is_too_long_is_refused(text):
    """It says how much is read; nothing is embedded in part."""
    with pytest.raises(TooLong, match="texts of up to"):
        model().embed(["short", text])


def test_a_long_text_within_bounds_is_embedded():
    """Eight windows are the most."""
    assert model().windows("ferry " * 2032) == 8


def test_who_changes_a_vector_changes_only_their_own():
    """What is remembered stays what it was."""
    one, same = model().embed([FOOD, FOOD])
    assert (one == same).all()
    one[:] = 0
    assert model().embed([FOOD])[0] @ same == pytest.approx(1)


def test_the_oldest_make_room():
    """At most so many are kept, those asked for last."""
    kept = Remembered(3)
    kept.keep({text: text.upper() for text in "abc"})
    kept.keep(kept.of("a") | {"d": "D"})
    assert kept.of("abcd") == {"a": "A", "c": "C", "d": "D"}
    kept.keep({text: text for text in "uvwxyz"})
    assert (len(kept), kept.of("wxyz")) == (3, {text: text for text in "xyz"})


def test_several_threads_may_embed():
    """They get the same vectors as one alone."""
    texts = [f"Ferry number {number} leaves." for number in range(8)]
    found = {}
    threads = [threading.Thread(target=lambda t=t: found.update({t: model().embed([t])[0]})) for t in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for text, vector in zip(texts, FRESH.embed(texts), strict=True):
        assert found[text] == pytest.approx(vector, abs=2e-6)


def fresh() -> Model:
    """A model that remembers nothing yet."""
    from seatrial.text.minilm import demand

    return Model(demand("a test"))


FRESH = fresh()
