import math
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.core.batch import Batch
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Money, Timing, Usage
from seatrial.core.request import Message, Request
from seatrial.core.score import Score

FEW = settings(max_examples=50, deadline=None)
COLUMNS = ("passed", "latency", "check:a b")
TAGS = ("language", "suite", "self", "tags")


class Row(NamedTuple):
    """One record, as a list of them would hold it."""

    case: str
    cells: dict[str, float]
    tags: dict[str, str]
    failure: FailureKind | None

    @property
    def name(self):
        """The case within its suite."""
        return f"{self.tags['suite']}/{self.case}" if "suite" in self.tags else self.case


ROWS = st.lists(
    st.builds(
        Row,
        st.sampled_from(["a", "b", "c/d"]),
        st.dictionaries(st.sampled_from(COLUMNS), st.sampled_from([0.0, 1.0, 2.5, -1.0])),
        st.dictionaries(st.sampled_from(TAGS), st.sampled_from(["x", "y", ""]), max_size=3),
        st.sampled_from([None, FailureKind.TIMEOUT, FailureKind.CRASHED]),
    ),
    max_size=12,
)


def batch_of(rows, batch=None):
    batch = Batch() if batch is None else batch
    for row in rows:
        batch.add_row(*row)
    return batch


def text_at(labels, row):
    return labels.names[labels.rows[row]] if labels.rows[row] >= 0 else None


def records(batch):
    """A Batch as the records that it stands for."""
    return [
        (
            batch.cases.names[batch.cases.rows[row]],
            {name: column[row] for name, column in batch.columns.items() if not math.isnan(column[row])},
            {tag: text_at(labels, row) for tag, labels in batch.tags.items() if text_at(labels, row) is not None},
            text_at(batch.failures, row),
        )
        for row in range(len(batch))
    ]


def plain(rows):
    return [(row.name, row.cells, row.tags, row.failure) for row in rows]


@FEW
@given(ROWS)
def test_columns_are_the_records_that_were_put_in(rows):
    """Nothing is lost, nothing is made up, and the order stays."""
    batch = batch_of(rows)
    assert records(batch) == plain(rows)
    labels = (batch.cases, batch.failures, *batch.tags.values())
    assert {len(each) for each in (*batch.columns.values(), *(each.rows for each in labels))} == {len(batch)}


@FEW
@given(ROWS, ROWS)
def test_a_batch_that_grows_is_the_batch_of_all_its_records(first, then):
    """Rows that come later may bring new columns and tags; it does not matter when the Batch was looked at."""
    batch = batch_of(first)
    assert records(batch) == plain(first)
    assert records(batch_of(then, batch)) == plain([*first, *then]) == records(batch_of([*first, *then]))


WHERE = st.dictionaries(st.sampled_from([*TAGS, "nobody"]), st.sampled_from(["x", "y", "", "z"]), max_size=3)


@FEW
@given(ROWS, WHERE)
def test_a_slice_has_the_records_with_these_tags(rows, where):
    """All of the tags, whatever they are called, and the records as they were."""
    kept = [row for row in rows if where.items() <= row.tags.items()]
    assert records(batch_of(rows).slice(**where)) == plain(kept)


@FEW
@given(ROWS, WHERE, WHERE)
def test_slices_of_slices_are_slices_by_both(rows, one, other):
    """In either order, and slicing twice by the same is slicing once."""
    batch = batch_of(rows)
    inner = batch.slice(**one).slice(**other)
    assert records(batch.slice(**one).slice(**one)) == records(batch.slice(**one))
    if all(one[tag] == other[tag] for tag in one.keys() & other.keys()):
        assert records(inner) == records(batch.slice(**other).slice(**one)) == records(batch.slice(**{**one, **other}))
    else:
        assert len(inner) == 0


@FEW
@given(ROWS, st.sampled_from([*TAGS, "nobody"]))
def test_slices_and_the_untagged_are_the_whole(rows, tag):
    """Every record is in exactly one slice of a tag or carries no such tag."""
    slices = dict(batch_of(rows).slices(tag))
    assert sum(map(len, slices.values())) == sum(tag in row.tags for row in rows)
    assert set(slices) == {row.tags[tag] for row in rows if tag in row.tags}
    assert all(part.values_of(tag) == [value] for value, part in slices.items())


@FEW
@given(ROWS, ROWS)
def test_a_slice_that_grows_leaves_the_whole_alone(rows, more):
    """A proper part has columns and names of its own."""
    batch = batch_of(rows)
    part = batch.slice(language="x")
    if len(part) < len(batch):
        batch_of(more, part)
    assert records(batch) == plain(rows)


@FEW
@given(ROWS, st.sampled_from(COLUMNS))
def test_what_is_present_comes_with_its_case(rows, name):
    """Values in order, each with the number of its case, and no missing one among them."""
    batch = batch_of(rows)
    values, clusters = batch.present(name)
    found = [(batch.cases.names[cluster], value) for value, cluster in zip(values, clusters, strict=True)]
    assert found == [(row.name, row.cells[name]) for row in rows if name in row.cells]


@given(st.lists(st.sampled_from(["a", "b", None, ""])), st.data())
def test_labels_name_each_text_once(names, data):
    """Texts are numbered as they first appear, in a part as in the whole; no text is number -1."""
    labels = batch_of(Row("a", {}, {} if name is None else {"t": name}, None) for name in names).tags.get("t")
    if labels is None:
        return
    part = labels.take(data.draw(st.lists(st.integers(0, len(names) - 1))))
    for each in (labels, part):
        assert list(dict.fromkeys(row for row in each.rows if row >= 0)) == list(range(len(each.names)))
        assert len(set(each.names)) == len(each.names)


