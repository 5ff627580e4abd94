"""JSON answers: laws over any value, and places that are easy to get wrong."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.checks.json_texts import NotJson, read_json, same_value
from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake

NUMBERS = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text("ab $.[]\"'\\ü🙂", max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3),
    max_leaves=6,
)
TYPES = {"null": type(None), "boolean": bool, "string": str, "array": list, "object": dict}


@given(JSON, st.sampled_from([None, 2]), st.booleans())
@settings(max_examples=60)
def test_what_was_written_is_read(value, indent, plain):
    """Any value comes back, indented or not, escaped or not, alone or in a block."""
    text = json.dumps(value, indent=indent, ensure_ascii=plain)
    assert read_json(text) == value
    assert read_json(f"See:\n```json\n{text}\n```\nDone.", fenced=True) == value
    assert judge_text("json_valid", text).passed is True


@given(JSON)
@settings(max_examples=40)
def test_half_a_value_is_none(value):
    """A list that was cut anywhere is no JSON, and the reason says so."""
    text = json.dumps([value])
    for end in {1, len(text) // 2, len(text) - 1}:
        score = judge_text("json_valid", text[:end])
        assert score.passed is False
        assert score.reason.startswith("It is no JSON: ")


@given(JSON, JSON, st.sampled_from([0.0, 0.5]))
@settings(max_examples=60)
def test_sameness_is_symmetric_and_goes_through_containers(one, other, tolerance):
    """Two values are the same in either order, and so are lists and objects of them."""
    same = same_value(one, other, tolerance)
    assert same_value(other, one, tolerance) is same
    assert same_value([one, 1], [other, 1], tolerance) is same
    assert same_value({"k": one}, {"k": other}, tolerance) is same
    assert not same_value([one], [one, other], tolerance)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, 1),
        (False, 0),
        (None, 0),
        (None, False),
        ("1", 1),
        ([], {}),
        ("", None),
        ([1], 1),
        (0.1, 0.2),
        ({"a": 1}, {}),
    ],
)
def test_values_of_different_kinds_are_never_the_same(one, other):
    """Truth values, nothing, texts and containers are not numbers, and a missing key is not null."""
    assert not same_value(one, other, 0.0)
    assert not same_value(one, other, 0.05)


@given(JSON)
@settings(max_examples=40)
def test_a_path_finds_what_was_put_there(value):
    """At the root, in an object, in a list and at any depth, the value is equal to itself and to nothing else."""
    places = {"$": value, "$.a": {"a": value}, "$[1]": [0, value], "$[-1]": [value], "$['a b']": {"a b": value}}
    for path, whole in {**places, "$..z": {"y": [{"z": value}]}, "$.*": [value]}.items():
        found = judge_text({"json_path": {"path": path, "equals": value}}, json.dumps(whole))
        assert found.passed is True, path
        wrong = judge_text({"json_path": {"path": path, "equals": [value]}}, json.dumps(whole))
        assert wrong.passed is False, path


@pytest.mark.parametrize("text", ["hello", '{"fare": 12.5}', "[1, 2]", "", "12"])
def test_json_inside_a_text_is_a_text(text):
    """An answer that is a quoted text has no place but the root, though the text may look like JSON."""
    answer = json.dumps(text)
    assert judge_text({"json_path": {"path": "$", "equals": text}}, answer).passed is True
    for path in ("$.fare", "$[0]", "$..*"):
        assert judge_text({"json_path": path}, answer).passed is False
        assert judge_text({"json_path": {"path": path, "exists": False}}, answer).passed is True


@pytest.mark.parametrize(
    ("demand", "passed"),
    [
        ({"equals": 3}, True),
        ({"equals": 4}, False),
        ({"one_of": [9, 1]}, True),
        ({"one_of": [9, 8]}, False),
        ({"matches": "^2$"}, True),
        ({"matches": "^4$"}, False),
        ({"equals": 3.4, "tolerance": 0.5}, True),
        ({"one_of": [3.6], "tolerance": 0.5}, False),
        ({}, True),
    ],
)
def test_of_several_finds_any_will_do(demand, passed):
    """Each demand is asked of every find."""
    assert judge_text({"json_path": {"path": "$[*].n", **demand}}, '[{"n": 1}, {"n": 2}, {"n": 3}]').passed is passed


@pytest.mark.parametrize(
    ("demand", "said"),
    [
        ({"one_of": []}, "`one_of` of `json_path` is empty"),
        ({"equals": 1, "tolerance": -0.5}, "a number from 0 on"),
        ({"equals": 1, "tolerance": float("nan")}, "a number from 0 on"),
        ({"equals": 1, "tolerance": float("inf")}, "a number from 0 on"),
        ({"equals": 1, "one_of": [1]}, "takes one of"),
        ({"matches": "a", "exists": False}, "takes one of"),
        ({"equal": 1}, "did you mean `equals`?"),
    ],
)
def test_demands_that_nothing_meets(demand, said):
    """An empty choice, a tolerance that is none and two demands are refused, not failed for ever."""
    with pytest.raises(Mistake) as caught:
        build_check({"json_path": {"path": "$.a", **demand}})
    assert said in str(caught.value)


@given(JSON)
@settings(max_examples=40)
def test_a_schema_of_a_type_fits_that_type(value):
    """`type` tells all kinds apart, `const` and `enum` know the value, `not` turns round."""
    text = json.dumps(value)
    for name, kind in TYPES.items():
        assert judge_text({"json_schema": {"type": name}}, text).passed is (type(value) is kind)
    for schema in ({"const": value}, {"enum": [value]}):
        assert judge_text({"json_schema": schema}, text).passed is True
        assert judge_text({"json_schema": {"not": schema}}, text).passed is False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("```json\n```", "it is empty"),
        ("[" * 50_000 + "]" * 50_000, "nested too deeply"),
        ("{'a': 1}", "malformed"),
        ('{"a": 1,}', "malformed"),
        ("[1] // one", "malformed"),
        ("Infinity", "malformed"),
        ("\ud800", "surrogates"),
    ],
)
def test_why_a_text_is_no_json(text, said):
    """Each way to be no JSON has its words, and none of them is an exception of a library."""
    with pytest.raises(NotJson) as caught:
        read_json(text, fenced=True)
    assert said in str(caught.value)


@pytest.mark.parametrize("mark", ["```json", "```JSON", "```", "``` json", "```json "])
def test_fences_may_be_written_in_several_ways(mark):
    """With or without the language, in either case, with Windows' line ends; the first block counts."""
    for end in ("\n", "\r\n"):
        text = end.join(["One:", mark, "[1]", "```", "Two:", mark, "[2]", "```"])
        assert judge_text({"json_path": {"path": "$[0]", "equals": 1, "fenced": True}}, text).passed is True


@pytest.mark.parametrize(
    "text", ["```" + " " * 1_000_000, "```json" + "\t" * 1_000_000, "```\n" * 200_000, "```" * 300_000]
)
def test_a_megabyte_that_looks_like_fences_is_refused_at_once(text):
    """Spaces behind a fence without a line end once took hours."""
    with pytest.raises(NotJson):
        read_json(text, fenced=True)
