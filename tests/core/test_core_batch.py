import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.batch import Batch
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Money, Timing, Usage
from seatrial.core.request import Message, Request
from seatrial.core.score import Score

SECOND = 1_000_000_000


def asked(text="Yes.", **changes):
    """One turn that was answered after a second of waiting and two of work."""
    given_ = {
        "target": "bot",
        "request": Request((Message("user", "?"),)),
        "timing": Timing(0, SECOND, 3 * SECOND, first_token=2 * SECOND),
        "answer": Answer(text),
        "suite": "behaviour",
        "case": "a",
        "usage": Usage(100, 20, cached=10),
        "cost": Money(1_000_000),
        "tags": {"language": "en"},
    }
    return Interaction(**(given_ | changes))


PASSED = (Score("contains", True, 1.0),)


def row(*dialogue, scores=PASSED):
    batch = Batch.of([(dialogue, scores)])
    return {name: column[0] for name, column in batch.columns.items() if not math.isnan(column[0])}, batch


def test_an_answer_becomes_one_row_of_numbers():
    """Seconds, tokens, money, and what the checks said."""
    cells, batch = row(asked())
    assert 0 <= cells.pop("answer") < 2**48
    assert cells == {
        "words": 1.0,
        "questions": 0.0,
        "failed": 0.0,
        "requests": 1.0,
        "attempts": 1.0,
        "turns": 1.0,
        "cached": 0.0,
        "passed": 1.0,
        "score": 1.0,
        "check:contains": 1.0,
        "value:contains": 1.0,
        "asked_back": 0.0,
        "latency": 2.0,
        "waited": 1.0,
        "first_token": 1.0,
        "tokens_in": 100.0,
        "tokens_out": 20.0,
        "tokens_cached": 10.0,
        "cost": 0.001,
    }
    assert (batch.cases.names, batch.currency) == (["behaviour/a"], "USD")
    assert (batch.values_of("language"), batch.values_of("suite")) == (["en"], ["behaviour"])


def test_a_failure_is_counted_and_not_judged():
    """It has no latency, no score and no pass, but a kind."""
    failed = asked(answer=None, failure=Failure(FailureKind.TIMEOUT, "late"), usage=None, cost=None)
    cells, batch = row(failed, scores=())
    assert cells == {"failed": 1.0, "attempts": 1.0, "requests": 1.0, "turns": 0.0, "cached": 0.0}
    assert batch.failures.names == ["timeout"]


def test_rounds_of_tools_are_no_turns():
    """An answer whose calls were answered at once is part of the next: two requests, one answer to the user."""
    called = asked(answer=Answer("", tool_calls=()), cost=None)
    results = Request((Message("user", "q"), Message("assistant", ""), Message("tool", "12.5")))
    cells, _ = row(called, asked(turn=1, request=results))
    assert (cells["requests"], cells["turns"]) == (2, 1)


def test_a_dialogue_is_one_row_with_the_sums_of_its_turns():
    """Tokens, cost and requests add up; latency is that of the last turn."""
    cells, _ = row(asked("Which booking?"), asked("Done?", attempts=2, turn=1))
    assert (cells["turns"], cells["attempts"], cells["tokens_in"], cells["cost"]) == (2, 3, 200, 0.002)
    assert (cells["latency"], cells["asked_back"]) == (2.0, 1.0)


def test_a_cached_answer_has_no_latency():
    """It was not measured, so it must not make a percentile look fast."""
    cells, _ = row(asked(served_by="cache"))
    assert cells["cached"] == 1
    assert not {"latency", "first_token", "waited"} & cells.keys()


def test_a_turn_without_usage_or_cost_leaves_the_sum_unknown():
    """Half a sum would be a wrong one."""
    cells, _ = row(asked(usage=None, cost=None), asked())
    assert not {"tokens_in", "cost"} & cells.keys()


def test_two_currencies_are_not_added():
    """The first is the Batch's; an amount in another is missing."""
    batch = Batch.of([((asked(),), ()), ((asked(cost=Money(1, "EUR")),), ())])
    assert batch.currency == "USD"
    assert math.isnan(batch.column("cost")[1])


def test_a_check_that_could_not_judge_is_kept_apart():
    """It is neither passed nor failed, and it did apply."""
    cells, _ = row(asked(), scores=(Score("a", True), Score.not_judged("rubric", "no answer from the judge")))
    assert "passed" not in cells
    assert cells["check:a"] == 1
    assert cells["unjudged:rubric"] == 1
    assert "check:rubric" not in cells


def test_values_beyond_0_to_1_are_not_part_of_the_score():
    """Seconds are a check's value but no score."""
    cells, _ = row(asked(), scores=(Score("latency", True, 2.0), Score("f1", True, 0.5)))
    assert cells["score"] == 0.5
    assert cells["value:latency"] == 2.0


def test_an_interaction_without_a_case_is_its_own_case():
    """Live traffic has no repeats."""
    one, other = asked(case=None, suite=None), asked(case=None, suite=None)
    batch = Batch.of([((one,), ()), ((other,), ())])
    assert batch.cases.names == [one.id, other.id]


def test_a_late_column_is_missing_in_earlier_rows():
    """Columns and tags appear when a row first has them, in the order they come."""
    batch = Batch()
    batch.add_row("a", {"x": 1.0}, {})
    batch.add_row("b", {"z": 2.0, "y": 3.0}, {"style": "caps", "language": "en"})
    assert math.isnan(batch.column("z")[0])
    assert math.isnan(batch.column("x")[1])
    assert list(batch.columns) == ["x", "z", "y"]
    assert list(batch.tags) == ["style", "language"]
    assert list(batch.tags["style"].rows) == [-1, 0]


