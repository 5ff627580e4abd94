"""Did the model call the right tools?"""

import pytest

from seatrial.checks.evidence import evidence_of
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer
from seatrial.core.request import ToolCall

BOOK = ToolCall("book_ferry", '{"island": "Saltholm", "passengers": 2}')
DEEP = ToolCall("book_ferry", '{"trip": {"island": "Saltholm", "day": "Monday"}, "passengers": 2}')
CANCEL = ToolCall("cancel_booking", '{"booking": "XK-17"}')
BROKEN = ToolCall("book_ferry", '{"island": ')
TWO = {"island": "Saltholm", "passengers": 2}


def judged(spec, *calls, text=""):
    """The Score of an answer with these calls."""
    return build_check({"tool_call": spec}).judge(evidence_of(Answer(text, tool_calls=calls)))


@pytest.mark.parametrize(
    ("spec", "calls", "passed"),
    [
        ("book_ferry", [BOOK], True),
        ("book_ferry", [CANCEL], False),
        ("book_ferry", [], False),
        ("book_ferry", [BROKEN], True),
        ("book_ferry", [BOOK, CANCEL], False),
        ({"name": "book_ferry", "others": True}, [CANCEL, BOOK], True),
        ({"name": "book_ferry", "arguments": TWO}, [BOOK], True),
        ({"name": "book_ferry", "arguments": {**TWO, "passengers": 2.0}}, [BOOK], True),
        ({"name": "book_ferry", "arguments": {"island": "Saltholm"}}, [BOOK], False),
        ({"name": "book_ferry", "arguments": {"island": "Saltholm"}, "match": "subset"}, [BOOK], True),
        ({"name": "book_ferry", "arguments": {"trip": {"day": "Monday"}}, "match": "subset"}, [DEEP], True),
        ({"name": "book_ferry", "arguments": {"trip": {"day": "Sunday"}}, "match": "subset"}, [DEEP], False),
        ({"name": "book_ferry", "arguments": TWO}, [BROKEN], False),
        ({"name": "book_ferry", "arguments": {}}, [ToolCall("book_ferry", "")], True),
        ({"name": "book_ferry", "schema": {"required": ["passengers"]}}, [BOOK], True),
        ({"name": "book_ferry", "schema": {"properties": {"passengers": {"minimum": 3}}}}, [BOOK], False),
        (["book_ferry", "cancel_booking"], [BOOK, CANCEL], True),
        (["book_ferry", "cancel_booking"], [CANCEL, BOOK], False),
        ({"calls": [{"name": "book_ferry"}, {"name": "cancel_booking"}], "order": False}, [CANCEL, BOOK], True),
        (["book_ferry", "book_ferry"], [BOOK], False),
        ({"none": True}, [], True),
        ({"none": True}, [BOOK], False),
    ],
)
def test_tool_call(spec, calls, passed):
    """Names, arguments, order and further calls are held to what was wanted."""
    assert judged(spec, *calls).passed is passed


@pytest.mark.parametrize(
    ("spec", "calls", "said"),
    [
        ("book_ferry", [CANCEL], "`cancel_booking` was called and not `book_ferry`"),
        ("book_ferry", [], 'It called nothing; the answer is "Sure!"'),
        ("book_ferry", [BOOK, CANCEL], "It also called `cancel_booking`"),
        ({"name": "book_ferry", "arguments": {"passengers": 3}}, [BOOK], 'and not {"passengers":3}'),
        ({"name": "book_ferry", "arguments": {}}, [BROKEN], "are no JSON"),
        ({"name": "book_ferry", "schema": {"required": ["day"]}}, [BOOK], "'day' is a required property"),
        (["book_ferry", "cancel_booking"], [BOOK], "`cancel_booking` was not called"),
    ],
)
def test_the_reason_shows_the_difference(spec, calls, said):
    """A person sees what was called instead."""
    assert said in judged(spec, *calls, text="Sure!").reason


def test_names():
    """Scores are named for the function unless `label` says otherwise."""
    assert build_check({"tool_call": "book_ferry"}).name == "tool_call book_ferry"
    assert build_check({"tool_call": {"name": "book_ferry", "label": "books"}}).name == "books"
    assert build_check({"tool_call": {"none": True}}).name == "tool_call none"


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({}, "takes one of"),
        ({"name": "a", "none": True}, "takes one of"),
        ({"arguments": {}, "none": True}, "need the `name`"),
        ({"name": "a", "schema": {"type": "numbre"}}, "no JSON Schema"),
        ({"name": "a", "match": "about"}, "match"),
        ({"calls": [{"nam": "a"}]}, "nam"),
    ],
)
def test_mistakes(spec, said):
    """Contradictions and wrong schemas are refused before anything is asked."""
    with pytest.raises(Mistake, match=said):
        build_check({"tool_call": spec})
