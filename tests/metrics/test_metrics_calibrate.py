"""A judge held against people: agreement, corrected rates, what is recommended, and what is warned of."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.metrics.calibration.agreement import Pair, cohen_kappa, krippendorff_alpha
from seatrial.metrics.calibration.calibrate import calibrate
from seatrial.metrics.calibration.labels import Judged, Matched
from seatrial.stats import agreement as oracle


def made(n=600, labels=120, *, missed=0.15, passed=0.08, rate=0.4, suites=("s",), seed=1):
    """Judged answers with so many labels a suite drawn at random, and the truth of all."""
    draw = random.Random(seed)
    rows, truths, all_truths = [], {}, []
    for suite in suites:
        first = len(rows)
        for i in range(n):
            truth = float(draw.random() < rate)
            wrong = draw.random() < (missed if truth else passed)
            said = 1 - truth if wrong else truth
            all_truths.append(truth)
            rows.append(Judged(suite, f"bot-{suite}", f"c{i}", 0, said, said, len(rows)))
        truths.update((row, all_truths[row]) for row in draw.sample(range(first, len(rows)), labels))
    return rows, Matched(truths, {row: (truth,) for row, truth in truths.items()}, ()), all_truths


def test_a_calibrated_judge():
    """With a hundred labels both corrections hold the truth that the judge's own rate is far from."""
    rows, matched, truth = made(2000, 200, missed=0.3, passed=0.02)
    found = calibrate("rubric", rows, matched)
    (suite,) = found.suites
    rate = sum(truth) / len(truth)
    assert suite.raw.high < rate
    assert [each.method for each in suite.estimates] == ["prediction-powered", "rogan-gladen"]
    assert all(each.reading.low <= rate <= each.reading.high for each in suite.estimates)
    assert (suite.recommended, found.is_enough, found.labelled, found.judged) == ("prediction-powered", True, 200, 2000)


def test_how_far_the_rate_is_off():
    """A judge that misses good answers is too low: the difference is stated with its interval."""
    rows, matched, _ = made(2000, 200, missed=0.3, passed=0.02)
    (suite,) = calibrate("rubric", rows, matched).suites
    best = suite.estimates[0].reading
    assert suite.off.value == pytest.approx(suite.raw.value - best.value)
    assert (suite.off.low, suite.off.high) == pytest.approx((suite.raw.value - best.high, suite.raw.value - best.low))
    assert suite.off.high < 0


def test_more_labels_halve_the_interval():
    """With as many more labels as are said the interval is about half as wide."""
    rows, few, truth = made(40_000, 100)
    (suite,) = calibrate("rubric", rows, few).suites
    wanted = 100 + suite.more_labels
    many = Matched({row: truth[row] for row in range(wanted)}, {}, ())
    (better,) = calibrate("rubric", rows, many).suites
    widths = [each.estimates[0].reading.high - each.estimates[0].reading.low for each in (suite, better)]
    assert widths[1] == pytest.approx(widths[0] / 2, rel=0.15)


def test_labels_alone_cannot_always_halve_it():
    """Where there are fewer answers than labels would be needed, no number is promised."""
    rows, matched, _ = made(150, 100)
    assert calibrate("rubric", rows, matched).suites[0].more_labels is None


def test_agreement_of_all_labels():
    """Share, sensitivity and specificity are counted over the labelled answers."""
    rows = [Judged("s", "bot", f"c{i}", 0, float(i % 4 != 0), None, i) for i in range(40)]
    matched = Matched({i: float(i < 20) for i in range(40)}, {}, ())
    found = calibrate("rubric", rows, matched).agreement
    assert (found.share.value, found.sensitivity.value, found.specificity.value) == (0.5, 0.75, 0.25)
    assert found.youden.value == pytest.approx(0.0)
    assert found.youden.low < 0 < found.youden.high


pairs = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=2, max_size=30)


