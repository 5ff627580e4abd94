"""Calls of tools matched with the wanted ones: laws over many calls, and arguments that nearly fit."""

from itertools import permutations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.checks.evidence import evidence_of
from seatrial.checks.table import build_check
from seatrial.checks.tool_calls import MOST_CHARACTERS
from seatrial.core.check import Need
from seatrial.core.interaction import Answer
from seatrial.core.request import ToolCall

NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("xyz", max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("pqr"), inner, max_size=2),
    max_leaves=5,
)
ARGUMENTS = st.dictionaries(st.sampled_from("pqr"), VALUES, max_size=3)


def call(name, arguments=None):
    """A call with these arguments as JSON."""
    return ToolCall(name, msgspec.json.encode(arguments or {}).decode())


def judged(spec, *calls):
    """The Score of an answer that made these calls."""
    return build_check({"tool_call": spec}).judge(evidence_of(Answer("", tool_calls=calls)))


def passes(spec, *calls):
    """Whether these calls are what the spec wants."""
    return judged(spec, *calls).passed


@given(NAMES, NAMES)
@settings(max_examples=60)
def test_names_in_order_are_the_same_list(wanted, made):
    """Without further calls, `calls` in order is equality of lists, in any order equality of bags."""
    calls = [call(name) for name in made]
    assert passes(wanted, *calls) is (wanted == made)
    loose = {"calls": [{"name": name} for name in wanted], "order": False}
    assert passes(loose, *calls) is (sorted(wanted) == sorted(made))


@given(NAMES, NAMES)
@settings(max_examples=60)
def test_with_others_order_means_a_subsequence(wanted, made):
    """`others` lets calls stand between the wanted ones, whose order still counts."""
    left = iter(made)
    subsequence = all(name in left for name in wanted)
    spec = {"calls": [{"name": name} for name in wanted], "others": True}
    assert passes(spec, *map(call, made)) is subsequence
    bag = all(made.count(name) >= wanted.count(name) for name in wanted)
    assert passes({**spec, "order": False}, *map(call, made)) is bag


@given(ARGUMENTS, ARGUMENTS)
@settings(max_examples=80)
def test_exact_implies_subset_and_subset_both_ways_is_exact(one, other):
    """A call with exactly the wanted arguments has them; two that have each other's are the same."""
    exact = {"name": "a", "arguments": one}
    subset = {**exact, "match": "subset"}
    assert passes(exact, call("a", one))
    assert passes(subset, call("a", {**other, **one}))
    if passes(exact, call("a", other)):
        assert passes(subset, call("a", other))
        assert passes({"name": "a", "arguments": other, "match": "subset"}, call("a", one))


@pytest.mark.parametrize("order", list(permutations([{"n": 1}, {"n": 1, "x": 2}, {"n": 3}])))
def test_any_order_finds_a_place_for_each_wanted_call(order):
    """A vague wanted call never takes the call that a strict one needs, however the calls are listed."""
    vague, strict = {"name": "a"}, {"name": "a", "arguments": {"n": 1, "x": 2}}
    subset = {"name": "a", "arguments": {"n": 1}, "match": "subset"}
    calls = [call("a", arguments) for arguments in order]
    for wanted in permutations([vague, strict, subset]):
        assert passes({"calls": list(wanted), "order": False}, *calls)
    assert not passes({"calls": [strict, strict], "order": False, "others": True}, *calls)


def test_the_reason_of_a_call_that_nothing_is_left_for():
    """Where the one right call is taken, the reason says what was not called."""
    spec = {"calls": [{"name": "a"}, {"name": "a"}], "order": False}
    assert judged(spec, call("a")).reason == "`a` was not called."
    assert "got {} and not" in judged({**spec, "calls": [{"name": "a", "arguments": {"n": 1}}]}, call("a")).reason


