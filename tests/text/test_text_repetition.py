"""Shares of repeated phrases and loops."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.repetition import longest_loop, repeated_share, tokens_of


@pytest.mark.parametrize(
    ("text", "n", "share"),
    [
        ("a b c d e", 4, 0),
        ("a b a b a b", 2, 0.6),
        ("a a a a", 1, 0.75),
        ("one two three one two three", 3, 0.25),
        ("", 4, 0),
        ("a b c", 4, 0),
    ],
)
def test_repeated_share(text, n, share):
    """One less the distinct n-grams over all n-grams, and nothing for a text that is too short."""
    assert repeated_share(text.split(), n) == pytest.approx(share)


@pytest.mark.parametrize(
    ("text", "times", "phrase"),
    [
        ("go go go", 3, "go"),
        ("I am here. I am here. I am here.", 3, "i am here ."),
        ("The ferry leaves at nine.", 1, ""),
        ("very very good", 2, "very"),
        ("----------------", 1, ""),
        ("| a | b |", 1, ""),
        ("はいはいはい", 3, "は い"),
        ("a" * 240, 10, "a" * 24),
        ("", 1, ""),
    ],
)
def test_longest_loop(text, times, phrase):
    """The phrase that is said most often in a row is found; signs alone are no phrase."""
    loop = longest_loop(tokens_of(text))
    assert (loop.times, loop.phrase) == (times, phrase)


def test_a_loop_at_the_end_of_a_long_text_is_found():
    """Only the end of a long text is looked at, where degenerate answers loop."""
    text = " ".join(f"word{number}" for number in range(30_000)) + " and so on" * 12
    assert longest_loop(tokens_of(text)) == (12, "and so on")


def test_a_loop_across_many_words_is_found():
    """A phrase of fifty words is one, longer ones are not looked for."""
    fifty = " ".join(f"w{number}" for number in range(50))
    assert longest_loop(tokens_of(f"{fifty} " * 4)).times == 4
    assert longest_loop(tokens_of(f"{fifty} more " * 4)).times == 1


@pytest.mark.parametrize("sign", ["`", "[("])
def test_a_drawing_of_a_megabyte_is_no_loop(sign):
    """Signs alone are no phrase, however many there are."""
    assert longest_loop(tokens_of(sign * 500_000)).times == 1


def test_a_megabyte_is_bounded():
    """At most twenty thousand words come out of any text."""
    assert len(tokens_of("x y " * 300_000)) == 20_000


@given(st.lists(st.sampled_from("abc"), max_size=40), st.integers(1, 6))
def test_shares_and_loops_have_bounds(words, n):
    """A share is from 0 to 1, a loop is not longer than the text, and a text said twice repeats at least half."""
    assert 0 <= repeated_share(words, n) < 1
    assert 1 <= longest_loop(words).times <= max(1, len(words))
    if len(words) > n:
        assert repeated_share(words * 2, n) >= 0.5 - n / len(words)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=5, unique=True), st.integers(2, 8))
def test_a_phrase_said_so_often_is_counted_so_often(phrase, times):
    """A phrase of different words said n times in a row is a loop of n."""
    words = [f"w{number}" for number in phrase]
    assert longest_loop(["start", *words * times, "end"]).times == times
