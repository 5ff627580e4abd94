"""Where text stands in requests and answers of each dialect, who says it, and what is left alone."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.gateway.guards.places import (
    DEEPEST,
    WITHOUT_TEXT,
    Place,
    answer_places,
    request_fields,
    request_places,
    texts_with,
)
from seatrial.gateway.wire.operations import OPERATIONS, PASSED


def asked(**fields: Any) -> list[tuple[str, str, bool]]:
    places = request_places(request_fields(json.dumps({"model": "m"} | fields).encode()))
    return [(place.role, place.text, place.quoted) for place in places]


def answered(**fields: Any) -> list[tuple[str, bool]]:
    return [(place.text, place.quoted) for place in answer_places(fields)]


def said(role: Any, content: Any, **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": content} | more]}


CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (said("user", "a"), [("user", "a", False)]),
        (said("system", "a"), [("system", "a", False)]),
        (said("developer", "a"), [("system", "a", False)]),
        (said("assistant", "a"), [("assistant", "a", False)]),
        (said("tool", "a"), [("tool", "a", False)]),
        (said("function", "a"), [("tool", "a", False)]),
        (said("wizard", "a"), [("user", "a", False)]),
        (said(7, "a"), [("user", "a", False)]),
        (said("user", ""), [("user", "", False)]),
        (said("user", None), []),
        (said("user", ["a", {"type": "text", "text": "b"}, 3]), [("user", "a", False), ("user", "b", False)]),
        (said("user", [{"type": "image_url", "image_url": {"url": "data:x"}}]), []),
        (said("user", [{"type": "input_text", "text": "a"}]), [("user", "a", False)]),
        (said("assistant", [{"type": "refusal", "refusal": "no"}]), [("assistant", "no", False)]),
        (said("assistant", None, tool_calls=[CALL]), [("assistant", '{"a": 1}', True)]),
        (said("assistant", None, function_call={"arguments": "{}"}), [("assistant", "{}", True)]),
        (said("assistant", None, tool_calls=[{"function": {"arguments": 5}}, 7, {"function": None}]), []),
        (
            said("user", [{"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "18 C"}]}]),
            [("tool", "18 C", False)],
        ),
        (said("user", [{"type": "tool_result", "tool_use_id": "t", "content": "18 C"}]), [("tool", "18 C", False)]),
        (
            said("assistant", [{"type": "tool_use", "input": {"city": "Oslo", "n": 1, "to": ["a", {"b": "c"}]}}]),
            [("assistant", "Oslo", False), ("assistant", "a", False), ("assistant", "c", False)],
        ),
        ({"messages": "no list"}, []),
        ({"messages": ["no object", None]}, []),
        ({"system": "s"} | said("user", "a"), [("system", "s", False), ("user", "a", False)]),
        ({"system": [{"type": "text", "text": "s"}]}, [("system", "s", False)]),
        ({"instructions": "s", "input": "a"}, [("system", "s", False), ("user", "a", False)]),
        ({"prompt": "a"}, [("user", "a", False)]),
        ({"prompt": ["a", "b"]}, [("user", "a", False), ("user", "b", False)]),
        ({"prompt": [1, 2, 3]}, []),
        ({"input": [[1, 2], [3]]}, []),
        ({"input": [{"role": "developer", "content": "s"}]}, [("system", "s", False)]),
        ({"input": [{"type": "message", "role": "user", "content": [{"text": "a"}]}]}, [("user", "a", False)]),
        ({"input": [{"type": "function_call_output", "output": "18 C"}]}, [("tool", "18 C", False)]),
        ({"input": [{"type": "function_call", "arguments": "{}"}]}, [("assistant", "{}", True)]),
        ({"input": [{"type": "custom_tool_call", "input": "a"}]}, [("assistant", "a", False)]),
        ({"input": [{"type": "custom_tool_call_output", "output": "a"}]}, [("tool", "a", False)]),
        ({"prompt": {"id": "p", "variables": {"name": "a", "n": 1}}}, [("user", "a", False)]),
        (said("assistant", None, tool_calls=[{"custom": {"name": "f", "input": "a"}}]), [("assistant", "a", False)]),
        (said("user", [{"type": "document", "source": {"type": "text", "data": "a"}}]), [("user", "a", False)]),
        (
            said("user", [{"type": "document", "source": {"type": "content", "content": [{"text": "a"}]}}]),
            [("user", "a", False)],
        ),
        (said("user", [{"type": "document", "source": {"type": "base64", "data": "JVBERi0="}}]), []),
        (said("user", [{"type": "search_result", "content": [{"text": "a"}]}]), [("tool", "a", False)]),
        (said("user", [{"type": "mcp_tool_result", "content": [{"text": "a"}]}]), [("tool", "a", False)]),
        ({"temperature": "a", "user": "ada", "metadata": {"x": "y"}}, []),
    ],
)
def test_texts_of_a_request_and_who_says_them(fields: dict[str, Any], found: list[Any]) -> None:
    """Each text that a model reads is found once with its role; what is no text of the conversation is not."""
    assert asked(**fields) == found


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"choices": [{"message": {"content": "a"}}]}, [("a", False)]),
        ({"choices": [{"message": {"content": None, "refusal": "no"}}]}, [("no", False)]),
        ({"choices": [{"message": {"content": "a"}}, {"message": {"content": "b"}}]}, [("a", False), ("b", False)]),
        ({"choices": [{"message": {"content": [{"type": "text", "text": "a"}]}}]}, [("a", False)]),
        ({"choices": [{"message": {"content": "a", "reasoning_content": "hm"}}]}, [("a", False), ("hm", False)]),
        ({"choices": [{"message": {"content": "a", "reasoning": "hm"}}]}, [("a", False), ("hm", False)]),
        ({"choices": [{"text": "a", "index": 0}]}, [("a", False)]),
        ({"choices": [{"message": {"tool_calls": [CALL]}}]}, [('{"a": 1}', True)]),
        ({"choices": [{"message": {"function_call": {"arguments": "{}"}}}]}, [("{}", True)]),
        ({"choices": [7, {"message": "no object"}]}, []),
        ({"choices": None}, []),
        ({"content": [{"type": "text", "text": "a"}]}, [("a", False)]),
        ({"content": [{"type": "thinking", "thinking": "hm", "signature": "s"}]}, [("hm", False)]),
        ({"content": [{"type": "redacted_thinking", "data": "x"}]}, []),
        ({"content": "no list"}, []),
        ({"output": [{"type": "message", "role": "assistant", "content": [{"text": "a"}]}]}, [("a", False)]),
        ({"output": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]}]}, [("hm", False)]),
        ({"output": [{"type": "function_call", "arguments": "{}"}]}, [("{}", True)]),
        ({"output": [{"type": "web_search_call", "id": "w"}]}, []),
        ({"part": {"text": "a"}}, [("a", False)]),
        ({"content_block": {"type": "tool_use", "input": {"a": "b"}}}, [("b", False)]),
        ({"item": {"type": "custom_tool_call", "input": "a"}}, [("a", False)]),
        ({"item": {"type": "mcp_call", "arguments": "{}", "output": "a"}}, [("a", False), ("{}", True)]),
        ({"output": [{"type": "code_interpreter_call", "code": "print(1)"}]}, [("print(1)", False)]),
        ({"choices": [{"message": {"tool_calls": [{"custom": {"input": "a"}}]}}]}, [("a", False)]),
        ({"content": [{"type": "server_tool_use", "input": {"query": "a"}}]}, [("a", False)]),
        ({"response": {"output": [{"role": "assistant", "content": "a"}]}}, [("a", False)]),
        ({"data": [{"embedding": [0.1], "text": "x"}], "id": "a", "model": "b"}, []),
    ],
)
def test_texts_of_an_answer(fields: dict[str, Any], found: list[Any]) -> None:
    """Whatever a reader of the answer would see is found, in every dialect; ids, names and vectors are not."""
    assert answered(**fields) == found


def test_a_text_is_exchanged_where_it_stands() -> None:
    """Setting the text of a place changes the object that holds it, and nothing else."""
    fields = {"messages": [{"role": "user", "content": ["a", {"text": "b", "cache_control": {"type": "x"}}]}]}
    for place in request_places(fields):
        place.text = place.text.upper()
    assert fields == {"messages": [{"role": "user", "content": ["A", {"text": "B", "cache_control": {"type": "x"}}]}]}


@pytest.mark.parametrize(("before", "after"), [({"content": []}, None), (None, None), ({}, {})])
def test_log_probabilities_go_with_the_text_that_they_spell(before: Any, after: Any) -> None:
    """A choice whose text was changed has no log-probabilities left; an empty field stays as it came."""
    choice = {"message": {"content": "a"}, "logprobs": before}
    (place,) = answer_places({"choices": [choice]})
    place.text = "b"
    assert choice == {"message": {"content": "b"}, "logprobs": after}


@pytest.mark.parametrize(("deep", "found"), [(1, 1), (DEEPEST, 1), (DEEPEST + 1, 0), (DEEPEST * 3, 0)])
def test_inputs_of_tools_are_looked_into_so_deep(deep: int, found: int) -> None:
    """A text at the bound is found; what is nested deeper is not followed for ever."""
    value: Any = {"a": "text"}
    for _ in range(deep - 1):
        value = {"a": value}
    value = {"a": value}
    assert len(list(answer_places({"content": [{"type": "tool_use", "input": value}]}))) == found


@pytest.mark.parametrize("path", sorted(OPERATIONS))
def test_operations_whose_answers_are_numbers_have_no_text(path: str) -> None:
    """Vectors and verdicts are not looked into; all that a model writes is."""
    operation = OPERATIONS[path]
    assert texts_with(operation) is (operation.name not in WITHOUT_TEXT)
    assert texts_with(None)
    assert not texts_with(PASSED)


def test_only_fields_with_text_are_read() -> None:
    """Numbers and everything else of a request are not decoded, so that they stay as they came."""
    body = b'{"model":"m","seed":123456789012345678901234567890,"x":[1e999],"prompt":"a"}'
    assert request_fields(body) == {"prompt": "a"}


PARTS: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "role", "content", "text", "input", "output", "tool_calls", "function", "arguments", "summary"]
            ),
            inner | st.sampled_from(["tool_use", "tool_result", "message", "function_call", "reasoning", "user"]),
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(fields=st.dictionaries(st.sampled_from(["messages", "prompt", "input", "system", "instructions"]), PARTS))
@settings(max_examples=50)
def test_whatever_shape_a_request_has_its_texts_can_be_exchanged(fields: dict[str, Any]) -> None:
    """No request breaks the look; each place holds a text, and takes another one."""
    for place in list(request_places(fields)):
        assert isinstance(place.text, str)
        place.text = "new"
    assert {place.text for place in request_places(fields)} <= {"new"}


@given(fields=st.dictionaries(st.sampled_from(["choices", "output", "content", "item", "response"]), PARTS))
@settings(max_examples=50)
def test_whatever_shape_an_answer_has_its_texts_can_be_exchanged(fields: dict[str, Any]) -> None:
    """No answer breaks the look, either."""
    for place in list(answer_places(fields)):
        place.text = "new"
    assert {place.text for place in answer_places(fields)} <= {"new"}


def test_a_place_in_a_list_is_named_by_its_number() -> None:
    """Texts of a list are exchanged in it."""
    texts: list[Any] = ["a", "b"]
    Place(texts, 1, "user").text = "c"
    assert texts == ["a", "c"]