@pytest.mark.parametrize(
    ("wanted", "made", "exact", "subset"),
    [
        ({"n": 2}, {"n": 2.0}, True, True),
        ({"n": 2}, {"n": "2"}, False, False),
        ({"n": 1}, {"n": True}, False, False),
        ({"n": None}, {}, False, False),
        ({"n": None}, {"n": None}, True, True),
        ({"l": [1, 2]}, {"l": [2, 1]}, False, False),
        ({"l": [{"a": 1}]}, {"l": [{"a": 1, "b": 2}]}, False, False),
        ({"d": {"a": 1}}, {"d": {"a": 1, "b": 2}}, False, True),
        ({"d": {}}, {"d": 3}, False, False),
        ({"t": "Saltholm"}, {"t": "saltholm"}, False, False),
    ],
)
def test_arguments_that_nearly_fit(wanted, made, exact, subset):
    """Types, nulls, order in lists and case count; further keys are let pass in objects, not in lists."""
    assert passes({"name": "a", "arguments": wanted}, call("a", made)) is exact
    assert passes({"name": "a", "arguments": wanted, "match": "subset"}, call("a", made)) is subset


@pytest.mark.parametrize("broken", ["{", "[1", "nonsense", "{'a': 1}", '{"a": 1} {}', "[" * 100_000, "\ud800"])
def test_arguments_that_are_no_json_fail(broken):
    """A call whose arguments cannot be read is wrong where they count, and only there."""
    made = ToolCall("a", broken)
    assert passes("a", made) is True
    assert "are no JSON" in judged({"name": "a", "arguments": {}}, made).reason
    assert passes({"name": "a", "schema": {}}, made) is False


def test_arguments_that_are_too_long_fail_with_the_bound():
    """Nobody waits for a comparison of megabytes."""
    made = ToolCall("a", '{"t": "' + "x" * MOST_CHARACTERS + '"}')
    score = judged({"name": "a", "schema": {"type": "object"}}, made)
    assert (score.passed, "longer than 200,000" in score.reason) == (False, True)


@pytest.mark.parametrize(
    ("schema", "made", "said"),
    [
        ({"additionalProperties": False}, {"n": 1}, "`$`"),
        ({"properties": {"n": {"type": "string"}}}, {"n": 1}, "`$.n`"),
        ({"properties": {"l": {"items": {"minimum": 3}}}}, {"l": [4, 1]}, "`$.l[1]`"),
        ({"required": ["day"]}, {}, "'day' is a required property"),
    ],
)
def test_a_schema_of_arguments_names_the_place(schema, made, said):
    """The reason names function and place inside the arguments."""
    score = judged({"name": "book", "schema": schema}, call("book", made))
    assert score.passed is False
    assert score.reason.startswith("The arguments of `book` do not fit at ")
    assert said in score.reason


def test_arguments_and_schema_both_count():
    """A call has to be right by both where both are given."""
    spec = {"name": "a", "arguments": {"n": 1}, "match": "subset", "schema": {"maxProperties": 1}}
    assert passes(spec, call("a", {"n": 1}))
    assert not passes(spec, call("a", {"n": 1, "m": 2}))
    assert not passes(spec, call("a", {"n": 2}))


def test_forbidden_calls():
    """`not` forbids a call by name and lets every other pass; `none` forbids all."""
    check = build_check({"not": {"tool_call": {"name": "cancel", "others": True}}})
    for calls, allowed in [((), True), ((call("book"),), True), ((call("book"), call("cancel")), False)]:
        assert check.judge(evidence_of(Answer("", tool_calls=calls))).passed is allowed
    assert judged({"none": True}, call("book"), call("cancel")).reason == "It called `book`, `cancel`."


def test_a_text_without_calls_can_be_judged():
    """An answer needs no calls for the check to speak, and no right answers of the case."""
    assert build_check({"tool_call": ["a", "b"]}).name == "tool_call a b"
    assert build_check({"tool_call": "a"}).needs == {Need.ANSWER}
    assert passes({"none": True}) is True
