"""The sentence model at its edges: windows, batches, memory, and the overlap of tokens."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.text.minilm import model
from seatrial.text.minilm.memory import Remembered
from seatrial.text.minilm.overlap import overlap
from seatrial.text.minilm.sentences import MOST_CHARACTERS, MOST_WINDOWS, WIDTH, WINDOW, TokenVectors, TooLong

CONTENT = WINDOW - 2


def cos(one, other):
    a, b = model().embed([one, other])
    return float(a @ b)


def tokens(*vectors, words=None):
    """Token vectors as given, all of them words unless told otherwise."""
    made = np.asarray(vectors, np.float32).reshape(len(vectors), -1)
    return TokenVectors(made, np.asarray([True] * len(vectors) if words is None else words, bool))


@pytest.mark.parametrize(
    ("count", "windows"),
    [(0, 1), (1, 1), (CONTENT - 1, 1), (CONTENT, 1), (CONTENT + 1, 2), (2 * CONTENT, 2), (2 * CONTENT + 1, 3)],
)
def test_a_window_holds_so_many_words(count, windows):
    """254 with [CLS] and [SEP]; one word more begins another window."""
    text = "ferry " * count
    assert model().windows(text) == windows
    found = model().tokens(text)
    assert found.vectors.shape == (count + 2 * windows, WIDTH)
    assert found.words.sum() == count


def test_the_last_window_that_is_read_and_the_first_that_is_not():
    """Eight windows to the word; the sentence of the error has both numbers."""
    most = MOST_WINDOWS * CONTENT
    assert model().windows("ferry " * most) == MOST_WINDOWS
    with pytest.raises(TooLong, match=f"up to {most:,} tokens are embedded, this has {most + 1:,}"):
        model().windows("ferry " * (most + 1))
    with pytest.raises(TooLong, match=f"up to {MOST_CHARACTERS:,} characters"):
        model().tokens(" " * (MOST_CHARACTERS + 1))


def test_one_text_that_is_too_long_embeds_none():
    """And leaves nothing half done: the others are embedded when they come alone."""
    with pytest.raises(TooLong):
        model().embed(["short", "ferry " * 3_000])
    assert model().embed(["short"]).shape == (1, WIDTH)


@pytest.mark.parametrize("length", [CONTENT - 1, CONTENT, CONTENT + 1, 3 * CONTENT])
def test_tokens_are_unit_vectors(length):
    """Of every window, so that their products are cosines."""
    vectors = model().tokens("pier " * length).vectors
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(vectors)), abs=1e-5)


def test_windows_are_read_apart():
    """The first window of a long text has the states that it has alone."""
    first = "the ferry leaves at nine and returns at ten " * 40
    alone = model().tokens(" ".join(first.split()[:CONTENT])).vectors
    among = model().tokens(first).vectors
    assert among[: len(alone)] == pytest.approx(alone, abs=1e-5)


def test_order_and_company_of_many_lengths():
    """A hundred texts of all lengths in any order have the vectors that they have alone."""
    texts = [f"{'pier ' * (i % 37)} {i}" for i in range(100)]
    together = model().embed(texts)
    turned = model().embed(texts[::-1])[::-1]
    assert together == pytest.approx(turned, abs=1e-6)
    for i in (0, 36, 99):
        assert together[i] == pytest.approx(model().embed([f"{texts[i]} "])[0], abs=1e-5)


@pytest.mark.parametrize(
    ("one", "other"),
    [("\ud800", "?"), ("a\x00b", "ab"), ("FERRY", "ferry"), ("caf\u00e9", "cafe"), ("a\u200bb", "ab"), (" a \n", "a")],
)
def test_what_the_tokenizer_drops_does_not_count(one, other):
    """Control signs, case, accents, white space; half a character is a question mark."""
    assert cos(one, other) == pytest.approx(1, abs=1e-4)


def test_scripts_that_it_does_not_know_have_vectors_too():
    """They are of little use, but numbers."""
    for text in ("渡轮九点出发", "العبارة تغادر", "🚢🚢", "\U0010ffff" * 50):
        vector = model().embed([text])[0]
        assert np.isfinite(vector).all()
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_overlap_by_hand():
    """Each word takes its nearest token; F1 is the harmonic mean."""
    answer, right = tokens([1, 0], [0, 1]), tokens([1, 0], [1, 0], [0.6, 0.8])
    found = overlap(answer, right)
    assert found.precision == pytest.approx((1 + 0.8) / 2)
    assert found.recall == pytest.approx((1 + 1 + 0.8) / 3)
    assert found.f1 == pytest.approx(2 * found.precision * found.recall / (found.precision + found.recall))


def test_marks_may_be_nearest_and_carry_no_weight():
    """[CLS] of the right text may be what a word is nearest to; it asks for nothing itself."""
    answer = tokens([1, 0])
    right = tokens([1, 0], [0, 1], words=[False, True])
    assert overlap(answer, right) == (1, 0, 0)
    assert overlap(right, answer) == (0, 1, 0)


@pytest.mark.parametrize("empty", [tokens([1, 0], words=[False]), tokens([1, 0], [0, 1], words=[False, False])])
def test_overlap_with_nothing(empty):
    """A text without words shares nothing, either way."""
    assert overlap(empty, tokens([1, 0])) == overlap(tokens([1, 0]), empty) == (0, 0, 0)


def test_opposites_have_no_f1():
    """Where the sum of precision and recall is not positive, there is nothing to take a mean of."""
    found = overlap(tokens([1, 0]), tokens([-1, 0]))
    assert (found.precision, found.recall, found.f1) == (-1, -1, 0)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), max_size=40), st.integers(1, 4))
def test_memory_is_that_of_the_last_ones(steps, most):
    """As a plain list of what was kept or asked for last would have it."""
    memory: Remembered[int] = Remembered(most)
    order: list[str] = []
    for number, (text, keep) in enumerate(steps):
        known = memory.of([text])
        assert (text in known) == (text in order)
        if keep or known:
            memory.keep(known or {text: number})
            order = [*(each for each in order if each != text), text][-most:]
    assert len(memory) == len(order)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=6))
def test_embedding_twice_is_embedding_once(texts):
    """What is remembered is what was computed, in any order and however often a text stands there."""
    first = model().embed(texts)
    assert model().embed(texts * 2) == pytest.approx(np.concatenate([first, first]))
    assert model().embed(sorted(set(texts))).shape == (len(set(texts)), WIDTH)


def test_threads_that_compare_tokens_wait_for_each_other():
    """Eight at once get what one alone gets."""
    wanted = overlap(model().tokens("the ferry leaves"), model().tokens("a ferry left"))
    found = []

    def work():
        found.append(overlap(model().tokens("the ferry leaves"), model().tokens("a ferry left")))

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [each.f1 for each in found] == pytest.approx([wanted.f1] * 8)
