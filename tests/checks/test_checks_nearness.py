"""Measures of nearness: published values, an independent implementation, and laws."""

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from seatrial.checks.judge import judge_text
from seatrial.text.editing import distance, highest_similarity, similarity
from seatrial.text.squad import normalised, overlap_f1

WORDS = st.lists(st.sampled_from(["the", "a", "an", "red", "Ferry,", "ferry", "to", "U.S.", "21:40", "é"]), max_size=8)
TEXTS = WORDS.map(" ".join)
LONG = st.text("ab", min_size=60, max_size=200)


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("intention", "execution", 5),
        ("saturday", "sunday", 3),
        ("gumbo", "gambol", 2),
        ("book", "back", 2),
        ("rosettacode", "raisethysword", 8),
        ("elephant", "relevant", 3),
        ("", "", 0),
        ("a", "b", 1),
        ("ab", "ba", 2),
        ("🙂", "🙃", 1),
    ],
)
def test_published_distances(one, other, edits):
    """Pairs of textbooks and encyclopaedias have the distance that is printed there; a symbol is one character."""
    assert distance(one, other) == edits
    assert similarity(one, other) == (1 - edits / max(len(one), len(other)) if one or other else 1)


@given(LONG, LONG)
@settings(max_examples=40)
def test_long_texts_agree_with_rapidfuzz(one, other):
    """Beyond 64 characters, where a machine word ends, the distance is still right."""
    assert distance(one, other) == Levenshtein.distance(one, other)


@given(LONG, st.integers(0, 59), st.sampled_from(["drop", "add", "change"]))
@settings(max_examples=40)
def test_one_edit_is_one(text, at, edit):
    """A character dropped, added or changed anywhere is one edit, and what stands around it does not matter."""
    edited = text[:at] + {"drop": "", "add": "x" + text[at], "change": "x"}[edit] + text[at + 1 :]
    assert distance(text, edited) == distance(edited, text) == 1
    assert similarity(text, edited) <= highest_similarity(text, edited)


@given(TEXTS, TEXTS, TEXTS)
@settings(max_examples=40)
def test_common_ends_cost_nothing(one, other, common):
    """What both begin and end with adds nothing, and joining pairs adds at most both distances."""
    assert distance(common + one + common, common + other + common) == distance(one, other)
    assert distance(one + common, other + other) <= distance(one, other) + distance(common, other)


def published_f1(answer, right):
    """F1 by the formulas of Rajpurkar et al. (2016), written from precision and recall."""

    def words(text):
        bare = "".join(each for each in text.lower() if each not in string.punctuation)
        return [word for word in re.split(r"\s+", bare) if word not in ("a", "an", "the", "")]

    given_words, wanted = words(answer), words(right)
    if not given_words or not wanted:
        return float(given_words == wanted)
    left, common = list(wanted), 0
    for word in given_words:
        if word in left:
            left.remove(word)
            common += 1
    precision, recall = common / len(given_words), common / len(wanted)
    return 2 * precision * recall / (precision + recall) if common else 0.0


@given(TEXTS, TEXTS)
@settings(max_examples=80)
def test_f1_is_that_of_the_formulas(answer, right):
    """The short form agrees with the harmonic mean of precision and recall, and is symmetric."""
    assert overlap_f1(answer, right) == pytest.approx(published_f1(answer, right))
    assert overlap_f1(answer, right) == overlap_f1(right, answer)


@given(WORDS, st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_f1_is_blind_to_what_squad_takes_away(words, chance):
    """Order, case, articles, punctuation and white space change nothing; one is full agreement of the bags."""
    changed = [word.upper() + chance.choice(["", ",", "!"]) for word in words] + ["the"]
    chance.shuffle(changed)
    assert overlap_f1(" ".join(words), " \n".join(changed)) == 1.0


@given(TEXTS, TEXTS)
@settings(max_examples=40)
def test_exact_match_implies_full_f1(answer, right):
    """Whoever matches exactly has F1 one and matches after normalising again."""
    exact = judge_text({"exact_match": right or "the"}, answer).passed
    assert exact is (normalised(answer) == normalised(right))
    assert normalised(normalised(answer)) == normalised(answer)
    assert not exact or overlap_f1(answer, right) == 1.0


@pytest.mark.parametrize(
    ("answer", "plain"),
    [
        ("Theatre", "theatre"),
        ("a-b", "ab"),
        ("the-end", "theend"),
        ("An A.", ""),
        ("“Ferry”", "“ferry”"),
        ("e\u0301", "é"),
    ],
)
def test_what_normalising_leaves(answer, plain):
    """Articles go after punctuation and only as words; quotes beyond ASCII stay, as in the original script."""
    assert normalised(answer) == plain


@given(st.lists(TEXTS.filter(bool), min_size=1, max_size=4), TEXTS)
@settings(max_examples=40)
def test_the_best_right_answer_counts(right, answer):
    """The value against several is the highest against each."""
    for name, measure in [
        ("f1", overlap_f1),
        ("edit_similarity", lambda one, two: similarity(one.strip(), two.strip())),
    ]:
        score = judge_text({name: {"limit": ">= 0.5", "expect": right}}, answer)
        assert score.value == pytest.approx(max(measure(answer, each) for each in right))
        assert score.passed is (score.value >= 0.5)
