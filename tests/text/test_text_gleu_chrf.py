"""GLEU and chrF beside the plainest way to compute them."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.text.chrf import chrf, chrf_sums
from seatrial.text.gleu import gleu_sums

TEXTS = st.text(alphabet="abc d.船", max_size=25)


def plain_gleu(answer, reference):
    """All runs of one to four words, listed."""
    mine, theirs = (
        [tuple(words[i : i + n]) for n in (1, 2, 3, 4) for i in range(len(words) - n + 1)]
        for words in (answer, reference)
    )
    common = sum((Counter(mine) & Counter(theirs)).values())
    return common / max(len(mine), len(theirs)) if mine or theirs else 0.0


def plain_chrf(answer, reference):
    """Mean precision and recall of one to six characters, by definition."""
    answer, reference = ("".join(text.split()) for text in (answer, reference))
    shares = []
    for n in range(1, 7):
        mine, theirs = (Counter(text[i : i + n] for i in range(len(text) - n + 1)) for text in (answer, reference))
        common = sum((mine & theirs).values())
        if mine and theirs:
            shares.append((common / mine.total(), common / theirs.total()))
    if not shares:
        return 0.0
    precision, recall = (sum(side) / len(shares) for side in zip(*shares, strict=True))
    return 5 * precision * recall / (4 * precision + recall) if precision + recall else 0.0


@settings(max_examples=150)
@given(answer=TEXTS, reference=TEXTS)
def test_gleu_is_the_plain_one(answer, reference):
    """Its sums divide to the share by definition."""
    one, other = answer.split(), reference.split()
    sums = gleu_sums(one, [other])
    assert (sums.matches / sums.most if sums.most else 0.0) == pytest.approx(plain_gleu(one, other))


@settings(max_examples=150)
@given(answer=TEXTS, reference=TEXTS)
def test_chrf_is_the_plain_one(answer, reference):
    """By definition, with recall four times as heavy."""
    assert chrf(chrf_sums(answer, [reference])) == pytest.approx(plain_chrf(answer, reference))


def test_many_the_are_not_many_matches():
    """Seven times "the" against "the cat is on the mat": 2 of 22 runs."""
    sums = gleu_sums(["the"] * 7, [["the", "cat", "is", "on", "the", "mat"]])
    assert (sums.matches, sums.most) == (2, 22)


@settings(max_examples=60)
@given(answer=TEXTS, reference=TEXTS)
def test_gleu_is_symmetric(answer, reference):
    """It does not matter which text is the reference."""
    one, other = answer.split(), reference.split()
    assert gleu_sums(one, [other]) == gleu_sums(other, [one])


def test_the_first_of_equal_references_gives_the_sums():
    """As in NLTK; a reference without words is passed over by any other."""
    assert gleu_sums(["a"], [["b", "c"], ["d"]]) == (0, 3)
    assert gleu_sums(["a"], [[], ["a"]]) == (1, 1)
    assert gleu_sums(["a"], [[]]) == (0, 1)


def test_chrf_weighs_recall_more():
    """An answer with more than enough is nearer than one with half."""
    right = "ferry to Saltholm"
    assert chrf(chrf_sums(f"{right} and more", [right])) > chrf(chrf_sums("ferry to", [right]))


def test_white_space_does_not_count_in_chrf():
    """Lines, tabs and double spaces are the same text."""
    assert chrf(chrf_sums("red\n ferry\t", ["redferry"])) == 1


def test_a_reference_that_is_too_short_takes_its_orders_out():
    """Two letters have no run of three, and the answer's runs of three are no mistakes."""
    sums = chrf_sums("abcdef", ["ab"])
    assert sums.answer[:3] == (6, 5, 0)
    assert sums.reference[:3] == (2, 1, 0)


@pytest.mark.parametrize("word", ["...", "!", "a", "(", "--x--"])
def test_words_of_punctuation_alone_are_words(word):
    """One character is a word, of several one mark is split off."""
    sums = chrf_sums(word, [word], 1)
    assert sums.matches[-1] == sums.answer[-1] == (1 if len(word) == 1 else 2)