def test_a_slice_keeps_the_currency():
    """Its costs are in the same money."""
    batch = batch_of([Row("a", {}, {"language": "x"}, None), Row("b", {}, {}, None)])
    batch.currency = "EUR"
    assert batch.slice(language="x").currency == "EUR"


def test_a_failure_that_a_slice_lacks_is_not_among_its_names():
    """A slice without time-outs has no metric of them."""
    rows = [Row("a", {}, {"language": "x"}, FailureKind.TIMEOUT), Row("b", {}, {"language": "y"}, FailureKind.CRASHED)]
    assert batch_of(rows).slice(language="y").failures.names == ["crashed"]


def turn(text="Yes.", **changes):
    """One answered turn."""
    facts = {
        "target": "bot",
        "request": Request((Message("user", "?"),)),
        "timing": Timing(0, 10, 20),
        "answer": Answer(text),
        "case": "a",
        "usage": Usage(3, 2, cached=1),
        "cost": Money(5),
    }
    return Interaction(**facts | changes)


LOST = {"answer": None, "failure": Failure(FailureKind.CONNECTION_LOST, "gone")}


def cells(*dialogue, scores=()):
    return records(Batch.of([(dialogue, scores)]))[0][1]


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Which booking?", 1.0),
        ("Which booking? \n", 1.0),
        ("何番ですか？", 1.0),
        ("أي حجز؟", 1.0),
        ("Which? Tell me.", 0.0),
        ("", 0.0),
        ("?!", 0.0),
    ],
)
def test_an_answer_asks_back_when_it_ends_with_a_question(text, asks):
    """In any script that has a question mark, and only at the end."""
    assert cells(turn(text))["asked_back"] == asks


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_a_value_that_is_no_number_is_missing(value):
    """A check that divides by nothing does not spoil the mean of all others, nor does it fail the case."""
    found = cells(turn(), scores=(Score("ratio", True, value), Score("f1", True, 0.5)))
    assert "value:ratio" not in found
    assert (found["score"], found["passed"], found["check:ratio"]) == (0.5, 1.0, 1.0)


@pytest.mark.parametrize("turns", [(LOST,), ({}, LOST), ({"text": "a"}, {}, LOST)])
def test_a_dialogue_that_ends_in_a_failure_failed(turns):
    """What was answered before is counted as turns, but nothing is judged and no latency taken."""
    found = cells(*(turn(**each) for each in turns), scores=(Score("x", True, 1.0),))
    assert (found["failed"], found["turns"]) == (1.0, len(turns) - 1.0)
    assert not {"passed", "score", "latency", "check:x", "tokens_in", "asked_back"} & found.keys()
    assert found["cost"] == pytest.approx(5e-9 * len(turns))


def test_money_of_two_currencies_in_one_dialogue_names_neither():
    """The currency of the Batch is that of the first cost that can be told, in whatever order a set comes."""
    batch = Batch.of([((turn(), turn(cost=Money(5, "EUR"))), ()), ((turn(cost=Money(7, "NOK")),), ())])
    assert batch.currency == "NOK"
    assert [cost for _, each, *_ in records(batch) for cost in [each.get("cost")]] == [None, 7e-9]


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=5))
def test_costs_of_turns_add_up_to_the_nano_unit(nanos):
    """The sum of a Dialogue is that of whole nano-units, to the precision of a float."""
    found = cells(*(turn(cost=Money(each)) for each in nanos))
    assert found["cost"] == pytest.approx(sum(nanos) / 1e9, rel=1e-12)


def test_a_free_answer_costs_nothing_and_is_no_missing_price():
    """Nothing is an amount."""
    assert cells(turn(cost=Money(0)))["cost"] == 0.0
    assert "cost" not in cells(turn(cost=None))


def test_the_suite_of_an_interaction_is_a_tag_over_the_users():
    """A tag that a user called `suite` cannot put a row into another suite."""
    batch = Batch.of([((turn(suite="real", tags={"suite": "false", "language": "en"}),), ())])
    assert (batch.values_of("suite"), batch.cases.names) == (["real"], ["real/a"])


SCORES = st.builds(
    Score,
    st.sampled_from(["a", "b"]),
    st.sampled_from([True, False, None]),
    st.sampled_from([None, 0.0, 0.5, 1.0, 7.0]),
    unit=st.sampled_from(["", "s"]),
)


@given(st.lists(SCORES, max_size=5).map(tuple))
def test_the_cells_of_scores_say_what_the_scores_say(scores):
    """Passed is all of them, each check fails if one of its name did, and the score is the mean of the shares."""
    found = cells(turn(), scores=scores)
    said = {score.passed for score in scores}
    passed = 0.0 if False in said else 1.0 if said == {True} else None
    shares = [each.value for each in scores if each.value is not None and each.value <= 1 and not each.unit]
    assert found.get("passed") == passed
    assert found.get("score") == (pytest.approx(sum(shares) / len(shares)) if shares else None)
    for name in "ab":
        own = {score.passed for score in scores if score.name == name}
        assert found.get(f"check:{name}") == (0.0 if False in own else 1.0 if True in own else None)
        assert (f"unjudged:{name}" in found) is (None in own)
