"""Rows of features as columns, and conditions as sets of rows."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_rows import columns, plain_feature, random_row

from seatrial.metrics.patterns.rows import MOST_VALUES, Columns, Row, places_of


def conditions(made: Columns, support: int = 1) -> dict[str, set[int]]:
    """Each condition's words with its rows."""
    table = made.table(support)
    return {condition.words: set(places_of(rows)) for condition, rows in table.conditions}


@given(st.sets(st.integers(0, 300)))
def test_a_set_of_rows_gives_its_rows(rows: set[int]) -> None:
    """Bit i of the number is row i."""
    assert list(places_of(sum(1 << row for row in rows))) == sorted(rows)


def test_a_flag_is_two_conditions() -> None:
    """Rows that have a flag, and rows that lack it; where it is not known, neither."""
    made = columns([(Row({"f": True}), True), (Row({"f": False}), False), (Row(), False), (Row({"f": True}), False)])
    assert conditions(made) == {"have f": {0, 3}, "lack f": {1}}


def test_a_label_is_a_condition_for_each_value() -> None:
    """Each value has its rows; a row without one is in none."""
    rows = [Row(labels={"l": "x"}), Row(labels={"l": "y"}), Row(), Row(labels={"l": "x"})]
    assert conditions(columns((row, False) for row in rows)) == {"l x": {0, 3}, "l y": {1}}


def test_numbers_are_cut_by_their_ranks() -> None:
    """A number gives the rows above and those at or below each cut, whatever the outcome is."""
    found = conditions(columns((Row(numbers={"n": value}), value > 3) for value in range(100)))
    assert found["n more than 50"] == set(range(51, 100))
    assert found["n at most 10"] == set(range(11))
    assert found["n more than 90"] == set(range(91, 100))


def test_unknown_numbers_are_in_no_condition() -> None:
    """A row without the number is neither above nor below."""
    made = columns((Row(numbers={"n": number} if number % 2 else {}), False) for number in range(20))
    assert all(row % 2 for rows in conditions(made).values() for row in rows)


def test_equal_numbers_are_no_condition() -> None:
    """Where all rows are alike there is nothing to tell them apart by."""
    assert conditions(columns((Row(numbers={"n": 4.0}, labels={"l": "x"}), False) for _ in range(9))) == {}


def test_words_are_conditions() -> None:
    """A word's rows are those that hold it."""
    texts = ["ferry noon", "ferry", "pier", ""]
    made = columns((Row(words={"w": text.split()}), False) for text in texts)
    assert conditions(made) == {"w ferry": {0, 1}, "w noon": {0}, "w pier": {2}}


@pytest.mark.parametrize(("support", "kept"), [(1, {"x", "y", "z"}), (2, {"x", "y"}), (3, {"x"}), (5, set())])
def test_conditions_need_support(support: int, kept: set[str]) -> None:
    """A condition holds for at least so many rows, and as many are left."""
    made = columns((Row(labels={"l": value}), False) for value in "xxxxyyzw"[:7])
    assert {words.split()[1] for words in conditions(made, support)} == kept


def test_the_same_rows_are_one_condition() -> None:
    """Two features of one side that hold for the same rows are one condition, labels of the case first."""
    rows = [Row({"f": even, "f_answer": even}, {"l": "x" if even else "y"}) for even in (True, False, True, False)]
    made = columns((row, False) for row in rows)
    assert set(conditions(made)) == {"l x", "l y", "have f_answer", "lack f_answer"}
    table = made.table(1)
    twins = {table.conditions[number][0].words: [each.words for each in found] for number, found in table.twins.items()}
    assert twins == {"l x": ["have f"], "l y": ["lack f"]}


def test_columns_that_come_late_are_filled_up() -> None:
    """A feature that only later rows have is unknown of the first ones."""
    made = columns((Row(labels={"l": "x"} if number > 5 else {}), False) for number in range(10))
    assert conditions(made) == {"l x": {6, 7, 8, 9}}


def test_rows_of_a_case_are_one_cluster() -> None:
    """A case is told by its suite and its name, and numbered in the order of its first row."""
    made = Columns(plain_feature)
    for suite, case in (("a", "1"), ("b", "1"), ("a", "1"), ("a", "2")):
        made.add(Row(), failed=case == "2", suite=suite, case=case)
    table = made.table(1)
    assert list(table.clusters) == [0, 1, 0, 2]
    assert [(name.suite, name.case) for name in table.names] == [("a", "1"), ("b", "1"), ("a", "2")]
    assert list(places_of(table.failed)) == [3]
    assert (len(made), made.failures, table.all) == (4, 1, 0b1111)


def test_no_rows_make_an_empty_table() -> None:
    """Nothing given is nothing found, and no error."""
    table = Columns(plain_feature).table(1)
    assert (table.n, table.failed, table.all, table.conditions) == (0, 0, 0, ())


def test_values_are_bounded() -> None:
    """Of a label with a value for each row only the first values are told apart."""
    made = columns((Row(labels={"l": f"v{number}"}), False) for number in range(MOST_VALUES + 50))
    assert len(made.table(1).conditions) == MOST_VALUES


def test_braces_in_a_users_text_are_kept() -> None:
    """A value with braces is shown as it is."""
    made = columns((Row(labels={"l": "{0}{x}"} if number % 2 else {}), False) for number in range(4))
    assert list(conditions(made)) == ["l {0}{x}"]


@settings(max_examples=20)
@given(st.integers(1, 60), st.integers(0, 1_000))
def test_a_condition_never_leaves_the_table(n: int, seed: int) -> None:
    """All rows of all conditions are rows of the table, and both sides of a cut make all rows."""
    rng = random.Random(seed)
    table = columns((random_row(rng), rng.random() < 0.5) for _ in range(n)).table(1)
    assert all(rows & ~table.all == 0 for _, rows in table.conditions)
    flags = {c.words: rows for c, rows in table.conditions if c.name == "f0"}
    assert len(flags) != 2 or flags["have f0"] ^ flags["lack f0"] == table.all
