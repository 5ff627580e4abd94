"""Classification: counts by class, ranking and calibration against their definitions and scipy."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from seatrial.stats.classification import (
    average_precision,
    brier_score,
    calibration_error,
    calibration_noise,
    confusion,
    roc_auc,
)

# 10 cats (8 found), 5 dogs (3 found): the answers to the others were the other animal.
PAIRS = [("cat", "cat")] * 8 + [("cat", "dog")] * 2 + [("dog", "dog")] * 3 + [("dog", "cat")] * 2
SCORES = st.lists(st.tuples(st.integers(0, 5).map(lambda x: x / 5), st.booleans()), min_size=1, max_size=40)


def test_figures_of_a_confusion_matrix():
    """Worked by hand."""
    found = confusion(PAIRS)
    assert (found.n, found.accuracy) == (15, 11 / 15)
    assert (found.precision("cat"), found.recall("cat"), found.f1("cat")) == (0.8, 0.8, 0.8)
    assert (found.precision("dog"), found.recall("dog"), found.f1("dog")) == (0.6, 0.6, 0.6)
    assert found.macro_f1 == pytest.approx(0.7)
    chance = (10 * 10 + 5 * 5) / 225
    assert found.kappa == pytest.approx((11 / 15 - chance) / (1 - chance))


def test_a_class_that_never_occurs_has_no_figures():
    """No division by nothing becomes a number."""
    found = confusion([("cat", "cat")])
    assert math.isnan(found.precision("dog"))
    assert math.isnan(found.recall("dog"))
    assert math.isnan(found.f1("dog"))
    assert math.isnan(found.kappa)
    assert math.isnan(confusion([]).accuracy)
    assert math.isnan(confusion([]).macro_f1)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=30))
def test_f1_is_the_harmonic_mean(pairs):
    """Where precision and recall exist and are not both 0."""
    found = confusion(pairs)
    for each in found.classes:
        p, r = found.precision(each), found.recall(each)
        if p + r > 0:
            assert found.f1(each) == pytest.approx(2 * p * r / (p + r))
    assert 0 <= found.macro_f1 <= 1


@given(SCORES)
def test_auc_is_the_mann_whitney_statistic(rows):
    """Against scipy, with ties; NaN when a class is missing."""
    scores, positives = zip(*rows, strict=True)
    high = [score for score, positive in rows if positive]
    low = [score for score, positive in rows if not positive]
    found = roc_auc(scores, positives)
    if high and low:
        assert found == pytest.approx(mannwhitneyu(high, low).statistic / (len(high) * len(low)))
    else:
        assert math.isnan(found)


def test_average_precision_by_hand():
    """The example of scikit-learn's documentation: truths 0 0 1 1, scores .1 .4 .35 .8."""
    assert average_precision([0.1, 0.4, 0.35, 0.8], [False, False, True, True]) == pytest.approx(0.8333333)
    assert average_precision([0.5, 0.5], [True, False]) == 0.5
    assert math.isnan(average_precision([0.5], [False]))


@given(SCORES)
def test_average_precision_does_not_depend_on_the_order(rows):
    """Equal scores are one threshold."""
    shuffled = random.Random(1).sample(rows, len(rows))
    results = [average_precision([s for s, _ in each], [p for _, p in each]) for each in (rows, shuffled)]
    assert results[0] == pytest.approx(results[1], nan_ok=True)
    assert math.isnan(results[0]) or 0 < results[0] <= 1


def test_calibration_error_by_hand():
    """Two bins of two: |.9 - .5| and |.2 - 0| weigh equally."""
    assert calibration_error([0.85, 0.95, 0.15, 0.25], [1, 0, 0, 0], bins=2) == pytest.approx((0.4 + 0.2) / 2)
    assert calibration_error([1.0, 0.0], [1, 0]) == 0
    assert math.isnan(calibration_error([], []))


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0.0, 1.0])), min_size=1, max_size=30))
def test_calibration_and_brier_lie_within_one(rows):
    """And finer bins never hide a gap."""
    stated, right = zip(*rows, strict=True)
    assert 0 <= brier_score(stated, right) <= 1
    coarse, fine = (calibration_error(stated, right, bins) for bins in (1, 10))
    assert 0 <= coarse <= fine + 1e-12
    assert fine <= 1 + 1e-12


def test_brier_by_hand():
    """Brier's mean of squares."""
    assert brier_score([0.8, 0.3], [1, 0]) == pytest.approx((0.04 + 0.09) / 2)
    with pytest.raises(ValueError, match=r"shorter|longer"):
        brier_score([0.8], [])


@pytest.mark.parametrize("n", [15, 80])
def test_confidence_without_fault_stays_below_its_noise(n):
    """Of 120 draws that are right as often as they say, at most 9 have a calibration error beyond it."""
    beyond = 0
    for seed in range(120):
        draw = random.Random(seed)
        stated = [draw.choice((0.55, 0.65, 0.75, 0.85, 0.95)) for _ in range(n)]
        error = calibration_error(stated, [float(draw.random() < each) for each in stated])
        beyond += error > calibration_noise(stated, range(n))
    assert beyond <= 9


def test_the_noise_of_one_bin_is_that_of_a_rate():
    """A hundred answers of 50 % in one bin: 2.24 standard deviations of 0.05; four of them alike double it."""
    noise = calibration_noise([0.5] * 100, range(100))
    assert noise == pytest.approx(2.24 * 0.05, rel=0.1)
    assert calibration_noise([0.5] * 100, [i // 4 for i in range(100)]) == pytest.approx(2 * noise)


def test_certain_confidence_has_no_noise():
    """What is said to be sure, or impossible, cannot be missed by chance; nor does more than 1 count as more."""
    assert calibration_noise([0.0, 1.0, 1.5, -1.0], range(4)) == 0


def test_noise_of_other_lengths_is_refused():
    """Every confidence has its cluster."""
    with pytest.raises(ValueError, match="shorter"):
        calibration_noise([0.5, 0.5], [0])


@pytest.mark.parametrize("bins", [1, 4, 10])
def test_noise_needs_as_many_bins_as_the_error(bins):
    """In one bin surpluses and lacks cancel out, in many they add up; the noise grows with the bins that have rows."""
    stated = [i / 100 for i in range(100)]
    noise = calibration_noise(stated, range(100), bins=bins)
    assert 0 < noise < 0.25
    assert bins == 1 or noise > calibration_noise(stated, range(100), bins=1)


def test_more_confidence_in_the_interval_makes_more_noise():
    """At 99 % more of the error is put down to chance than at 80 %."""
    few, many = (calibration_noise([0.7] * 50, range(50), share) for share in (0.8, 0.99))
    assert few < many
