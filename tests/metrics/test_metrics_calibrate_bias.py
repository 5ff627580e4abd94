"""What padding and order do to a judge, from its Scores."""

import pytest

from seatrial.core.score import Score
from seatrial.metrics.calibration.bias import Twice, position, verbosity


def score(passed, value=None, **parts):
    """A judge's Score."""
    return Score("rubric", passed, value, parts=parts)


def pairs(plain, padded):
    """Answers to a case each, judged plain and padded."""
    values = zip(plain, padded, strict=True)
    return [Twice(f"c{i}", score(a, float(a)), score(b, float(b))) for i, (a, b) in enumerate(values)]


def test_a_judge_that_prefers_length():
    """Twenty of a hundred answers that pass only when padded are a preference for longer ones."""
    found = verbosity(pairs([False] * 20 + [True] * 80, [True] * 100), words=31)
    assert (found.plain_rate, found.padded_rate, found.gained, found.lost) == (0.8, 1.0, 20, 0)
    assert found.passes.value == pytest.approx(0.2)
    assert found.passes.low > 0
    assert (found.prefers, found.words) == ("longer", 31)
    assert found.p < 0.001


def test_a_judge_that_prefers_brevity():
    """Answers that fail once they are padded are a preference for shorter ones."""
    assert verbosity(pairs([True] * 60, [True] * 40 + [False] * 20)).prefers == "shorter"


def test_a_judge_that_does_not_mind():
    """No change leaves an interval around nothing, not a certainty."""
    found = verbosity(pairs([True, False] * 30, [True, False] * 30))
    assert (found.passes.value, found.prefers, found.p) == (0.0, "", 1.0)
    assert found.passes.low < 0 < found.passes.high


def test_scores_show_what_verdicts_hide():
    """A little more score on every answer is a preference even when no verdict changes."""
    rows = [Twice(f"c{i}", score(True, 0.7 + i / 1000), score(True, 0.8)) for i in range(40)]
    found = verbosity(rows)
    assert (found.passes.value, found.prefers) == (0.0, "longer")
    assert 0.05 < found.values.low < found.values.value < 0.1


def test_what_is_not_judged_is_no_change():
    """An answer that cannot be judged in one form is counted apart."""
    rows = [*pairs([True] * 5, [True] * 5), Twice("x", score(True), score(None)), Twice("y", score(None), score(True))]
    found = verbosity(rows)
    assert (found.answers, found.unjudged) == (5, 2)
    assert verbosity(rows[5:]).passes is None


def test_repeats_of_a_case_are_one():
    """Ten repeats of each case leave the interval as wide as one."""
    once = pairs([True, False, False, True] * 5, [True, True, False, False] * 5)
    assert verbosity(once * 10).passes.low == pytest.approx(verbosity(once).passes.low)


def test_a_judge_that_prefers_the_first():
    """Picked first in both orders again and again: the order decides, and that is shown."""
    found = position((f"c{i}", score(True, first_picked=2.0, asked=2.0)) for i in range(20))
    assert (found.pairs, found.split, found.first.value, found.prefers) == (20, 20, 1.0, "first")


def test_a_judge_that_looks_at_the_answers():
    """The same answer picked in both orders is the first once: half, and no preference."""
    found = position((f"c{i}", score(True, first_picked=1.0, asked=2.0)) for i in range(20))
    assert (found.first.value, found.split, found.prefers) == (0.5, 0, "")


def test_a_judge_that_prefers_the_second():
    """The same the other way round."""
    assert position((f"c{i}", score(True, first_picked=0.0, asked=2.0)) for i in range(20)).prefers == "second"


def test_nothing_was_compared():
    """Other checks have no order, and a judge that always finds a tie has no preference."""
    assert position([("a", score(True)), ("b", score(None, first_picked=1.0, asked=1.0))]) is None
    assert position([("a", score(True, first_picked=0.0, asked=0.0))]).first.value is None