@given(pairs)
def test_kappa_and_alpha_are_those_of_the_statistics(values):
    """The sums give the same numbers as the definitions do, and the interval holds them."""
    rows = [Pair(i, float(a), float(b)) for i, (a, b) in enumerate(values)]
    for measure, expected in [
        (cohen_kappa, oracle.cohen_kappa(*zip(*values, strict=True))),
        (krippendorff_alpha, oracle.krippendorff_alpha(values)),
    ]:
        found = measure(rows)
        assert found.value == (None if expected is None else pytest.approx(expected, abs=1e-9))
        assert found.value is None or found.high is None or (found.low is None or found.low <= found.value + 1e-9)


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=2, max_size=20))
@settings(max_examples=40)
def test_alpha_of_scores_is_that_of_intervals(values):
    """Scores are compared by their distance."""
    found = krippendorff_alpha([Pair(i, a, b) for i, (a, b) in enumerate(values)])
    expected = oracle.krippendorff_alpha(values, "interval")
    if found.value is not None and expected is not None:
        assert found.value == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_agreement_without_an_error_is_not_certain():
    """Thirty labels without a disagreement leave a lower end well below 1."""
    found = cohen_kappa([Pair(i, float(i % 2), float(i % 2)) for i in range(30)])
    assert (found.value, found.high) == (1.0, 1.0)
    assert 0.5 < found.low < 0.9


def test_repeats_are_no_further_evidence():
    """Ten equal repeats of each case leave agreement as uncertain as one."""
    once = [Pair(i, float(i % 2), float(i % 3 == 0)) for i in range(30)]
    one, ten = cohen_kappa(once), cohen_kappa(once * 10)
    assert (ten.value, ten.low, ten.high) == pytest.approx((one.value, one.low, one.high))


def test_annotators_among_themselves():
    """The agreement of people is what a judge can be measured by at best."""
    rows, matched, _ = made(50, 3)
    given = dict(zip(matched.truths, [(1.0, 1.0, 1.0), (0.0, 0.0, 0.0), (0.0, 0.0, 1.0)], strict=True))
    found = calibrate("rubric", rows, Matched(matched.truths, given, ()))
    assert found.agreement.people.value == pytest.approx(oracle.krippendorff_alpha(list(given.values())))


def test_several_suites_are_each_put_right():
    """Each suite has its own rates; Rogan and Gladen's takes the judge's errors from all labels."""
    rows, matched, _ = made(400, 60, suites=("old", "new"))
    found = calibrate("rubric", rows, matched)
    assert [(each.suite, each.target, each.labelled) for each in found.suites] == [
        ("old", "bot-old", 60),
        ("new", "bot-new", 60),
    ]
    assert [each.estimates[1].reading.n for each in found.suites] == [120, 120]


def test_a_suite_without_labels_takes_the_others_errors():
    """Where a suite has hardly a label of its own, Rogan and Gladen's estimate is recommended, and that is said."""
    rows, matched, _ = made(400, 100, suites=("old", "new"))
    own = {row: truth for row, truth in matched.truths.items() if row < 400}
    found = calibrate("rubric", rows, Matched(own, {}, ()))
    assert [each.recommended for each in found.suites] == ["prediction-powered", "rogan-gladen"]
    assert "no label is of new" in found.warnings
    assert "from all suites" in found.suites[1].why


def test_too_few_labels():
    """Five labels are not enough evidence, and why is said."""
    rows, matched, _ = made(400, 5)
    found = calibrate("rubric", rows, matched)
    assert not found.is_enough
    assert found.suites[0].recommended == ""
    assert "fewer than 20" in found.suites[0].why


def test_a_judge_that_guesses():
    """A judge no better than chance: Rogan and Gladen's estimate is undefined, labels alone count, and that is said."""
    rows, matched, truth = made(400, 60, missed=0.6, passed=0.7, seed=2)
    found = calibrate("rubric", rows, matched)
    by_labels, undefined = found.suites[0].estimates
    assert by_labels.weight == pytest.approx(0.0, abs=0.2)
    assert by_labels.reading.low <= sum(truth) / 400 <= by_labels.reading.high
    assert (undefined.reading.value, undefined.usable) == (None, False)
    assert "no better than chance" in undefined.note
    assert any("not shown to be better than chance" in warning for warning in found.warnings)


