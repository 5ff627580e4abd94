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
from seatrial.stats.intervals import wilson


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
    ("figure", "value", "n"),
    [
        ("accuracy", 11 / 15, 15),
        ("macro_f1", 0.7, 15),
        ("precision.cat", 0.8, 10),
        ("recall.dog", 0.6, 5),
        ("f1.dog", 0.6, 7),
    ],
)
def test_classes_have_their_figures_with_intervals(figure, value, n):
    """The values of the confusion matrix over the rows that they count, within an interval that is no point."""
    found = measure(f"checks.intent.{figure}", named(PAIRS))
    assert found.value == pytest.approx(value)
    assert 0 <= found.low < found.value < found.high <= 1
    assert (found.n, found.clusters, found.unit) == (n, n, "rate")


def test_perfect_answers_have_an_interval_too():
    """Ten of ten is no certainty."""
    found = measure("checks.intent.f1.cat", named([("cat", "cat")] * 10))
    assert (found.value, found.high) == (1, 1)
    assert found.low == pytest.approx(0.722467, abs=1e-6)


def test_a_rare_class_is_known_as_well_as_its_few_cases():
    """Three right refunds among a hundred cases say as much of refunds as three cases do."""
    batch = named([("refund", "refund")] * 3 + [("other", "other")] * 97)
    for figure in ("recall", "precision", "f1"):
        found = measure(f"checks.intent.{figure}.refund", batch)
        assert (found.value, found.n, found.asked) == (1, 3, 100)
        assert found.low == pytest.approx(wilson(3, 3).low)
    assert measure("checks.intent.accuracy", batch).low == pytest.approx(wilson(100, 100).low)


def test_figures_of_all_classes_are_known_as_well_as_the_rare_ones():
    """With one refund among a hundred, a mean over both classes, or agreement beyond chance, stands on little."""
    batch = named([("refund", "refund")] + [("other", "other")] * 99)
    worth = 4 / (1 + 1 / 99)
    assert measure("checks.intent.macro_f1", batch).low == pytest.approx(wilson(worth, worth).low)
    assert measure("checks.intent.kappa", batch).low == pytest.approx(2 * wilson(worth, worth).low - 1)


def test_answers_that_all_agree_are_no_certainty():
    """Ten of ten leave room below, for kappa as well as for a rate."""
    found = measure("checks.intent.kappa", named([("cat", "cat"), ("dog", "dog")] * 5))
    assert (found.value, found.high) == (1, 1)
    assert found.low == pytest.approx(2 * wilson(10, 10).low - 1)


def test_kappa_of_one_class_alone_is_not_defined():
    """Chance agrees always then."""
    found = measure("checks.intent.kappa", named([("cat", "cat")] * 10))
    assert found.value is None
    assert "do not define it" in found.note


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


def test_a_ranking_is_known_as_well_as_its_rarer_class():
    """One positive above fifty negatives is one case."""
    rows = [(i / 100, 0.0) for i in range(50)] + [(0.9, 1.0)]
    batch = Batch.of(
        answered(str(i), "x", Score("intent", True, score, label="a", truth="a", parts={"positive": positive}))
        for i, (score, positive) in enumerate(rows)
    )
    for figure in ("auc", "ap"):
        found = measure(f"checks.intent.{figure}", batch)
        assert (found.value, found.high) == (1, 1)
        assert found.low == pytest.approx(wilson(1, 1).low)


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


def test_confidence_without_fault_may_have_no_calibration_error():
    """Chance gives every bin a gap: the interval of sixty answers that are as often right as they say begins at 0."""
    draw = random.Random(2)
    stated = [draw.choice((0.55, 0.65, 0.75, 0.85, 0.95)) for _ in range(60)]
    found = measure("checks.confidence.ece", sure([(each, draw.random() < each) for each in stated]))
    assert 0.05 < found.value < found.high
    assert found.low == 0


def test_confidence_with_a_great_fault_has_a_calibration_error():
    """Two hundred answers of 95 % of which half are right: the error is .45, and surely more than .35."""
    found = measure("checks.confidence.ece", sure([(0.95, i % 2 == 0) for i in range(200)]))
    assert found.value == pytest.approx(0.45)
    assert 0.35 < found.low < 0.45 < found.high < 0.55


def test_equal_surpluses_are_no_certainty():
    """Four answers, all right and all 90 % sure: the surplus of -0.1 could well be another."""
    found = measure("checks.confidence.overconfidence", sure([(0.9, True)] * 4))
    assert found.value == pytest.approx(-0.1)
    assert found.low < -0.4
    assert found.high > 0.4


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


def test_a_judge_that_never_decided_is_no_proof_of_an_even_one():
    """Two pairs that came out even leave room for a bias."""
    found = measure("checks.better.position_bias", preferred(["win"] * 2))
    assert found.low == pytest.approx(wilson(1, 2).low - 0.5)
    assert found.high == pytest.approx(wilson(1, 2).high - 0.5)


@pytest.mark.parametrize("kinds", [2, 7, 1000])
def test_diversity_lies_within_its_interval(kinds):
    """A case that is drawn twice does not count as sameness; where all answers differ, the highest value is held."""
    draw = random.Random(kinds)
    batch = Batch.of([answered(str(i), f"answer {draw.randrange(kinds)}") for i in range(40)])
    found = measure("diversity.cases", batch)
    assert found.low < found.value <= found.high <= 1
    assert found.low <= 1 - 1 / kinds <= found.high


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
