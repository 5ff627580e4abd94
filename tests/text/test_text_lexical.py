"""Bags of words and their cosine."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.lexical import bag, cosine

BAGS = st.dictionaries(st.sampled_from("abcdefg"), st.integers(1, 9), max_size=7).map(Counter)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", {}),
        (" \n\t…!", {}),
        ("The pier, the PIER", {"the": 2, "pier": 2}),
        ("At 21:40", {"at": 1, "21": 1, "40": 1}),
        ("渡轮 ferry", {"渡": 1, "轮": 1, "ferry": 1}),
        ("l'été", {"l": 1, "été": 1}),
    ],
)
def test_words_are_counted(text, words):
    """Case and signs do not count; unspaced scripts go by character."""
    assert bag(text) == words


@given(BAGS, BAGS)
def test_the_cosine_is_that_of_geometry(one, other):
    """The product of the counts over both lengths."""
    names = sorted(one | other)
    a, b = [one[name] for name in names], [other[name] for name in names]
    expected = math.sumprod(a, b) if hasattr(math, "sumprod") else sum(x * y for x, y in zip(a, b, strict=True))
    if one and other:
        assert cosine(one, other) == pytest.approx(expected / (math.hypot(*a) * math.hypot(*b)))
    else:
        assert cosine(one, other) == (not one and not other)


@given(BAGS, st.integers(2, 9))
def test_shares_count_and_not_length(one, times):
    """A text and its repetition are the same in shares."""
    longer = Counter({word: count * times for word, count in one.items()})
    assert cosine(one, longer) == pytest.approx(1)


@given(BAGS, BAGS)
def test_a_shared_word_brings_strangers_together(one, other):
    """Texts without a common word have 0, and more as soon as one is added to both."""
    strangers = Counter({word.upper(): count for word, count in other.items()})
    if one and other:
        assert cosine(one, strangers) == 0
    assert cosine(one + Counter(z=1), strangers + Counter(z=1)) > 0