def test_an_unknown_column_is_all_missing():
    """Asking for it is no error."""
    batch = Batch()
    batch.add_row("a", {}, {})
    assert [math.isnan(value) for value in batch.column("nothing")] == [True]
    assert list(Batch().column("nothing")) == []


def test_present_leaves_out_what_is_missing():
    """Values come with the number of their case."""
    batch = Batch()
    for case, cells in [("a", {"x": 1.0}), ("b", {}), ("a", {"x": 3.0})]:
        batch.add_row(case, cells, {})
    values, clusters = batch.present("x")
    assert (list(values), list(clusters)) == ([1.0, 3.0], [0, 0])


def test_the_same_case_of_two_suites_is_two_cases():
    """Suites do not share clusters."""
    batch = Batch()
    for suite in ("one", "two"):
        batch.add_row("a", {}, {"suite": suite})
    assert batch.cases.names == ["one/a", "two/a"]


TAGGED = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["en", "es", None]), st.sampled_from(["x", None])))


def made(rows):
    batch = Batch()
    for number, (case, language, failure) in enumerate(rows):
        tags = {} if language is None else {"language": language}
        kind = FailureKind.TIMEOUT if failure else None
        batch.add_row(case, {"number": float(number)}, tags, kind)
    return batch


@given(TAGGED)
def test_slices_of_a_tag_hold_every_tagged_row_once(rows):
    """They are what a slice by each value gives, in the order of first appearance."""
    batch = made(rows)
    slices = list(batch.slices("language"))
    assert [value for value, _ in slices] == batch.values_of("language")
    assert sum(len(part) for _, part in slices) == sum(language is not None for _, language, _ in rows)
    for value, part in slices:
        assert list(part.column("number")) == list(batch.slice(language=value).column("number"))


@given(TAGGED)
def test_a_slice_is_a_batch_of_its_own(rows):
    """Its names are only those that its rows use, and its rows say what they said."""
    batch = made(rows)
    part = batch.slice(language="en")
    kept = [(case, failure) for case, language, failure in rows if language == "en"]
    assert [part.cases.names[i] for i in part.cases.rows] == [case for case, _ in kept]
    assert [i >= 0 for i in part.failures.rows] == [failure is not None for _, failure in kept]
    assert set(part.cases.names) == {case for case, _ in kept}
    assert len(batch) == len(rows)


def test_values_with_a_unit_are_no_score():
    """Half a second is no half a point, and of two checks with one name the failed one counts."""
    scores = (Score("latency", True, 0.5, unit="s"), Score("regex", False, 0.0), Score("regex", True, 1.0))
    batch = Batch.of([((asked(),), scores)])
    assert list(batch.column("score")) == [0.5]
    assert list(batch.column("check:regex")) == [0.0]


def test_a_slice_by_several_tags_takes_rows_with_all_of_them():
    """A tag or value that nobody carries takes none."""
    batch = Batch()
    for language, style in [("en", "caps"), ("en", "plain"), ("es", "caps")]:
        batch.add_row(f"{language}{style}", {}, {"language": language, "style": style})
    assert batch.slice(language="en", style="caps").cases.names == ["encaps"]
    assert [len(batch.slice(**tags)) for tags in ({"language": "fy"}, {"tone": "x"}, {})] == [0, 0, 3]


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_a_few_megabytes():
    """Flags and labels take four bytes, other numbers eight: no objects are kept by row."""
    batch = Batch()
    for number in range(100_000):
        batch.add_row(str(number % 1000), {"failed": 0.0, "passed": 1.0, "latency": 0.1}, {"language": "en"})
    size = sum(column.itemsize * len(column) for column in batch.columns.values())
    size += sum(each.rows.itemsize * len(each.rows) for each in (batch.cases, batch.failures, *batch.tags.values()))
    assert size == 100_000 * (8 + 2 * 4 + 3 * 4)
    assert len(batch.cases.names) == 1000


def test_children_find_their_originals():
    """A part with cases that a Probe made comes back with the rows of their originals, and no others."""
    batch = Batch()
    for case, suite, original in (("a", "s", None), ("b", "s", None), ("a~x", "p", "s/a")):
        labels = {} if original is None else {"original": original}
        batch.add_row(case, {"failed": 0.0}, {"suite": suite}, labels=labels)
    whole = batch.with_originals(batch.slice(suite="p"))
    assert whole.cases.names == ["s/a", "p/a~x"]
    assert batch.with_originals(batch.slice(suite="s")).cases.names == ["s/a", "s/b"]


@pytest.mark.parametrize("value", [0.1, 2.0**48 - 1, 1e300, -1e-300, 16_777_217.0, math.inf])
def test_columns_hold_numbers_exactly(value):
    """Flags and counts take four bytes a row; a number that needs eight makes its column wider and loses nothing."""
    batch = Batch()
    for cell in (1.0, 0.5, value, 3.0):
        batch.add_row("c", {"x": cell}, {})
    assert list(batch.column("x")) == [1.0, 0.5, value, 3.0]
    assert list(batch.slice().column("x")) == [1.0, 0.5, value, 3.0]


def test_flags_are_small():
    """A column of ones and zeros takes four bytes a row, whatever is missing between."""
    batch = Batch()
    for i in range(100):
        batch.add_row("c", {"x": float(i % 2)} if i % 3 else {}, {})
    assert batch.column("x").itemsize == 4
