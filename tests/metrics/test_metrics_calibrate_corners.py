"""Calibration in hard corners: silent judges, one class, repeats, few labels, several judges, other scales."""

import random

import pytest

from seatrial.metrics.calibration.agreement import Pair, p_of_difference
from seatrial.metrics.calibration.calibrate import calibrate
from seatrial.metrics.calibration.estimates import errors_differ
from seatrial.metrics.calibration.labels import Judged, Matched


def answers(said, *, repeats=1, suite="s", version="rubric-1 judge@1"):
    """Judged answers to a case each, each so many times with the same words."""
    return [
        Judged(suite, "bot", f"c{i}", repeat, verdict, verdict, i, version)
        for i, verdict in enumerate(said)
        for repeat in range(repeats)
    ]


def labelled(truths):
    """Labels by the numbers of their answers."""
    return Matched(dict(truths), {row: (truth,) for row, truth in truths.items()}, ())


def drawn(seed, *, n, rate, sens, spec, every=150):
    """Verdicts of a judge with these errors on answers of that rate, and labels of the first n."""
    chance = random.Random(seed)
    truths = [float(chance.random() < rate) for _ in range(every)]
    said = [float(chance.random() < (sens if truth else 1 - spec)) for truth in truths]
    return answers(said), labelled(dict(enumerate(truths[:n])))


def test_a_judge_that_said_nothing_at_all():
    """Labels of answers without a verdict are not enough evidence, be there a hundred of them."""
    found = calibrate("rubric", answers([None] * 100), labelled(dict.fromkeys(range(100), 1.0)))
    assert (found.is_enough, found.judged, found.labelled, found.unjudged) == (False, 0, 0, 100)
    assert found.warnings[0] == "the judge said nothing of 100 of 100 answers: all figures are of the others"
    assert found.agreement.share.value is None


def test_a_judge_that_is_often_silent():
    """What it could not judge is in none of the rates, and that is said; a single silence is not worth a word."""
    truths = labelled({i: float(i % 2) for i in range(40)})
    often = calibrate("rubric", answers([1.0, 0.0] * 40 + [None] * 20), truths)
    once = calibrate("rubric", answers([1.0, 0.0] * 100 + [None]), truths)
    assert "the judge said nothing of 20 of 100 answers: all figures are of the others" in often.warnings
    assert not any("said nothing" in warning for warning in once.warnings)


@pytest.mark.parametrize("truth", [0.0, 1.0])
def test_labels_of_one_class_only(truth):
    """The error on the other class is not known: the labels' own estimate stands, Rogan and Gladen's does not."""
    said = [float(i % 10 != 0) for i in range(200)]
    found = calibrate("rubric", answers(said), labelled(dict.fromkeys(range(60), truth)))
    by_labels, by_errors = found.suites[0].estimates
    assert by_labels.reading.low <= truth <= by_labels.reading.high
    assert (by_errors.usable, by_errors.reading.value) == (False, None)
    missing = "bad" if truth else "good"
    assert any(f"only 0 labelled cases of truly {missing} answers" in each for each in found.warnings)
    assert found.agreement.youden is None


@pytest.mark.parametrize("verdict", [0.0, 1.0])
def test_a_judge_that_always_says_the_same(verdict):
    """It counts nothing, and the labels alone hold the truth."""
    truths = {i: float(i % 4 != 0) for i in range(80)}
    (suite,) = calibrate("rubric", answers([verdict] * 500), labelled(truths)).suites
    best = suite.estimates[0]
    assert (best.weight, best.reading.value) == (0.0, pytest.approx(0.75))
    assert best.reading.low < 0.75 < best.reading.high
    assert suite.recommended == "prediction-powered"


def test_a_reversed_judge():
    """One that passes what is bad is no better than chance; its rate is not turned round, labels alone count."""
    truths = [float(i % 4 != 0) for i in range(300)]
    found = calibrate("rubric", answers([1 - each for each in truths]), labelled(dict(enumerate(truths[:100]))))
    best, undefined = found.suites[0].estimates
    assert best.reading.low < 0.75 < best.reading.high
    assert undefined.reading.value is None
    assert any("not shown to be better than chance" in each for each in found.warnings)


def test_a_perfect_judge_is_not_certain():
    """Thirty labels without an error leave an interval around its own rate."""
    truths = [float(i % 3 != 0) for i in range(300)]
    (suite,) = calibrate("rubric", answers(truths), labelled(dict(enumerate(truths[:30])))).suites
    assert suite.off.value == pytest.approx(0.0, abs=0.01)
    assert all(each.reading.high - each.reading.low > 0.1 for each in suite.estimates)


@pytest.mark.parametrize("repeats", [1, 12])
def test_repeats_of_a_case_are_no_further_labels(repeats):
    """Two labelled cases, asked twelve times each, are two labelled cases of a class, not twenty-four."""
    rows = answers([1.0, 0.0] * 30, repeats=repeats)
    truths = {row: each.verdict for row, each in enumerate(rows) if each.case in ("c0", "c1", "c2", "c3")}
    (suite,) = calibrate("rubric", rows, labelled(truths)).suites
    assert suite.recommended == ""
    assert "2 labelled cases of truly good answers and 2 labelled cases of truly bad answers" in suite.why


