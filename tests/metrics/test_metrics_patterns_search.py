"""The search on one half and the test on the other: what is proposed, what is believed, what is shown."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_rows import columns, planted, random_row
from msgspec.structs import replace

from seatrial.metrics.patterns.candidates import Search, alike, single_p
from seatrial.metrics.patterns.choosing import chosen
from seatrial.metrics.patterns.effects import Outcomes, compared
from seatrial.metrics.patterns.records import DEFAULT
from seatrial.metrics.patterns.rows import Row, Table, places_of
from seatrial.metrics.patterns.testing import Found, half_of, replicated, single_conditions


def together(row: Row) -> float:
    """Two flags that fail together."""
    return 0.7 if row.flags["f1"] and row.flags["f2"] else 0.1


def searched(table: Table, **how: object) -> list[set[str]]:
    """What a search on all rows proposes, as names of features."""
    search = Search(table.conditions, Outcomes(table), table.all, replace(DEFAULT, **how))
    return [{table.conditions[part][0].name for part in parts} for parts in search.proposed()]


def test_the_planted_pair_is_proposed_first() -> None:
    """The pair that fails together is the most promising one."""
    assert searched(planted(3_000, together).table(10))[0] == {"f1", "f2"}


def test_parts_of_one_feature_are_never_joined() -> None:
    """Two cuts of one number, or two values of one label, make no pattern."""
    table = planted(2_000, lambda row: 0.8 if abs(row.numbers["n0"]) < 0.4 else 0.1).table(10)
    assert all(len(parts) > 1 for parts in searched(table))


@pytest.mark.parametrize("candidates", [1, 3])
def test_so_many_are_proposed_at_most(candidates: int) -> None:
    """Of each length no more are proposed than asked for."""
    table = planted(2_000, together).table(10)
    assert len(searched(table, candidates=candidates)) <= 2 * candidates


def test_no_table_proposes_nothing() -> None:
    """Without conditions there is nothing to join."""
    assert searched(columns([(Row(), True)] * 3).table(1)) == []


@given(st.integers(0, 2**20), st.integers(0, 2**20))
def test_alikeness_is_the_share_of_common_rows(a: int, b: int) -> None:
    """Sets are alike by what they have in common over what they have together."""
    one, two = set(places_of(a)), set(places_of(b))
    assert alike(a, b) == (len(one & two) / len(one | two) if one & two else 0)
    assert alike(a, b) == alike(b, a)


@settings(max_examples=15)
@given(st.integers(0, 500), st.integers(0, 500))
def test_a_half_is_whole_cases(seed: int, made: int) -> None:
    """Both halves have as many cases, give or take one, and no case is in both."""
    rng = random.Random(made)
    rows = [(random_row(rng), True) for _ in range(rng.randint(2, 60))]
    table = columns(rows, lambda number: number // 3).table(1)
    chosen_rows = half_of(table, seed)
    inside = {table.clusters[row] for row in places_of(chosen_rows)}
    outside = {table.clusters[row] for row in places_of(table.all & ~chosen_rows)}
    assert not inside & outside
    assert len(inside) == len(table.names) // 2


def test_halves_depend_on_the_seed_alone() -> None:
    """The same seed splits the same way, another one otherwise."""
    table = planted(200, together).table(5)
    assert half_of(table, 1) == half_of(table, 1) != half_of(table, 2)


def test_quick_p_values_leave_nothing_out() -> None:
    """With repeats, the quick p-value is not above that of the effective rows where it decides."""
    table = planted(600, together, repeats=3).table(10)
    outcomes = Outcomes(table)
    for _, rows in table.conditions:
        right = compared(outcomes.side(rows), outcomes.side(table.all & ~rows)).p
        assert single_p(outcomes, rows) <= max(right, 0.05) * 1.3


def test_single_conditions_are_only_those_that_fail_more() -> None:
    """The lack of what fails is not a pattern of what fails."""
    table = planted(2_000, lambda row: 0.6 if row.flags["f1"] else 0.1).table(10)
    found = single_conditions(table, Outcomes(table), DEFAULT)
    assert [table.conditions[each.parts[0]][0].words for each in found] == ["have f1"]
    assert all(0 <= each.p <= DEFAULT.alpha for each in found)


def test_a_part_that_adds_nothing_is_not_believed() -> None:
    """With one flag as the cause, no pair with it holds on the other half in any of ten runs."""
    for seed in range(10):
        table = planted(1_500, lambda row: 0.6 if row.flags["f1"] else 0.1, seed).table(10)
        assert replicated(table, Outcomes(table), replace(DEFAULT, seed=seed))[0] == []


def test_what_holds_on_one_half_only_is_not_believed() -> None:
    """A pair that fails in the half that is searched, and nowhere else, is not a pattern."""
    rng = random.Random(3)
    rows = [random_row(rng) for _ in range(1_000)]
    half = set(places_of(half_of(columns((row, True) for row in rows).table(1), DEFAULT.seed)))
    failed = [(n in half and row.flags["f1"] and row.flags["f2"]) or rng.random() < 0.1 for n, row in enumerate(rows)]
    table = columns(zip(rows, failed, strict=True)).table(10)
    assert {"f1", "f2"} in searched(table)
    assert replicated(table, Outcomes(table), DEFAULT)[0] == []


def test_tried_patterns_are_counted() -> None:
    """How many pairs and triples were looked at is known, so that it can be said."""
    table = planted(1_000, together).table(10)
    outcomes = Outcomes(table)
    pairs = replicated(table, outcomes, replace(DEFAULT, longest=2))[1]
    assert 0 < pairs < len(table.conditions) ** 2 / 2
    assert replicated(table, outcomes, DEFAULT)[1] > pairs
    assert replicated(table, outcomes, replace(DEFAULT, longest=1)) == ([], 0)


def test_a_plain_pattern_stands_for_one_in_other_words() -> None:
    """Of nearly the same rows, fewer parts and tags go before words, unless these separate much better."""
    rows = []
    for number in range(400):
        here = number % 4 == 0
        rows.append((Row({}, {"tag:l": "es" if here else "en"}, {}, {"q.word": ["el"] if here else []}), here))
    table = columns(rows).table(5)
    outcomes = Outcomes(table)
    found = [
        Found((part,), rows, compared(outcomes.side(rows), outcomes.side(table.all & ~rows)), 1e-9)
        for part, (condition, rows) in enumerate(table.conditions)
        if condition.value in ("es", "el")
    ]
    (shown,) = chosen(list(reversed(found)), table, outcomes, DEFAULT)
    assert table.conditions[shown.found.parts[0]][0].name == "tag:l"
