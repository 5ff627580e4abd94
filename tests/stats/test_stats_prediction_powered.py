"""The rectified mean: the paper's formulas, clusters, tuning, and coverage."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.stats.prediction_powered import Known, Unknown, rectified_mean


def made(seed, n=60, many=500, wrong=0.1):
    """So many known and unknown items with a judge that is wrong so often."""
    draw = np.random.default_rng(seed)
    truth = (draw.random(n + many) < 0.4).astype(float)
    seen = np.where(draw.random(n + many) < wrong, 1 - truth, truth)
    known = [Known(i, truth[i], seen[i]) for i in range(n)]
    unknown = [Unknown(i, seen[i]) for i in range(n, n + many)]
    return known, unknown


@given(st.integers(0, 10_000), st.floats(0.0, 1.0))
@settings(max_examples=20)
def test_it_is_the_papers_estimate(seed, weight):
    """Mean prediction plus mean error; without clusters the variance is the papers', but for the factor n/(n-1)."""
    known, unknown = made(seed, 30, 80)
    truth, seen = (np.array([item[i] for item in known]) for i in (1, 2))
    rest = np.array([item.predicted for item in unknown])
    found = rectified_mean(known, unknown, weight=weight)
    assert found.mean == pytest.approx(weight * rest.mean() + (truth - weight * seen).mean())
    variance = weight**2 * rest.var() / 80 * 30 / 29 + (truth - weight * seen).var(ddof=1) / 30
    assert found.se == pytest.approx(math.sqrt(variance))


def test_the_weight_is_the_papers():
    """cov(truth, prediction) / ((1 + n/N) var(prediction)), the variances taken over all of each part."""
    known, unknown = made(3)
    truth, seen = (np.array([item[i] for item in known]) for i in (1, 2))
    rest = np.array([item.predicted for item in unknown])
    covariance = ((truth - truth.mean()) * (seen - seen.mean())).mean()
    expected = covariance / 60 / (seen.var() / 60 + rest.var() / 500)
    assert rectified_mean(known, unknown).weight == pytest.approx(expected)


@given(st.integers(0, 10_000), st.floats(0.0, 1.0))
@settings(max_examples=20)
def test_tuning_is_never_worse(seed, weight):
    """No other weight has a smaller standard error; the labels alone (weight 0) have not either."""
    known, unknown = made(seed)
    assert rectified_mean(known, unknown).se <= rectified_mean(known, unknown, weight=weight).se + 1e-12


@pytest.mark.parametrize("judge", [lambda truth: 1.0, lambda truth: 1.0 - truth], ids=["always passes", "reversed"])
def test_a_useless_judge_counts_nothing(judge):
    """A judge that always says the same, or the opposite, is left out: what remains is the mean of the labels."""
    known = [Known(i, float(i % 3 == 0), judge(float(i % 3 == 0))) for i in range(30)]
    unknown = [Unknown(i, judge(float(i % 2))) for i in range(30, 90)]
    found = rectified_mean(known, unknown)
    assert (found.weight, found.mean) == (0.0, pytest.approx(1 / 3))


def test_all_known():
    """When every item has a label, predictions add nothing: mean and clustered error of the labels."""
    found = rectified_mean([Known(i, float(i < 3), 1.0) for i in range(10)], [])
    assert found.mean == pytest.approx(0.3)
    assert found.se == pytest.approx(np.std([1] * 3 + [0] * 7, ddof=1) / math.sqrt(10))


def test_repeats_are_one_cluster():
    """The same items ten times over are no further evidence: the interval stays as wide."""
    known, unknown = made(5)
    once = rectified_mean(known, unknown)
    often = rectified_mean(known * 10, unknown * 10)
    assert often.se == pytest.approx(once.se)
    assert (often.low, often.high) == (pytest.approx(once.low), pytest.approx(once.high))


def test_a_case_on_both_sides():
    """A cluster with known and unknown items counts once, with what both say of it."""
    known = [Known(i, float(i % 2), float(i % 2)) for i in range(20)]
    apart = rectified_mean(known, [Unknown(100 + i, float(i % 2)) for i in range(20)], weight=1.0)
    same = rectified_mean(known, [Unknown(i, float(i % 2)) for i in range(20)], weight=1.0)
    assert apart.se == pytest.approx(same.se)
    assert rectified_mean(known, [Unknown(i, float(i % 2)) for i in range(20)]).mean == pytest.approx(0.5)


