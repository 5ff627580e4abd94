"""Metrics of classes, confidences, preferences and diversity, over Batches as checks leave them."""

import random

import pytest
from made_batches import measure

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer, Interaction, Timing
from seatrial.core.request import Message, Request
from seatrial.core.score import Score
from seatrial.metrics.measurable import measurable
from seatrial.metrics.table import find_metric


def answered(case: str, text: str, *scores: Score) -> tuple[tuple[Interaction, ...], tuple[Score, ...]]:
    timing = Timing(due=0, started=0, ended=1)
    request = Request((Message("user", "q"),))
    return (Interaction(target="t", request=request, timing=timing, answer=Answer(text), case=case),), scores


def named(pairs: list[tuple[str, str]]) -> Batch:
    rows = enumerate(pairs)
    return Batch.of(
        answered(str(i), said, Score("intent", said == truth, float(said == truth), label=said, truth=truth))
        for i, (truth, said) in rows
    )


PAIRS = [("cat", "cat")] * 8 + [("cat", "dog")] * 2 + [("dog", "dog")] * 3 + [("dog", "cat")] * 2


@pytest.mark.parametrize(
    ("figure", "value"),
    [("accuracy", 11 / 15), ("macro_f1", 0.7), ("precision.cat", 0.8), ("recall.dog", 0.6), ("f1.dog", 0.6)],
)
def test_classes_have_their_figures_with_intervals(figure, value):
    """The values of the confusion matrix, within an interval that is no point."""
    found = measure(f"checks.intent.{figure}", named(PAIRS))
    assert found.value == pytest.approx(value)
    assert 0 <= found.low < found.value < found.high <= 1
    assert (found.n, found.clusters, found.unit) == (15, 15, "rate")


def test_perfect_answers_have_an_interval_too():
    """Ten of ten is no certainty."""
    found = measure("checks.intent.f1.cat", named([("cat", "cat")] * 10))
    assert (found.value, found.high) == (1, 1)
    assert found.low == pytest.approx(0.722467, abs=1e-6)


def test_an_answer_without_a_class_is_an_error_of_its_own():
    """It lowers recall and accuracy, and nobody's precision."""
    batch = named([("cat", "cat")] * 6 + [("cat", "")] * 2 + [("dog", "dog")] * 2)
    assert measure("checks.intent.accuracy", batch).value == 0.8
    assert measure("checks.intent.recall.cat", batch).value == 0.75
    assert measure("checks.intent.precision.cat", batch).value == 1


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("checks.intent.recall.cow", "no answer and no case is of the class `cow`"),
        ("checks.intnt.accuracy", "did you mean `intent`?"),
        ("checks.intent.auc", "gives no score of a positive class"),
        ("checks.intent.ece", "reads no confidence"),
        ("checks.intent.win_rate", "prefers nothing"),
        ("checks.intent.position_bias", "shows nothing in two orders"),
    ],
)
def test_what_cannot_be_measured_says_why(name, note):
    """No figure without the columns that it stands on."""
    found = measure(name, named(PAIRS))
    assert found.value is None
    assert note in found.note


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("checks.intent.recall", "needs a class behind it"),
        ("checks.intent.accuracy.cat", "did you mean `checks.intent.accuracy`?"),
        ("checks.intent", "write one of `checks.NAME.pass_rate`"),
        ("checks.intent.nonsense", "write one of"),
    ],
)
def test_names_of_another_shape_are_mistakes(name, hint):
    """Before anything is asked."""
    with pytest.raises(Mistake) as found:
        find_metric(name)
    assert hint in str(found.value)


def test_a_class_is_named_as_gates_can_write_it():
    """`money back` is `money_back`, and the list of what can be measured names it so."""
    batch = named([("money back", "money back")] * 3 + [("other", "money back")])
    assert measure("checks.intent.precision.money_back", batch).value == 0.75
    names = {reading.name for reading in measurable(batch)}
    assert {"checks.intent.precision.money_back", "checks.intent.macro_f1"} <= names
    assert "checks.intent.auc" not in names


