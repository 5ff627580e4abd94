"""Bradley-Terry strengths against closed forms and a logistic regression."""

import math
from itertools import pairwise

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from seatrial.stats.bradley_terry import strengths


def test_two_players_have_the_log_odds():
    """The maximum of the likelihood in closed form: half of log(won / lost) on each side of 0."""
    found = strengths(["a", "b"], {("a", "b"): 9, ("b", "a"): 3})
    assert found["a"] - found["b"] == pytest.approx(math.log(3))
    assert sum(found.values()) == pytest.approx(0)


def test_many_players_are_a_logistic_regression():
    """Against statsmodels' binomial GLM without intercept."""
    players = ["a", "b", "c", "d"]
    wins = {("a", "b"): 7, ("b", "a"): 3, ("a", "c"): 6, ("c", "a"): 4, ("b", "c"): 5, ("c", "b"): 2}
    wins |= {("a", "d"): 9, ("d", "a"): 2, ("c", "d"): 3, ("d", "c"): 3, ("d", "b"): 1, ("b", "d"): 4}
    rows, outcomes = [], []
    for (winner, loser), count in wins.items():
        if winner < loser:
            rows.append([float(each == winner) - float(each == loser) for each in players[1:]])
            outcomes.append((count, wins[loser, winner]))
    fitted = sm.GLM(np.array(outcomes), np.array(rows), family=sm.families.Binomial()).fit().params
    found = strengths(players, wins)
    assert [found[each] - found["a"] for each in players[1:]] == pytest.approx(list(fitted), abs=1e-6)


def test_a_player_who_never_loses_needs_a_prior():
    """Without one there is no maximum; with one there is, and the winner leads."""
    wins = {("a", "b"): 5, ("a", "c"): 5, ("b", "c"): 2, ("c", "b"): 2}
    with pytest.raises(ValueError, match="add a prior"):
        strengths(["a", "b", "c"], wins)
    found = strengths(["a", "b", "c"], wins, prior=1)
    assert found["a"] > found["b"] == pytest.approx(found["c"])


def test_nobody_and_strangers():
    """One player has strength 0, and a pair of nobody is refused."""
    assert strengths(["a"], {}) == {"a": 0.0}
    assert strengths([], {}) == {}
    with pytest.raises(ValueError, match="x is no player"):
        strengths(["a", "b"], {("a", "x"): 1})


@given(st.lists(st.integers(0, 9), min_size=6, max_size=6))
def test_swapping_all_results_mirrors_the_strengths(counts):
    """Whoever won now loses: the strengths change their signs."""
    players = ["a", "b", "c"]
    pairs = [(x, y) for x in players for y in players if x != y]
    wins = dict(zip(pairs, map(float, counts), strict=True))
    mirrored = {(y, x): count for (x, y), count in wins.items()}
    found, other = strengths(players, wins, prior=1), strengths(players, mirrored, prior=1)
    assert [found[each] for each in players] == pytest.approx([-other[each] for each in players], abs=1e-6)


def test_ties_alone_leave_all_as_strong():
    """Halves on both sides, whoever met whom how often."""
    wins = {("a", "b"): 0.5, ("b", "a"): 0.5, ("b", "c"): 3.5, ("c", "b"): 3.5}
    assert strengths(["a", "b", "c"], wins) == pytest.approx({"a": 0, "b": 0, "c": 0}, abs=1e-8)


def test_a_larger_prior_draws_strengths_together():
    """Pseudo-ties pull towards 0; the order stays."""
    wins = {("a", "b"): 8, ("b", "a"): 2}
    found = [strengths(["a", "b"], wins, prior)["a"] for prior in (0, 1, 10, 1000)]
    assert found == sorted(found, reverse=True)
    assert found[-1] == pytest.approx(0, abs=0.01)


def test_twenty_players_in_a_row_are_found():
    """Each beats the next one three times of four: the strengths go down in equal steps of log 3."""
    players = [f"p{i:02}" for i in range(20)]
    wins = {}
    for one, other in pairwise(players):
        wins |= {(one, other): 3.0, (other, one): 1.0}
    found = strengths(players, wins)
    steps = [found[one] - found[other] for one, other in pairwise(players)]
    assert steps == pytest.approx([math.log(3)] * 19, rel=0.01)
