"""The rate corrected for a judge's errors: the estimate, its interval, and what it cannot say."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.stats.rogan_gladen import Tally, corrected_rate, double_sampled_rate, rogan_gladen

shares = st.floats(0.0, 1.0)


@pytest.mark.parametrize(
    ("rate", "sens", "spec", "true"),
    [(0.3, 1.0, 1.0, 0.3), (23 / 150, 0.96, 0.89, 0.05098), (8 / 210, 0.6, 0.9, 0.0), (0.95, 0.9, 0.9, 1.0)],
)
def test_known_values(rate, sens, spec, true):
    """A perfect judge needs no correction; 23 of 150 at .96 and .89 are 5.1 % (the example of epiR's `epi.prev`)."""
    assert rogan_gladen(rate, sens, spec) == pytest.approx(true, abs=1e-5)


@given(shares, st.floats(0.55, 1.0), st.floats(0.55, 1.0))
def test_it_undoes_what_a_judge_does(true, sens, spec):
    """The rate that a judge with these errors gives leads back to the true one."""
    seen = true * sens + (1 - true) * (1 - spec)
    assert rogan_gladen(seen, sens, spec) == pytest.approx(true, abs=1e-9)


@pytest.mark.parametrize(("sens", "spec"), [(0.5, 0.5), (0.2, 0.8), (0.1, 0.3)])
def test_no_better_than_chance(sens, spec):
    """Verdicts that say nothing cannot be corrected."""
    assert rogan_gladen(0.4, sens, spec) is None
    assert corrected_rate(Tally(40, 100), Tally(100 * sens, 100), Tally(100 * spec, 100)) is None


def test_the_interval_is_the_papers():
    """Written out once more in the paper's own steps, for 60 of 200, 45 of 50 and 70 of 80."""
    found = corrected_rate(Tally(60, 200), Tally(45, 50), Tally(70, 80))
    z = 1.959963984540054
    p, se, sp = (60 + z * z / 2) / (200 + z * z), 46 / 52, 71 / 82
    prevalence = (p + sp - 1) / (se + sp - 1)
    a, b, c = p * (1 - p) / (200 + z * z), se * (1 - se) / 52, sp * (1 - sp) / 82
    shift = 2 * z * z * (prevalence * b - (1 - prevalence) * c)
    half = z * math.sqrt(a + prevalence**2 * b + (1 - prevalence) ** 2 * c) / (se + sp - 1)
    assert found.low == pytest.approx(prevalence + shift - half, rel=1e-12)
    assert found.high == pytest.approx(prevalence + shift + half, rel=1e-12)
    assert found.rate == pytest.approx((0.3 + 0.875 - 1) / (0.9 + 0.875 - 1))


@given(st.integers(1, 500), st.integers(1, 60), st.integers(1, 60), st.data())
def test_the_interval_holds_its_estimate(n, good, bad, data):
    """Whatever was counted, the estimate lies in its interval and both within 0 to 1; or there is none."""
    passed, hits, misses = (data.draw(st.integers(0, most)) for most in (n, good, bad))
    found = corrected_rate(Tally(passed, n), Tally(hits, good), Tally(misses, bad))
    if found is None:
        assert hits / good + misses / bad <= 1 + 1e-12 or (hits + 1) / (good + 2) + (misses + 1) / (bad + 2) <= 1
    else:
        assert 0 <= found.low <= found.rate <= found.high <= 1


@given(st.integers(20, 200))
def test_more_labels_narrow_it(n):
    """Four times the labels of the same kind leave less than two thirds of what the labels add."""
    few = corrected_rate(Tally(300, 1000), Tally(0.9 * n, n), Tally(0.8 * n, n))
    many = corrected_rate(Tally(300, 1000), Tally(3.6 * n, 4 * n), Tally(3.2 * n, 4 * n))
    assert many.by_labels < few.by_labels / 3
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize("empty", range(3))
def test_nothing_counted(empty):
    """No answers, no good ones or no bad ones with labels: no correction."""
    tallies = [Tally(0, 0) if i == empty else Tally(8, 10) for i in range(3)]
    assert corrected_rate(*tallies) is None
    assert Tally(0, 0).rate == 0.0


def test_impossible_counts():
    """More hits than items, and a confidence that is none, are refused."""
    with pytest.raises(ValueError, match="not possible"):
        corrected_rate(Tally(3, 2), Tally(1, 1), Tally(1, 1))
    with pytest.raises(ValueError, match="confidence"):
        corrected_rate(Tally(1, 2), Tally(1, 1), Tally(1, 1), confidence=1.0)


@pytest.mark.parametrize(("true", "sens", "spec"), [(0.22, 0.85, 0.92), (0.56, 0.92, 0.85), (0.95, 0.97, 0.7)])
def test_it_covers_the_truth(true, sens, spec):
    """Over drawn judgements of 500 answers and 100 labels the 95 % interval holds the truth in at least 93 %."""
    draw = np.random.default_rng(7)
    covered = 0
    for _ in range(1000):
        good = draw.binomial(100, true)
        seen = draw.binomial(500, true * sens + (1 - true) * (1 - spec))
        labels = Tally(draw.binomial(good, sens), good), Tally(draw.binomial(100 - good, spec), 100 - good)
        found = corrected_rate(Tally(seen, 500), *labels)
        covered += found is not None and found.low <= true <= found.high
    assert covered >= 930


@pytest.mark.parametrize("true", [0.2, 0.6, 0.97])
def test_double_sampling_covers_the_truth(true):
    """With 40 labels of each verdict, as many as there are of the rarer one, the interval holds the truth in 93 %."""
    draw = np.random.default_rng(11)
    sens, spec = 0.85, 0.9
    covered = 0
    for _ in range(1000):
        good = draw.binomial(2000, true)
        good_passed, bad_passed = draw.binomial(good, sens), draw.binomial(2000 - good, 1 - spec)
        passed = good_passed + bad_passed
        of_passed, of_failed = min(40, passed), min(40, 2000 - passed)
        hits = draw.hypergeometric(good_passed, bad_passed, of_passed)
        missed = draw.hypergeometric(good - good_passed, 2000 - passed - good + good_passed, of_failed)
        found = double_sampled_rate(Tally(passed, 2000), Tally(hits, of_passed), Tally(missed, of_failed))
        covered += found.low <= true <= found.high
    assert covered >= 930


def test_double_sampling_weighs_by_verdict():
    """Half of the passed ones and a tenth of the failed ones are good: 80 % passed make .42, whatever was labelled."""
    found = double_sampled_rate(Tally(800, 1000), Tally(20, 40), Tally(1, 10))
    assert found.rate == pytest.approx(0.8 * 0.5 + 0.2 * 0.1)
    assert found.low < found.rate < found.high


def test_double_sampling_needs_both_verdicts():
    """Labels of one verdict only say nothing of the other."""
    with pytest.raises(ValueError, match="both verdicts"):
        double_sampled_rate(Tally(8, 10), Tally(3, 4), Tally(0, 0))


@given(st.integers(1, 50), st.integers(1, 50), st.data())
def test_double_sampling_holds_its_estimate(one, other, data):
    """Whatever was counted, the estimate lies in its interval and both within 0 to 1."""
    hits, missed, passed = (data.draw(st.integers(0, most)) for most in (one, other, 100))
    found = double_sampled_rate(Tally(passed, 100), Tally(hits, one), Tally(missed, other))
    assert 0 <= found.low <= found.rate <= found.high <= 1


@given(st.integers(1, 300), st.integers(5, 60), st.integers(5, 60), st.data())
def test_good_and_bad_are_symmetric(n, good, bad, data):
    """Counting failed answers in the place of passed ones gives the complement."""
    passed, hits, misses = (data.draw(st.integers(0, most)) for most in (n, good, bad))
    one = corrected_rate(Tally(passed, n), Tally(hits, good), Tally(misses, bad))
    other = corrected_rate(Tally(n - passed, n), Tally(misses, bad), Tally(hits, good))
    if one is None or other is None:
        assert one is other
        return
    assert (1 - other.rate, 1 - other.high, 1 - other.low) == pytest.approx((one.rate, one.low, one.high), abs=1e-9)


def test_a_confident_interval_is_wider():
    """99 % takes more room than 90 %."""
    counts = Tally(60, 200), Tally(45, 50), Tally(70, 80)
    sure, less = corrected_rate(*counts, confidence=0.99), corrected_rate(*counts, confidence=0.9)
    assert sure.low < less.low < less.high < sure.high