def test_ranking_by_a_stated_score():
    """AUC and average precision of scores that rank three of four pairs rightly."""
    rows = [(0.1, 0.0), (0.4, 0.0), (0.35, 1.0), (0.8, 1.0)]
    batch = Batch.of(
        answered(str(i), "x", Score("intent", True, score, label="a", truth="a", parts={"positive": positive}))
        for i, (score, positive) in enumerate(rows)
    )
    assert measure("checks.intent.auc", batch).value == 0.75
    assert measure("checks.intent.ap", batch).value == pytest.approx(0.8333333)


def sure(rows: list[tuple[float, bool]]) -> Batch:
    return Batch.of(
        answered(str(i), "x", Score("equals", right, float(right)), Score("confidence", True, s, parts={"stated": s}))
        for i, (s, right) in enumerate(rows)
    )


def test_confidence_is_held_against_what_came_true():
    """Ten answers of 90 % of which six are right: a gap of .3, a Brier score of .6 x .01 + .4 x .81."""
    batch = sure([(0.9, i < 6) for i in range(10)])
    assert measure("checks.confidence.ece", batch).value == pytest.approx(0.3)
    assert measure("checks.confidence.overconfidence", batch).value == pytest.approx(0.3)
    assert measure("checks.confidence.brier", batch).value == pytest.approx(0.33)
    assert measure("checks.confidence.overconfidence", sure([(0.2, True)] * 4)).value == pytest.approx(-0.8)


def preferred(labels: list[str], first: float = 1.0) -> Batch:
    return Batch.of(
        answered(str(i), "x", Score("better", True, 1.0, label=label, parts={"first_picked": first, "asked": 2.0}))
        for i, label in enumerate(labels)
    )


def test_ties_are_half_a_win():
    """Two wins, one tie, one loss."""
    found = measure("checks.better.win_rate", preferred(["win", "win", "tie", "loss"]))
    assert (found.value, found.n) == (0.625, 4)
    assert 0 <= found.low <= 0.625 <= found.high <= 1


def test_a_judge_that_always_takes_the_first_is_biased_by_one_half():
    """Of a pair shown in both orders, an even judge picks the first once."""
    assert measure("checks.better.position_bias", preferred(["tie"] * 5, first=2.0)).value == 0.5
    assert measure("checks.better.position_bias", preferred(["win"] * 5)).value == 0


def test_diversity_across_cases_and_among_repeats():
    """Two of three cases get the same words; one case of two is answered the same again."""
    batch = Batch.of([answered("a", "yes"), answered("b", "yes "), answered("c", "no")])
    assert measure("diversity.cases", batch).value == pytest.approx(2 / 3)
    assert "no case was answered twice" in measure("diversity.repeats", batch).note
    repeats = Batch.of([answered("a", "yes"), answered("a", "yes"), answered("b", "yes"), answered("b", "no")])
    assert measure("diversity.repeats", repeats).value == 0.5
    assert "at least two cases" in measure("diversity.cases", Batch.of([answered("a", "yes")])).note


def test_engagement_counts_words_and_questions():
    """Of the last answer and of the whole Dialogue."""
    first, _ = answered("a", "Which one?")
    last, _ = answered("a", "That leaves at noon.")
    batch = Batch.of([((*first, *last), ())])
    assert measure("words.mean", batch).value == 4
    assert measure("asked_back.mean", batch).value == 1
    assert measure("asked_back.rate", batch).value == 0


def test_a_hundred_thousand_rows_are_no_matter():
    """The jackknife computes a figure fifty times, however many rows there are; its interval is narrow."""
    draw = random.Random(1)
    batch = Batch()
    for i in range(20_000):
        cells = {"failed": 0.0, "passed": float(draw.random() < 0.8), "part:confidence:stated": 0.9}
        cells |= {"check:confidence": 1.0}
        batch.add_row(str(i), cells, {})
    found = measure("checks.confidence.overconfidence", batch)
    assert found.low < 0.1 < found.high
    assert found.high - found.low < 0.02
    assert found.method == "jackknife of groups of cases"
