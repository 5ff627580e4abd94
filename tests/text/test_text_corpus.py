"""Sums that add up, and the formula that their names stand for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.text.bleu import bleu, bleu_sums
from seatrial.text.chrf import chrf, chrf_sums
from seatrial.text.corpus import (
    bleu_parts,
    chrf_parts,
    error_parts,
    formula_of,
    meteor_parts,
    share_parts,
)
from seatrial.text.gleu import gleu_sums
from seatrial.text.meteor import meteor, meteor_sums

TEXTS = st.text(alphabet="ab c", max_size=30)
SMOOTHINGS = ("exp", "floor", "add-k", "none")


def valued(parts):
    """What the formula of these parts makes of them."""
    formula = formula_of(list(parts))
    assert formula is not None
    return formula.of(parts)


@settings(max_examples=50)
@given(answer=TEXTS, reference=TEXTS, smoothing=st.sampled_from(SMOOTHINGS))
def test_bleu_survives_the_way_through_parts(answer, reference, smoothing):
    """Names and numbers are enough to make the measure again, smoothing included."""
    sums = bleu_sums(answer.split(), [reference.split()])
    assert valued(bleu_parts(sums, smoothing)) == bleu(sums, smoothing)


@settings(max_examples=50)
@given(answer=TEXTS, reference=TEXTS, orders=st.integers(0, 4))
def test_chrf_survives_the_way_through_parts(answer, reference, orders):
    """However many orders of words there are."""
    sums = chrf_sums(answer, [reference], orders)
    assert valued(chrf_parts(sums)) == chrf(sums)
    assert len(chrf_parts(sums)) == 3 * (6 + orders)


@settings(max_examples=50)
@given(answer=TEXTS, reference=TEXTS)
def test_meteor_survives_the_way_through_parts(answer, reference):
    """Matches, chunks and two lengths."""
    sums = meteor_sums(answer.split(), [reference.split()])
    assert valued(meteor_parts(sums)) == meteor(sums)


def test_quotients_know_which_way_is_better():
    """More of a share, less of an error."""
    share, error = share_parts(1, 4), error_parts(1, 4)
    assert valued(share) == valued(error) == 0.25
    assert formula_of(list(share)).more_is_better
    assert not formula_of(list(error)).more_is_better


@pytest.mark.parametrize("parts", [share_parts(0, 0), error_parts(0, 0)])
def test_nothing_of_nothing_is_nothing(parts):
    """No words at all are no error."""
    assert valued(parts) == 0


def test_errors_against_nothing_are_one():
    """However many there are."""
    assert valued(error_parts(7, 0)) == 1


@pytest.mark.parametrize("names", [[], ["votes"], ["odd.part", "odd.whole"], ["yes", "no"]])
def test_other_parts_have_no_formula(names):
    """Votes of a jury are no sums of a text."""
    assert formula_of(names) is None


def test_other_parts_beside_do_not_disturb():
    """Unless they are of a second formula; then nobody knows which is meant."""
    assert formula_of([*share_parts(1, 2), "votes", "odd.part"]).name == "share"
    assert formula_of([*share_parts(1, 2), *error_parts(1, 2)]) is None


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_the_smoothing_stands_in_the_name(smoothing):
    """Sums with different smoothing are not added."""
    names = list(bleu_parts(bleu_sums(["a"], [["a"]]), smoothing))
    assert {name.partition(".")[0] for name in names} == {f"bleu-{smoothing}"}
    assert len(names) == 10


@settings(max_examples=40)
@given(pairs=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6))
def test_a_corpus_of_one_text_many_times_is_that_text(pairs):
    """BLEU (without smoothing, which depends on the size), GLEU and METEOR of added equal sums are those of one."""
    answer, reference = pairs[0]
    one, other = answer.split(), [reference.split()]
    for parts in (
        bleu_parts(bleu_sums(one, other), "none"),
        meteor_parts(meteor_sums(one, other)),
        share_parts(*gleu_sums(one, other)),
    ):
        many = {name: value * len(pairs) for name, value in parts.items()}
        assert valued(many) == pytest.approx(valued(parts))
