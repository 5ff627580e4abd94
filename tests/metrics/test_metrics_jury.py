"""Agreement of juries, from the votes that Scores carry."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.core.batch import Batch
from seatrial.core.interaction import Answer, Interaction, Timing
from seatrial.core.request import Message, Request
from seatrial.core.score import Score
from seatrial.metrics.table import find_metric, known_metrics
from seatrial.stats.agreement import krippendorff_alpha

ASKED = Request((Message("user", "When?"),))


def judged(*votes, name="rubric"):
    """A Batch of answers with these (votes for, votes)."""
    rows = []
    for number, (those_for, cast) in enumerate(votes):
        one = Interaction(target="t", request=ASKED, timing=Timing(1, 1, 2), answer=Answer("a"), case=str(number))
        parts = {"votes": float(cast), "votes_for": float(those_for)} if cast is not None else {}
        rows.append(((one,), (Score(name, 2 * (those_for or 0) > (cast or 1), 0.5, parts=parts),)))
    return Batch.of(rows)


def agreement(*votes, metric="checks.rubric.agreement"):
    """The Reading of such a Batch."""
    return find_metric(metric).measure(judged(*votes))


def test_judges_that_always_agree():
    """Entire agreement about things that differ is 1."""
    assert agreement((3, 3), (0, 3), (3, 3), (0, 3)).value == pytest.approx(1)


def test_judges_that_never_agree():
    """Votes that are split on every answer are below chance."""
    reading = agreement(*[(1, 2)] * 6)
    assert reading.value < 0
    assert reading.n == 6


def test_judges_that_vote_by_chance():
    """Coins agree no more than chance does, and the interval holds 0."""
    chance = random.Random(1)
    reading = agreement(*[(sum(chance.random() < 0.5 for _ in range(3)), 3) for _ in range(200)])
    assert reading.low < 0 < reading.high
    assert abs(reading.value) < 0.15


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(2, 5)).map(lambda v: (min(v), v[1])), min_size=1, max_size=30))
@settings(max_examples=40)
def test_it_is_krippendorffs_alpha_of_the_votes(votes):
    """The sums that a Score carries give what the votes themselves give."""
    units = [[1.0] * those_for + [0.0] * (cast - those_for) for those_for, cast in votes]
    expected = krippendorff_alpha(units)
    reading = agreement(*votes)
    assert reading.value == (expected if expected is None else pytest.approx(expected))
    assert reading.low is None or reading.low <= reading.high


@pytest.mark.parametrize(
    ("votes", "said"),
    [
        ([(None, None)] * 3, "no jury judged by the check rubric"),
        ([(1, 1), (0, 1)], "no jury judged by the check rubric"),
        ([(3, 3)] * 4, "all votes of the check rubric are the same"),
    ],
)
def test_where_there_is_no_agreement_to_speak_of(votes, said):
    """Without a jury, or with one and the same vote only, there is no value, and the reason says so."""
    reading = agreement(*votes)
    assert reading.value is None
    assert said in reading.note


def test_answers_that_the_jury_could_not_judge_are_left_out():
    """A row without votes counts neither way."""
    reading = agreement((3, 3), (None, None), (0, 3))
    assert (reading.n, reading.asked) == (2, 3)


def test_an_unknown_check_is_named():
    """The nearest known name is offered."""
    assert "rubric" in agreement((3, 3), metric="checks.rubrik.agreement").note


def test_it_stands_in_the_list_of_metrics():
    """Whoever looks for it finds it."""
    assert "checks.NAME.agreement" in [info.name for info in known_metrics()]
