"""Ranking systems: order, ties, who cannot be told apart, and what is refused."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.errors import Mistake
from seatrial.metrics.rank import rank


def system(right: int, n: int = 60) -> dict[str, float]:
    return {f"c{i:03}": float(i < right) for i in range(n)}


def test_the_best_comes_first_and_is_told_apart():
    """50, 30 and 10 of 60: the order, the duels and the leader are clear."""
    found = rank({"low": system(10), "high": system(50), "middle": system(30)}, "pass_rate")
    assert [each.system for each in found.standings] == ["high", "middle", "low"]
    assert [each.mean.value for each in found.standings] == pytest.approx([50 / 60, 0.5, 10 / 60])
    assert all(duel.is_decided for duel in found.duels)
    assert found.leaders == ("high",)


def test_equals_are_not_told_apart():
    """Two systems that win as often as they lose are both leaders."""
    a = {str(i): float(i % 2) for i in range(40)}
    b = {str(i): float(1 - i % 2) for i in range(40)}
    found = rank({"a": a, "b": b}, "pass_rate")
    [duel] = found.duels
    assert (duel.won, duel.tied, duel.lost, duel.rate) == (20, 0, 20, 0.5)
    assert set(found.leaders) == {"a", "b"}
    assert found.standings[0].strength == pytest.approx(found.standings[1].strength)


def test_best_alone_and_best_with_others():
    """A case that all answer equally well has no best."""
    values = {"a": [1, 1, 1, 0], "b": [0, 1, 1, 0], "c": [0, 0, 1, 0]}
    found = rank({name: dict(cells(row)) for name, row in values.items()}, "score.mean")
    assert {each.system: (each.best, each.shared) for each in found.standings} == {
        "a": (1, 1),
        "b": (0, 1),
        "c": (0, 0),
    }


def cells(row):
    return ((str(i), float(value)) for i, value in enumerate(row))


def test_lower_is_better_where_the_metric_says_so():
    """Seconds: the fast one leads, and its mean is shown as it is."""
    fast, slow = ({str(i): base + i / 100 for i in range(20)} for base in (1.0, 2.0))
    found = rank({"slow": slow, "fast": fast}, "latency.mean", "down")
    assert found.standings[0].system == "fast"
    assert found.standings[0].mean.value == pytest.approx(1.095)


def test_only_common_cases_count():
    """And the others are counted as left out."""
    found = rank({"a": {"x": 1.0, "y": 1.0}, "b": {"x": 0.0, "z": 1.0}}, "pass_rate")
    assert (found.cases, found.left_out) == (1, 2)
    assert found.standings[0].low is None


def test_one_case_decides_nothing():
    """The order is shown, nobody leads alone, and strengths have no interval."""
    found = rank({"a": {"x": 1.0}, "b": {"x": 0.0}, "c": {"x": 0.5}}, "pass_rate")
    assert [each.system for each in found.standings] == ["a", "c", "b"]
    assert set(found.leaders) == {"a", "b", "c"}
    assert all((each.low, each.high) == (None, None) for each in found.standings)
    assert found.standings[1].mean.low is None


def test_values_that_are_all_alike_have_no_interval():
    """Five cases of one half each do not show that the mean is one half."""
    found = rank({name: dict.fromkeys("vwxyz", 0.5) for name in "ab"}, "pass_rate")
    assert {(each.mean.value, each.mean.low, each.mean.high) for each in found.standings} == {(0.5, None, None)}
    assert set(found.leaders) == {"a", "b"}


def test_twenty_systems_on_many_cases():
    """All duels are held, and intervals of strengths that come from groups of cases hold the strength."""
    draw = random.Random(7)
    values = {f"s{k:02}": {str(i): float(draw.random() < 0.2 + 0.03 * k) for i in range(400)} for k in range(20)}
    found = rank(values, "pass_rate")
    assert (len(found.standings), len(found.duels)) == (20, 190)
    assert all(each.low < each.strength < each.high for each in found.standings)
    assert "s19" in found.leaders
    assert "s00" not in found.leaders


@pytest.mark.parametrize("n", [40, 700])
def test_strengths_vary_as_much_by_groups_as_by_cases(n):
    """Two systems of equal chances: the interval of a strength is that of a rate on a log scale."""
    draw = random.Random(n)
    values = {name: {str(i): float(draw.random() < 0.5) for i in range(n)} for name in "ab"}
    first = rank(values, "pass_rate").standings[0]
    # Half of the cases are ties; the log-strength is half the log-odds, whose slope at one half is 4.
    assert first.high - first.low == pytest.approx(2 * 1.96 * 2 * math.sqrt(0.125 / n), rel=0.35)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"a": {"x": 1.0}}, "2 to 20 systems"),
        ({"a": {"x": 1.0}, "b": {"y": 1.0}}, "no case for which all of a, b"),
        ({str(i): {"x": 1.0} for i in range(21)}, "there are 21"),
    ],
)
def test_what_cannot_be_ranked_is_a_mistake(values, why):
    """Too few, too many, nothing in common."""
    with pytest.raises(Mistake, match=why):
        rank(values, "pass_rate")


def test_many_equal_systems_rarely_look_different():
    """Of 60 rankings of four systems that answer by the same chance, at most 6 find a difference (5 % is planned)."""
    draw = random.Random(3)
    found = 0
    for _ in range(60):
        values = {name: {str(i): float(draw.random() < 0.7) for i in range(30)} for name in "abcd"}
        found += any(duel.is_decided for duel in rank(values, "pass_rate").duels)
    assert found <= 6


@given(st.lists(st.tuples(*[st.sampled_from([0.0, 0.5, 1.0])] * 3), min_size=2, max_size=15))
def test_laws_of_a_ranking(rows):
    """Duels count every case once, strengths sum to zero, intervals hold the value."""
    values = {name: {str(i): row[k] for i, row in enumerate(rows)} for k, name in enumerate("abc")}
    found = rank(values, "score.mean")
    assert all(duel.won + duel.tied + duel.lost == len(rows) for duel in found.duels)
    assert all(duel.low <= duel.rate <= duel.high for duel in found.duels)
    assert math.fsum(each.strength for each in found.standings) == pytest.approx(0, abs=1e-6)
    assert found.standings[0].system in found.leaders
