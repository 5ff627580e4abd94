"""Syllables by rules of spelling, measured on words written down by hand."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.syllables import LANGUAGES, syllables

# Lines are `language word word ...` with hyphens between the syllables.
LINES = [line.split() for line in Path(__file__).with_name("syllables.txt").read_text().splitlines() if line[0] != "#"]


def share_right(kind):
    """The share of the words of a kind (`en`, `en-held-out`) whose syllables are counted right."""
    words = [word for name, *words in LINES if name == kind for word in words]
    assert len(words) >= 15
    return sum(syllables(word.replace("-", ""), kind[:2]) == word.count("-") + 1 for word in words) / len(words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_the_rules_were_written_with(language):
    """Every word that the rules were made for is counted right."""
    assert share_right(language) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_the_rules_were_not_written_with(language):
    """Of the words that were held out at least nine in ten are right."""
    assert share_right(f"{language}-held-out") >= 0.9


@pytest.mark.parametrize(
    ("word", "count"),
    [("", 1), ("42", 1), ("hmm", 1), ("BBC", 1), ("don't", 2), ("twenty-one", 3), ("FERRY", 2), ("Ferry", 2), ("a", 1)],
)
def test_what_is_hardly_a_word(word, count):
    """Numbers and words without vowels are one syllable, parts of a word count together, case does not matter."""
    assert syllables(word) == count


@given(st.text(), st.sampled_from(LANGUAGES))
def test_any_text_has_a_syllable(word, language):
    """No text has fewer than one syllable or more than its letters."""
    assert 1 <= syllables(word, language) <= max(1, 2 * len(word))


def test_a_huge_word_is_cut():
    """The rules look at the first sixty letters only."""
    assert syllables("na" * 100_000) == 30
