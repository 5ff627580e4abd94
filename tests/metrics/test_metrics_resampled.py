"""Metrics computed of all rows at once: what they stand on, what their intervals promise, when there is none."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_batches import measure

from seatrial.core.batch import Batch
from seatrial.metrics.check_metrics import OfCheck
from seatrial.metrics.classification import pairs
from seatrial.metrics.resampled import Picked, Resampled
from seatrial.stats.intervals import wilson

EMPTY = Batch()


def mean(rows):
    return math.fsum(rows) / len(rows) if rows else math.nan


def resampled(rows, clusters=None, confidence=0.95, worth=math.inf, **more):
    """The Reading of a mean, or of another statistic, of these rows."""
    picked = Picked(rows, list(range(len(rows))) if clusters is None else clusters, worth=worth)
    given = {"name": "m", "statistic": mean, **more}
    return Resampled(pick=lambda batch: picked, **given).measure(EMPTY, confidence)


def labelled(*rows, check="intent"):
    """A Batch of (case, truth, label), where a label of nothing is an answer that names no class."""
    batch = Batch()
    for case, truth, label in rows:
        cells = {"failed": 0.0, "passed": float(truth == label), f"check:{check}": float(truth == label)}
        labels = {f"truth:{check}": truth} | ({f"label:{check}": label} if label else {})
        batch.add_row(case, cells, {}, labels=labels)
    return batch


def confident(*rows):
    """A Batch of (case, stated confidence, whether it was right)."""
    batch = Batch()
    for case, stated, right in rows:
        cells = {"failed": 0.0, "passed": float(right), "check:confidence": 1.0, "part:confidence:stated": stated}
        batch.add_row(case, cells, {})
    return batch


def test_a_reading_says_over_what_it_is():
    """Rows, cases, method, and the words of the metric."""
    found = resampled([0.0, 1.0, 1.0, 0.0], [0, 0, 1, 2], unit="rate", direction="down")
    assert (found.n, found.clusters, found.value, found.unit, found.direction) == (4, 3, 0.5, "rate", "down")
    assert found.method == "bootstrap of cases"
    assert 0 <= found.low < 0.5 < found.high <= 1


def test_nothing_picked_says_why():
    """The reason of the rows, or that they do not define the figure."""
    none = Resampled(name="m", pick=lambda batch: Picked((), (), "nobody came"), statistic=mean)
    assert none.measure(labelled(("a", "cat", "cat"))).note == "nobody came"
    assert none.measure(EMPTY).note == "no cases"
    undefined = resampled([1.0, 2.0], statistic=lambda rows: math.nan)
    assert (undefined.value, undefined.low, undefined.n) == (None, None, 0)


def test_one_case_is_one_case():
    """A rate gets the interval of one row however often it was asked; a figure without a range gets none."""
    found = resampled([1.0] * 9, [4] * 9)
    assert (found.low, found.high) == pytest.approx(wilson(1, 1))
    assert found.method == "Wilson over cases (no spread)"
    endless = resampled([1.0] * 9, [4] * 9, within=None)
    assert (endless.low, endless.high, endless.method) == (None, None, "one case only: no interval")


def test_a_figure_that_resamples_seldom_define_has_no_interval():
    """Its rows are too few, and the method says so."""
    found = resampled(
        [1.0, 2.0, 3.0], statistic=lambda rows: mean(rows) if len(set(rows)) == 3 else math.nan, within=None
    )
    assert (found.value, found.low, found.method) == (2, None, "too few rows define it: no interval")
    rate = resampled([0.1, 0.5, 0.9], statistic=lambda rows: mean(rows) if len(set(rows)) == 3 else math.nan)
    assert (rate.low, rate.high) == pytest.approx(wilson(1.5, 3))


def test_without_a_range_equal_rows_give_a_point():
    """The metric itself must know what that means."""
    found = resampled([0.25] * 8, within=None)
    assert found.low == pytest.approx(found.high) == pytest.approx(0.25)


def test_repeats_of_a_case_are_not_cases():
    """Ten cases asked ten times each are known as well as ten cases, when repeats come out alike."""
    draw = random.Random(3)
    once = [float(draw.random() < 0.6) for _ in range(10)]
    alone, often = resampled(once), resampled(once * 10, list(range(10)) * 10)
    assert often.n == 100
    assert often.high - often.low == pytest.approx(alone.high - alone.low, rel=0.1)


@pytest.mark.parametrize("worth", [2, 5, 20])
def test_worth_bounds_what_agreement_is_worth(worth):
    """A hundred cases that hang on a few are known as well as these."""
    found = resampled([1.0] * 100, worth=worth)
    assert (found.n, found.clusters) == (100, 100)
    assert found.low == pytest.approx(wilson(worth, worth).low)


def test_few_cases_that_decide_widen_the_interval():
    """The same spread is less certain when it comes from three cases of a hundred."""
    rows = [0.0, 1.0] * 50
    wide, narrow = resampled(rows, worth=3), resampled(rows)
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.3, 1.0]), st.integers(0, 5)), min_size=1, max_size=25),
    st.sampled_from([(0.0, 1.0), (-1.0, 1.0), (0.0, math.inf)]),
)
@settings(max_examples=40, deadline=None)
def test_laws_of_an_interval(rows, within):
    """It holds its value, stays in its range, is no point, is the same each time, and grows with the confidence."""
    values, cases = [value for value, _ in rows], [case for _, case in rows]
    found, again = (resampled(values, cases, within=within) for _ in range(2))
    wide = resampled(values, cases, 0.99, within=within)
    assert found == again
    assert within[0] - 1e-9 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= within[1] + 1e-9
    assert found.low < found.high
    assert wide.low <= found.low + 1e-9
    assert wide.high >= found.high - 1e-9


def test_many_rows_take_the_jackknife():
    """Of twenty thousand rows the method is another, and the interval that of the rate."""
    draw = random.Random(9)
    rows = [float(draw.random() < 0.9) for _ in range(20_000)]
    found = resampled(rows)
    known = wilson(sum(rows), len(rows))
    assert found.method == "jackknife of groups of cases"
    assert (found.low, found.high) == pytest.approx((known.low, known.high), abs=0.002)


def test_accuracy_is_the_rate_of_right_answers():
    """The interval is near the one that a pass rate of the same rows has."""
    rows = [(f"c{i}", "a", "a" if i % 5 else "b") for i in range(60)]
    found, rate = measure("checks.intent.accuracy", labelled(*rows)), measure("pass_rate", labelled(*rows))
    assert found.value == rate.value == 0.8
    assert (found.low, found.high) == pytest.approx((rate.low, rate.high), abs=0.03)


def test_precision_of_a_class_that_nobody_answered_is_not_defined():
    """Recall is 0 then, and precision says that its rows do not define it."""
    batch = labelled(*[(f"c{i}", "cat", "dog") for i in range(5)], *[(f"d{i}", "dog", "dog") for i in range(5)])
    assert measure("checks.intent.recall.cat", batch).value == 0
    undefined = measure("checks.intent.precision.cat", batch)
    assert undefined.value is None
    assert undefined.note


@pytest.mark.parametrize(("figure", "n"), [("precision", 6), ("recall", 8), ("f1", 10)])
def test_figures_of_a_class_count_their_own_rows(figure, n):
    """Answers of the class, cases of the class, or both; the rest of a hundred does not count."""
    rows = [("cat", "cat")] * 4 + [("cat", "dog")] * 4 + [("dog", "cat")] * 2 + [("dog", "dog")] * 90
    batch = labelled(*[(str(i), *row) for i, row in enumerate(rows)])
    assert measure(f"checks.intent.{figure}.cat", batch).n == n


@pytest.mark.parametrize("seed", range(3))
def test_recall_of_a_rare_class_is_held_as_often_as_promised(seed):
    """Of 25 Batches with about ten refunds among eighty cases, at least 21 intervals hold the true recall."""
    held = 0
    for number in range(25):
        draw = random.Random(seed * 1_000 + number)
        truths = ["refund" if draw.random() < 0.125 else "other" for _ in range(80)]
        rows = [(str(i), truth, truth if draw.random() < 0.8 else "none") for i, truth in enumerate(truths)]
        found = measure("checks.intent.recall.refund", labelled(*rows))
        held += found.low <= 0.8 <= found.high
    assert held >= 21


def test_pairs_leave_out_cases_without_a_truth():
    """An answer that failed, or that no check judged, is no error of a class."""
    batch = labelled(("a", "cat", "cat"), ("b", "cat", ""))
    batch.add_row("c", {"failed": 1.0}, {})
    found = pairs(OfCheck("checks.intent.accuracy", "intent"), batch)
    assert list(found.rows) == [("cat", "cat"), ("cat", "-")]
    assert measure("checks.intent.accuracy", batch).asked == 3


def test_a_slice_has_the_figures_of_its_own_rows():
    """Classes that a slice does not have are told to be missing there."""
    batch = Batch()
    for i, (truth, language) in enumerate([("cat", "en"), ("dog", "en"), ("cat", "de"), ("cat", "de")]):
        labels = {"truth:intent": truth, "label:intent": "cat"}
        batch.add_row(str(i), {"check:intent": 1.0, "passed": 1.0}, {"language": language}, labels=labels)
    german, english = batch.slice(language="de"), batch.slice(language="en")
    assert measure("checks.intent.accuracy", german).value == 1
    assert measure("checks.intent.accuracy", english).value == 0.5
    assert "no answer and no case is of the class `dog`" in measure("checks.intent.recall.dog", german).note


@pytest.mark.parametrize("stated", [0.0, 0.05, 0.5, 0.95, 1.0])
def test_a_confidence_at_the_edge_of_a_bin_counts_once(stated):
    """Certain and impossible are confidences, too; the interval holds the error."""
    found = measure("checks.confidence.ece", confident(*[(str(i), stated, True) for i in range(12)]))
    assert found.value == pytest.approx(1 - stated)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_certain_and_wrong_is_an_error_beyond_doubt():
    """What was said to be sure has no noise that could excuse it."""
    found = measure("checks.confidence.ece", confident(*[(str(i), 1.0, i % 2) for i in range(10)]))
    assert (found.value, found.low) == (0.5, 0.5)


def test_repeats_do_not_make_confidence_certain():
    """Twelve answers to one case excuse more than twelve cases do."""
    rows = [(0.75, i % 2) for i in range(12)]
    cases = measure("checks.confidence.ece", confident(*[(str(i), *row) for i, row in enumerate(rows)]))
    repeats = measure("checks.confidence.ece", confident(*[("same", *row) for row in rows]))
    assert repeats.value == cases.value
    assert repeats.low <= cases.low
    assert repeats.high >= cases.high


def test_two_groups_are_no_verdict():
    """Groups of cases are what is counted: two that come out alike leave most open."""
    batch = Batch()
    for i in range(20):
        batch.add_row(str(i), {"failed": 0.0, "passed": 1.0}, {"group": f"g{i % 2}"})
    found = measure("groups.consistent", batch)
    assert (found.value, found.n, found.clusters) == (1, 2, 2)
    assert found.low == pytest.approx(wilson(2, 2).low)


def test_a_step_that_was_not_judged_is_passed_over():
    """The path goes on from the step before it; a direction that is no word of ours is up."""
    batch = Batch()
    for step, value in enumerate([0.1, None, 0.3]):
        cells = {"failed": 0.0, "check:tone": 1.0} | ({"value:tone": value} if value is not None else {})
        batch.add_row(str(step), cells, {"group": "g", "step": str(step), "direction": "sideways"})
    assert measure("groups.directed.tone", batch).value == 1


def test_repeats_of_a_step_count_with_their_mean():
    """One answer that falls back among others that rise does not make the group go back."""
    batch = Batch()
    for step, values in enumerate([(0.2, 0.4), (0.3, 0.9), (0.9, 0.8)]):
        for value in values:
            cells = {"failed": 0.0, "check:tone": 1.0, "value:tone": value}
            batch.add_row(str(step), cells, {"group": "g", "step": str(step), "direction": "up"})
    assert measure("groups.directed.tone", batch).value == 1