def test_doubt_widens_what_looks_perfect():
    """Twenty labels without an error leave an interval for the error only with some doubt."""
    known = [Known(i, float(i % 2), float(i % 2)) for i in range(20)]
    unknown = [Unknown(i, float(i % 2)) for i in range(20, 100_000)]
    sure = rectified_mean(known, unknown, weight=1.0)
    doubtful = rectified_mean(known, unknown, weight=1.0, doubt=1.0)
    assert sure.high - sure.low < 0.01 < 0.15 < doubtful.high - doubtful.low
    assert sure.mean == doubtful.mean


def test_arguments_that_make_no_sense():
    """One cluster, a weight above 1 and negative doubt are refused."""
    two = [Known(0, 1.0, 1.0), Known(1, 0.0, 0.0)]
    for known, options in [(two[:1] * 2, {}), (two, {"weight": 1.1}), (two, {"doubt": -1.0}), (two, {"confidence": 2})]:
        with pytest.raises(ValueError, match=r"two clusters|0 to 1|between 0 and 1"):
            rectified_mean(known, [], **options)


@pytest.mark.parametrize("wrong", [0.05, 0.2])
def test_it_covers_the_truth(wrong):
    """Of 400 draws with 60 labels the 95 % interval holds the true rate in at least 370."""
    covered = 0
    for seed in range(400):
        found = rectified_mean(*made(seed, 60, 300, wrong), doubt=1.0)
        covered += found.low <= 0.4 <= found.high
    assert covered >= 370


def test_values_that_are_no_rates():
    """True values of any scale are estimated, too: a judge that is off by a constant is put right."""
    known = [Known(i, float(i % 5), i % 5 + 2.0) for i in range(50)]
    unknown = [Unknown(i, i % 5 + 2.0) for i in range(50, 400)]
    assert rectified_mean(known, unknown).mean == pytest.approx(2.0, abs=1e-9)


@given(st.integers(0, 10_000), st.floats(-3, 3), st.floats(0.1, 5))
@settings(max_examples=20)
def test_other_scales_give_the_same(seed, shift, scale):
    """Truth and predictions in other units give the estimate and its interval in these units."""
    known, unknown = made(seed, 20, 60)
    plain = rectified_mean(known, unknown)
    moved = rectified_mean(
        [Known(c, shift + scale * truth, scale * seen) for c, truth, seen in known],
        [Unknown(c, scale * seen) for c, seen in unknown],
    )
    assert moved.weight == pytest.approx(plain.weight, abs=1e-9)
    assert [moved.mean, moved.low, moved.high] == pytest.approx(
        [shift + scale * each for each in (plain.mean, plain.low, plain.high)], abs=1e-9
    )


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_good_and_bad_are_symmetric(seed):
    """Counting bad answers in the place of good ones gives the complement, with the same width."""
    known, unknown = made(seed, 30, 90)
    good = rectified_mean(known, unknown, doubt=1.0)
    bad = rectified_mean(
        [Known(c, 1 - truth, 1 - seen) for c, truth, seen in known],
        [Unknown(c, 1 - seen) for c, seen in unknown],
        doubt=1.0,
    )
    assert (1 - bad.mean, 1 - bad.high, 1 - bad.low) == pytest.approx((good.mean, good.low, good.high), abs=1e-9)


def test_a_good_judge_saves_labels():
    """With a judge that is right in 95 % the interval is less than two thirds of that of the labels alone."""
    known, unknown = made(8, 100, 3000, wrong=0.05)
    tuned, labels_only = rectified_mean(known, unknown), rectified_mean(known, unknown, weight=0.0)
    assert tuned.se < labels_only.se * 2 / 3
    assert tuned.weight > 0.8


def test_the_parts_of_the_variance():
    """Without a cluster on both sides they are all of it; more labels lessen one, more answers the other."""
    known, unknown = made(8, 60, 300)
    found = rectified_mean(known, unknown)
    assert found.by_labels + found.by_answers == pytest.approx(found.se**2)
    more_labels = rectified_mean(made(8, 240, 300)[0], unknown, weight=found.weight)
    more_answers = rectified_mean(known, made(8, 60, 3000)[1], weight=found.weight)
    assert more_labels.by_labels < found.by_labels / 2
    assert more_answers.by_answers < found.by_answers / 5