def test_repeats_do_not_look_picked():
    """Cases drawn at random, each asked ten times, hardly ever look as if they were not."""
    alarms = 0
    for seed in range(60):
        chance = random.Random(seed)
        rows = answers([float(chance.random() < 0.7) for _ in range(60)], repeats=10)
        cases = set(chance.sample(range(60), 15))
        truths = {row: 1.0 for row, each in enumerate(rows) if int(each.case[1:]) in cases}
        warnings = calibrate("rubric", rows, labelled(truths)).warnings
        alarms += any("do not look drawn at random" in each for each in warnings)
    assert alarms <= 3


def test_repeats_that_were_picked_are_still_suspected():
    """Labels of passed cases only are noticed, also with repeats."""
    rows = answers([float(i % 3 != 0) for i in range(120)], repeats=3)
    truths = {row: 1.0 for row, each in enumerate(rows) if each.verdict == 1.0 and row < 200}
    assert any("do not look drawn" in each for each in calibrate("rubric", rows, labelled(truths)).warnings)


def test_repeats_do_not_make_errors_differ():
    """Four of twenty cases against eight of a hundred is no difference, and asking each ten times makes it none."""
    own = [Pair(i, 1.0, float(i >= 4)) for i in range(20)] * 10
    others = [Pair(i, 1.0, float(i >= 108)) for i in range(100, 200)] * 10
    assert not errors_differ(own, [*own, *others])
    worse = [Pair(i, 1.0, float(i >= 40)) for i in range(50)]
    assert errors_differ(worse, [*worse, *others])


def test_a_difference_of_nothing():
    """Without rows on a side nothing differs."""
    assert p_of_difference([], [(0, True)]) == 1.0
    assert p_of_difference([], []) == 1.0


@pytest.mark.parametrize(("n", "rate"), [(20, 0.9), (50, 0.05)])
@pytest.mark.parametrize(("sens", "spec"), [(0.85, 0.92), (0.99, 0.99)])
def test_few_labels_of_a_rate_near_the_end(n, rate, sens, spec):
    """Where all labels are often of one class, the recommended interval still holds the truth in nine of ten draws."""
    held = 0
    for seed in range(120):
        (suite,) = calibrate("rubric", *drawn(seed, n=n, rate=rate, sens=sens, spec=spec)).suites
        best = next(each for each in suite.estimates if each.method == suite.recommended)
        held += best.reading.low <= rate <= best.reading.high
    assert held >= 108


def test_several_judges_behind_one_name():
    """Suites whose checks are called alike and are judged by two models are told: their errors are not the same."""
    rows = [*answers([1.0, 0.0] * 30), *answers([1.0, 0.0] * 30, suite="t", version="rubric-1 other@2")]
    found = calibrate("rubric", rows, labelled({row: rows[row].verdict for row in range(0, 120, 2)}))
    assert found.warnings[0] == (
        "several judges stand behind these verdicts (rubric-1 judge@1 and rubric-1 other@2): they may err differently"
    )


def test_one_suite_of_two_targets():
    """Two targets in suites of one name are each looked at for labels that were picked."""
    rows = answers([1.0] * 50) + [each._replace(target="new") for each in answers([0.0] * 50)]
    found = calibrate("rubric", rows, labelled(dict.fromkeys(range(20), 1.0)))
    assert [(each.suite, each.target, each.labelled) for each in found.suites] == [("s", "bot", 20), ("s", "new", 0)]
    assert "no label is of s" in found.warnings


def test_scores_on_another_scale():
    """People who give one to five and a judge that gives shares are not subtracted without a word."""
    chance = random.Random(1)
    values = [chance.random() for _ in range(100)]
    rows = [each._replace(value=value) for each, value in zip(answers([1.0] * 100), values, strict=True)]
    found = calibrate("r", rows, labelled({i: 1 + round(4 * values[i]) for i in range(40)}), kind="scores")
    assert any(each.startswith("labels go from 1 to 5 and the judge's scores from 0 to 1") for each in found.warnings)
    same = calibrate("r", rows, labelled({i: values[i] for i in range(40)}), kind="scores")
    assert not any("labels go from" in each for each in same.warnings)


def test_all_answers_labelled():
    """Then the judge adds nothing, and the rate is that of the labels."""
    truths = [float(i % 5 != 0) for i in range(100)]
    (suite,) = calibrate("rubric", answers([1.0] * 100), labelled(dict(enumerate(truths)))).suites
    assert suite.estimates[0].reading.value == pytest.approx(0.8)
    assert suite.more_labels is None


@pytest.mark.parametrize("drawn_by", ["verdict", "label"])
def test_no_label_counts(drawn_by):
    """However labels were to be drawn: without any there is no estimate, and no crash."""
    found = calibrate("rubric", answers([1.0, 0.0] * 20), labelled({}), drawn=drawn_by)
    assert not found.is_enough
    assert found.suites[0].recommended == ""
    assert "nothing can be recommended" in found.suites[0].why
