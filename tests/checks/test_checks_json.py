"""Checks of JSON answers."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.checks.json_texts import NotJson, read_json, same_value
from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake

FENCED = 'Here it is:\n```json\n{"fare": 12.5}\n```\nHave a good trip.'


@pytest.mark.parametrize(
    ("spec", "text", "passed"),
    [
        ("json_valid", '{"fare": 12.5}', True),
        ("json_valid", " [1, 2]\n", True),
        ("json_valid", "null", True),
        ("json_valid", "", False),
        ("json_valid", "  ", False),
        ("json_valid", "{'fare': 12.5}", False),
        ("json_valid", '{"fare": 12.5', False),
        ("json_valid", "NaN", False),
        ("json_valid", "[" * 100_000, False),
        ("json_valid", FENCED, False),
        ({"json_valid": {"fenced": True}}, FENCED, True),
        ({"json_valid": {"fenced": True}}, "```\n[1]\n```", True),
        ({"json_valid": {"fenced": True}}, "[1]", True),
    ],
)
def test_json_valid(spec, text, passed):
    """The whole answer must be JSON, or a fenced block where that is allowed."""
    assert judge_text(spec, text).passed is passed


FARE = {"type": "object", "properties": {"fare": {"type": "number"}}, "required": ["fare"]}


@pytest.mark.parametrize(
    ("spec", "text", "passed", "said"),
    [
        (FARE, '{"fare": 12.5}', True, "fits"),
        (FARE, '{"fare": "12.5"}', False, "`$.fare`: '12.5' is not of type 'number'"),
        (FARE, "{}", False, "`$`: 'fare' is a required property"),
        (FARE, "no", False, "It is no JSON"),
        ({"schema": FARE, "fenced": True}, FENCED, True, "fits"),
        ({"schema": False}, "1", False, "False schema"),
        ({"type": "array", "items": FARE}, '[{"fare": 1}, {}]', False, "`$[1]`"),
    ],
)
def test_json_schema(spec, text, passed, said):
    """The answer is held to the schema, and the reason names the place of the first error."""
    score = judge_text({"json_schema": spec}, text)
    assert score.passed is passed
    assert said in score.reason


def test_json_schema_from_a_file(tmp_path):
    """A path is read when the check is built."""
    path = tmp_path / "fare.json"
    path.write_text('{"type": "integer"}')
    assert judge_text({"json_schema": str(path)}, "3").passed is True
    assert judge_text({"json_schema": {"path": str(path), "name": "whole"}}, "3.5").name == "whole"


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read: No such file"), ("{", "is no JSON"), ('{"type": "numbre"}', "no JSON Schema at")],
)
def test_a_schema_file_that_is_none(tmp_path, content, said):
    """A missing, broken or wrong schema is a mistake before anything is asked."""
    path = tmp_path / "fare.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(Mistake, match=said):
        build_check({"json_schema": str(path)})


@pytest.mark.parametrize("spec", [{"type": "numbre"}, {"schema": 3}, None, {"properties": []}])
def test_an_inline_schema_that_is_none(spec):
    """It is a mistake, too."""
    with pytest.raises(Mistake):
        build_check({"json_schema": spec})


@pytest.fixture
def impatient():
    """No socket waits for ever, so that a fetch which must not be made would end."""
    socket.setdefaulttimeout(0.5)
    yield
    socket.setdefaulttimeout(None)


def test_a_schema_on_another_host_is_not_fetched(impatient):
    """A remote reference makes it not judged, and no connection is made."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/schema.json"
        score = judge_text({"json_schema": {"$ref": address}}, "1")
        with pytest.raises(TimeoutError):
            server.accept()
    assert score.passed is None
    assert address in score.reason


@pytest.mark.parametrize(
    ("spec", "text", "passed"),
    [
        ({"path": "$.fare", "equals": 12.5}, '{"fare": 12.50}', True),
        ({"path": "$.fare", "equals": 12}, '{"fare": 12.0}', True),
        ({"path": "$.fare", "equals": 12.5}, '{"fare": "12.5"}', False),
        ({"path": "$.fare", "equals": 1}, '{"fare": true}', False),
        ({"path": "$.fare", "equals": None}, '{"fare": null}', True),
        ({"path": "$.fare", "equals": 12.5}, '{"price": 12.5}', False),
        ({"path": "$.fare", "equals": 12, "tolerance": 0.5}, '{"fare": 12.5}', True),
        ({"path": "$.fare", "equals": 1.5}, '{"fare": 1' + "0" * 400 + "}", False),
        ({"path": "$..id", "equals": 3}, '[{"id": 1}, {"id": 3}]', True),
        ({"path": "$.a", "equals": {"b": [1, 2]}}, '{"a": {"b": [1, 2.0]}}', True),
        ({"path": "$.a", "equals": [1, 2]}, '{"a": [1]}', False),
        ({"path": "$.a", "one_of": ["x", 3]}, '{"a": 3}', True),
        ({"path": "$.a", "one_of": ["x"]}, '{"a": "y"}', False),
        ({"path": "$.a", "matches": "^x"}, '{"a": "xy"}', True),
        ({"path": "$.a", "matches": "^4"}, '{"a": 42}', True),
        ({"path": "$.a", "matches": "^x"}, '{"a": "y"}', False),
        ({"path": "$.a", "exists": True}, '{"a": null}', True),
        ({"path": "$.a", "exists": False}, '{"a": 1}', False),
        ({"path": "$.a", "exists": False}, "{}", True),
        ("$.a", '{"a": 1}', True),
        ("$.a", "{}", False),
        ("$.a", "no JSON", False),
        ({"path": "$.fare", "equals": 12.5, "fenced": True}, FENCED, True),
    ],
)
def test_json_path(spec, text, passed):
    """What a path finds is compared with one demand; any of several finds will do."""
    assert judge_text({"json_path": spec}, text).passed is passed


def test_json_path_is_named_for_its_path():
    """Several of them can be told apart in a report."""
    assert build_check({"json_path": "$.fare"}).name == "json_path $.fare"


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("$.[", "is no JSONPath"),
        ({"path": "$.a", "equals": 1, "exists": True}, "takes one of"),
        ({"path": "$.a", "matches": "("}, "is no regular expression"),
        ({}, "needs `path`"),
    ],
)
def test_json_path_mistakes(spec, said):
    """A bad path, a bad pattern and two demands at once are refused."""
    with pytest.raises(Mistake, match=said):
        build_check({"json_path": spec})


@pytest.mark.parametrize("spec", [{"json_path": "$.a"}, {"json_schema": FARE}])
def test_huge_json_is_not_looked_into(spec):
    """What would take minutes is not judged."""
    assert judge_text(spec, "[" + "1," * 150_000 + "1]").passed is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_a_value_is_the_same_as_itself(value):
    """Comparing never raises and holds for equal values of every type."""
    assert same_value(value, value, 0.0)


@given(st.text())
def test_reading_json_gives_a_value_or_says_why(text):
    """No text makes the reader raise anything but its own error."""
    why = ""
    try:
        value = read_json(text, fenced=True)
    except NotJson as error:
        value, why = NotJson, str(error)
    assert (value is NotJson) == bool(why)
