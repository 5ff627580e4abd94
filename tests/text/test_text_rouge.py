"""ROUGE, its subsequences and its stems."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.stem.porter import PorterStemmer

from seatrial.text.porter import stemmed
from seatrial.text.rouge import Rouge, lsum_steps, rouge_l, rouge_lsum, rouge_n, rouge_words
from seatrial.text.subsequences import common_length, common_places

REFERENCE = rouge_words("The quick brown fox jumps over the lazy dog", stem=True)
ANSWER = rouge_words("The quick brown dog jumps on the log.", stem=True)
WORDS = st.lists(st.sampled_from("abcd"), max_size=14)


def test_the_quick_brown_dog_has_its_rouge():
    """ROUGE-1 .75, .6667 and .70588; ROUGE-2 .26667; ROUGE-L .625, .5556 and .588235."""
    one, pairs, order = rouge_n(ANSWER, REFERENCE, 1), rouge_n(ANSWER, REFERENCE, 2), rouge_l(ANSWER, REFERENCE)
    assert (*one, one.f) == pytest.approx((0.75, 2 / 3, 0.705882), abs=1e-6)
    assert pairs.f == pytest.approx(0.266667, abs=1e-6)
    assert (*order, order.f) == pytest.approx((0.625, 5 / 9, 0.588235), abs=1e-6)


def test_a_text_without_words_shares_nothing():
    """Also with another one without words."""
    assert rouge_n([], [], 1) == rouge_l([], []) == rouge_lsum([], []) == rouge_lsum([[]], [["a"]]) == Rouge(0, 0)
    assert Rouge(0, 0).f == 0


def test_other_scripts_need_the_scheme_words():
    """The program's own scheme knows a to z only."""
    assert rouge_words("Паром в порт") == []
    assert rouge_words("Паром 渡轮", "words") == ["паром", "渡", "轮"]


def test_lines_may_change_places_in_rouge_lsum():
    """Each line of the reference takes what it finds in any line."""
    lines = [["a", "b", "c"], ["d", "e"]]
    assert rouge_lsum(lines[::-1], lines) == Rouge(1, 1)
    assert rouge_l([*lines[1], *lines[0]], [*lines[0], *lines[1]]).f < 1


def test_a_word_counts_no_more_often_than_either_side_has_it():
    """Three lines with "a" against one "a" share one word."""
    assert rouge_lsum([["a"]], [["a"], ["a"], ["a"]]) == Rouge(1, pytest.approx(1 / 3))


def test_steps_of_rouge_lsum_grow_with_lines_on_both_sides():
    """So that texts of too many lines can be refused before they are compared."""
    assert lsum_steps([["a"]] * 100, [["b"]] * 100) > 50 * lsum_steps([["a"]] * 10, [["b"]] * 10)


def longest(one, other):
    """The textbook's table."""
    rows = [[0] * (len(other) + 1)]
    for word in one:
        row = [0]
        for place, each in enumerate(other):
            row.append(rows[-1][place] + 1 if word == each else max(row[-1], rows[-1][place + 1]))
        rows.append(row)
    return rows[-1][-1]


@settings(max_examples=200)
@given(one=WORDS, other=WORDS)
def test_the_longest_common_subsequence_is_that_of_the_textbook(one, other):
    """Its length, and places that hold the words of the other in their order."""
    length = longest(one, other)
    assert common_length(one, other) == length
    places = common_places(one, other)[::-1]
    assert len(places) == length
    left = iter(other)
    assert all(one[place] in left for place in places)


def test_long_lists_are_compared_by_bits():
    """Ten thousand words against ten thousand are exact."""
    one, other = [str(i % 97) for i in range(10_000)], [str(i % 89) for i in range(10_000)]
    assert 100 < common_length(one, other) == common_length(other, one) < 10_000


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("caresses", "caress"),
        ("ponies", "poni"),
        ("feed", "feed"),
        ("agreed", "agre"),
        ("plastered", "plaster"),
        ("hopping", "hop"),
        ("falling", "fall"),
        ("filing", "file"),
        ("happy", "happi"),
        ("relational", "relat"),
        ("vietnamization", "vietnam"),
        ("formalize", "formal"),
        ("replacement", "replac"),
        ("adoption", "adopt"),
        ("controlling", "control"),
        ("SKIES", "sky"),
        ("dying", "die"),
        ("dies", "die"),
        ("of", "of"),
        ("enjoy", "enjoy"),
    ],
)
def test_words_have_their_stems(word, stem):
    """Examples of Porter's paper, and of the departures from it."""
    assert stemmed(word) == stem


SUFFIXES = [
    "s",
    "es",
    "ies",
    "ied",
    "ed",
    "eed",
    "ing",
    "y",
    "ational",
    "ization",
    "fulness",
    "alli",
    "bli",
    "fulli",
    "logi",
    "ative",
    "ement",
    "ion",
    "sion",
    "e",
    "ll",
    "ness",
]


@settings(max_examples=500)
@given(start=st.text("abeilosty", max_size=8), ends=st.lists(st.sampled_from(SUFFIXES), max_size=3))
def test_stems_are_those_of_nltk(start, ends):
    """Made-up words with real endings, and a second stem of the stem."""
    word = start + "".join(ends)
    assert stemmed(word) == PorterStemmer().stem(word)


def test_a_word_of_a_megabyte_has_a_stem():
    """Long runs of one letter are no trap."""
    assert stemmed("y" * 1_000_000 + "ing")