def test_labels_that_were_picked_are_suspected():
    """Labels of passed answers only do not look drawn at random, and how to say so is told."""
    rows, _, truth = made(600, 0)
    picked = {row: truth[row] for row, each in enumerate(rows) if each.verdict == 1.0 and row < 200}
    warnings = calibrate("rubric", rows, Matched(picked, {}, ())).warnings
    assert any("do not look drawn at random" in each and "--drawn" in each for each in warnings)


def test_labels_drawn_by_verdict():
    """Half of the labels from each verdict: the shares within a verdict lead to the truth."""
    rows, _, truth = made(3000, 0, rate=0.9, missed=0.3, passed=0.3)
    by_verdict = [[row for row, each in enumerate(rows) if each.verdict == said][:80] for said in (0.0, 1.0)]
    picked = {row: truth[row] for rows_of in by_verdict for row in rows_of}
    (suite,) = calibrate("rubric", rows, Matched(picked, {}, ()), drawn="verdict").suites
    (only,) = suite.estimates
    assert (only.method, suite.recommended) == ("by verdict", "by verdict")
    assert only.reading.low <= sum(truth) / 3000 <= only.reading.high


def test_labels_drawn_by_class():
    """As many good as bad ones: sensitivity and specificity still hold, the mean of labels does not."""
    rows, _, truth = made(3000, 0, rate=0.8)
    by_class = [[row for row, each in enumerate(truth) if each == value][:80] for value in (0.0, 1.0)]
    picked = {row: truth[row] for rows_of in by_class for row in rows_of}
    (suite,) = calibrate("rubric", rows, Matched(picked, {}, ()), drawn="label").suites
    assert [each.method for each in suite.estimates] == ["rogan-gladen"]
    assert suite.estimates[0].reading.low <= sum(truth) / 3000 <= suite.estimates[0].reading.high


def test_a_judge_that_errs_otherwise_elsewhere():
    """A judge that is good at one suite and bad at the other: pooled errors are not to be used, and that is said."""
    good, few, _ = made(400, 100, missed=0.02, passed=0.02)
    bad, more, _ = made(400, 100, missed=0.5, passed=0.5, seed=2)
    rows = [*good, *(each._replace(suite="t") for each in bad)]
    truths = {**few.truths, **{row + 400: truth for row, truth in more.truths.items()}}
    found = calibrate("rubric", rows, Matched(truths, {}, ()))
    assert not any(each.estimates[1].usable for each in found.suites)
    assert any("errs otherwise in s and t" in each for each in found.warnings)


def test_answers_that_were_not_judged():
    """A labelled answer that the judge could not judge is counted apart, and is no disagreement."""
    rows, matched, _ = made(200, 50)
    gone = next(iter(matched.truths))
    rows[gone] = rows[gone]._replace(verdict=None)
    found = calibrate("rubric", rows, matched)
    assert (found.unjudged, found.labelled, found.judged) == (1, 49, 199)


def test_scores_against_scores():
    """A judge that gives 0.1 too much is put right by that much."""
    draw = random.Random(3)
    truth = [draw.random() * 0.8 for _ in range(500)]
    rows = [Judged("s", "bot", f"c{i}", 0, None, each + 0.1, i) for i, each in enumerate(truth)]
    found = calibrate("rubric", rows, Matched(dict(enumerate(truth[:60])), {}, ()), kind="scores")
    (suite,) = found.suites
    assert found.agreement.share.value == pytest.approx(0.1)
    assert (found.agreement.kappa, found.agreement.sensitivity) == (None, None)
    assert suite.estimates[0].reading.value == pytest.approx(sum(truth) / 500, abs=0.002)
    assert suite.off.value == pytest.approx(0.1, abs=0.002)


def test_scores_need_random_labels():
    """Scores that were picked cannot be put right, and that is said."""
    rows = [Judged("s", "bot", f"c{i}", 0, None, i / 50, i) for i in range(50)]
    found = calibrate("r", rows, Matched({i: i / 50 for i in range(50)}, {}, ()), kind="scores", drawn="verdict")
    assert not found.is_enough
    assert found.suites[0].why == "scores can be corrected by labels drawn at random only"
