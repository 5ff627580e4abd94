"""Measures of a whole run from the sums of its answers."""

import pytest
import sacrebleu

from seatrial.checks.judge import judge_text
from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.metrics.measurable import measurable
from seatrial.metrics.table import find_metric
from seatrial.stats.intervals import wilson

ANSWERS = ["the red ferry leaves at nine", "ask at the pier", "it is a red ferry", "the boat leaves"] * 5
RIGHT = ["the red ferry leaves at ten", "ask at the red pier", "it is a green ferry", "the boat arrives"] * 5


def judged(spec, cases=None):
    """A Batch of these answers; each is a case of its own unless told otherwise."""
    batch = Batch()
    for i, (answer, right) in enumerate(zip(ANSWERS, RIGHT, strict=True)):
        score = judge_text(spec, answer, expect=right)
        cells = {f"check:{score.name}": float(score.passed), f"value:{score.name}": score.value}
        cells |= {f"part:{score.name}:{part}": amount for part, amount in score.parts.items()}
        batch.add_row(str(i % (cases or len(ANSWERS))), cells, {})
    return batch


def corpus(spec, name, **how):
    """The corpus measure of a check."""
    return find_metric(f"checks.{name}.corpus").measure(judged(spec, **how))


def test_corpus_bleu_is_that_of_sacrebleu():
    """Not the mean of the sentences' BLEU."""
    reading = corpus("bleu >= 0", "bleu")
    assert 100 * reading.value == pytest.approx(sacrebleu.corpus_bleu(ANSWERS, [RIGHT]).score, abs=1e-9)
    assert reading.low < reading.value < reading.high
    assert (reading.n, reading.asked, reading.clusters, reading.direction) == (20, 20, 20, "up")
    assert reading.value != pytest.approx(find_metric("checks.bleu.mean").measure(judged("bleu >= 0")).value)


@pytest.mark.parametrize("smoothing", ["floor", "add-k", "none"])
def test_the_smoothing_of_the_check_is_that_of_the_corpus(smoothing):
    """It travels with the sums."""
    answers, right = ["a b x", "c d y"], ["a b z", "c d z"]
    batch = Batch()
    for i, (answer, reference) in enumerate(zip(answers, right, strict=True)):
        score = judge_text({"bleu": {"limit": ">= 0", "smoothing": smoothing}}, answer, expect=reference)
        batch.add_row(str(i), {"check:bleu": 1.0} | {f"part:bleu:{k}": v for k, v in score.parts.items()}, {})
    theirs = sacrebleu.corpus_bleu(answers, [right], smooth_method=smoothing).score
    assert 100 * find_metric("checks.bleu.corpus").measure(batch).value == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("word_order", [0, 2])
def test_corpus_chrf_is_that_of_sacrebleu(word_order):
    """With runs of words or without."""
    reading = corpus({"chrf": {"limit": ">= 0", "word_order": word_order}}, "chrf")
    theirs = sacrebleu.corpus_chrf(ANSWERS, [RIGHT], word_order=word_order).score
    assert 100 * reading.value == pytest.approx(theirs, abs=1e-9)


def test_corpus_ter_is_that_of_sacrebleu():
    """An error rate, of which less is better."""
    reading = corpus("ter <= 1", "ter")
    assert 100 * reading.value == pytest.approx(sacrebleu.corpus_ter(ANSWERS, [RIGHT]).score, abs=1e-9)
    assert reading.direction == "down"


def test_corpus_error_rate_weighs_by_words():
    """Five edits in each 20 words of reference."""
    reading = corpus("word_error_rate <= 1", "word_error_rate")
    assert reading.value == pytest.approx(4 / 19)
    assert reading.direction == "down"


@pytest.mark.parametrize("name", ["gleu", "meteor", "list_f1"])
def test_other_measures_have_a_corpus_too(name):
    """GLEU, METEOR and F1 of lists add up."""
    reading = corpus(f"{name} >= 0", name)
    assert 0 <= reading.low <= reading.value <= reading.high <= 1


def test_repeats_of_a_case_are_one_cluster():
    """Four cases, five times each, say less than twenty."""
    narrow, wide = corpus("bleu >= 0", "bleu"), corpus("bleu >= 0", "bleu", cases=4)
    assert wide.clusters == 4
    assert wide.n == 20
    assert wide.value == narrow.value
    assert wide.high - wide.low > narrow.high - narrow.low


def test_a_check_without_sums_says_so():
    """ROUGE of a run is the mean of its answers."""
    reading = corpus("rouge_l >= 0", "rouge_l")
    assert reading.value is None
    assert "leaves no sums" in reading.note
    assert find_metric("checks.rouge_l.mean").measure(judged("rouge_l >= 0")).value


def test_nothing_may_stand_behind_it():
    """`checks.bleu.corpus.more` is no metric."""
    with pytest.raises(Mistake, match=r"did you mean `checks.bleu.corpus`"):
        find_metric("checks.bleu.corpus.more")


def test_many_cases_are_measured_as_a_whole():
    """Cases that take turns in a file do not narrow the interval of 1.96 x .41 / sqrt(2000) on both sides."""
    batch = Batch()
    for i in range(2_000):
        batch.add_row(str(i), {"check:w": 1.0, "part:w:errors.part": float(i % 3), "part:w:errors.whole": 2.0}, {})
    reading = find_metric("checks.w.corpus").measure(batch)
    assert (reading.value, reading.n, reading.clusters) == (pytest.approx(1999 / 4000, abs=1e-3), 2000, 2000)
    assert reading.high - reading.low == pytest.approx(0.0358, rel=0.2)


def test_it_is_among_what_a_run_can_measure():
    """A report lists it for the checks that leave sums, and for no other."""
    names = [reading.name for reading in measurable(judged("bleu >= 0"))]
    assert "checks.bleu.corpus" in names
    assert "checks.rouge_l.corpus" not in [reading.name for reading in measurable(judged("rouge_l >= 0"))]


def test_no_errors_at_all_leave_room_for_some():
    """Two answers without an error do not show that there are none."""
    batch = Batch()
    for i in range(2):
        score = judge_text("word_error_rate <= 1", "the red ferry", expect="the red ferry")
        batch.add_row(
            str(i),
            {"check:word_error_rate": 1.0} | {f"part:word_error_rate:{k}": v for k, v in score.parts.items()},
            {},
        )
    reading = find_metric("checks.word_error_rate.corpus").measure(batch)
    assert (reading.value, reading.low) == (0, 0)
    assert reading.high == pytest.approx(wilson(0, 2).high)
