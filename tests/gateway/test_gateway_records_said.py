"""What was asked and answered is read from the bytes of every API that the gateway speaks."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.core.interaction import Usage
from seatrial.core.request import Message, Tool, ToolCall
from seatrial.gateway.records.answers import figures, hear
from seatrial.gateway.records.asked import fields_of, request_of, user_of

WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}}
PIXEL = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}


def asked(operation: str = "chat", **fields: Any) -> Any:
    return request_of(operation, fields_of(json.dumps(fields).encode()))


def test_a_chat_of_texts() -> None:
    """Messages, tools and parameters; neither the model nor who asked is a parameter."""
    function = {"name": "weather", "description": "Now", "parameters": WEATHER}
    found = asked(
        model="m",
        user="anna",
        stream=True,
        temperature=0.5,
        messages=[{"role": "developer", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
        tools=[{"type": "function", "function": function}],
    )
    assert found.messages == (Message("developer", "Be brief."), Message("user", "Hi"))
    assert found.tools == (Tool("weather", "Now", WEATHER),)
    assert found.params == {"temperature": 0.5}


def test_a_chat_with_calls_and_pictures() -> None:
    """Calls of tools and their results are kept; a picture is named and not kept."""
    call = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Rom"}'}}
    found = asked(
        messages=[
            {"role": "user", "content": [{"type": "text", "text": "Look: "}, PIXEL]},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "content": "Sun", "tool_call_id": "c1"},
        ]
    )
    assert found.messages == (
        Message("user", "Look: [image_url]"),
        Message("assistant", "", (ToolCall("weather", '{"city": "Rom"}', "c1"),)),
        Message("tool", "Sun", (), "c1"),
    )


def test_anthropics_messages() -> None:
    """The system prompt stands first; blocks of tool use and results become calls and a tool's message."""
    found = asked(
        "messages",
        system=[{"type": "text", "text": "Be brief."}],
        max_tokens=5,
        messages=[
            {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "weather", "input": {"c": 1}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "Sun"}]},
        ],
        tools=[{"name": "weather", "input_schema": WEATHER}],
    )
    assert found.messages == (
        Message("system", "Be brief."),
        Message("assistant", "", (ToolCall("weather", '{"c":1}', "t1"),)),
        Message("tool", "Sun", (), "t1"),
    )
    assert (found.tools, found.params) == ((Tool("weather", "", WEATHER),), {"max_tokens": 5})


def test_responses() -> None:
    """Instructions, input items and calls of functions."""
    items = [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
        {"type": "function_call", "call_id": "f1", "name": "weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "f1", "output": "Sun"},
    ]
    found = asked("responses", instructions="Be brief.", input=items)
    assert found.messages == (
        Message("system", "Be brief."),
        Message("user", "Hi"),
        Message("assistant", "", (ToolCall("weather", "{}", "f1"),)),
        Message("tool", "Sun", (), "f1"),
    )


@pytest.mark.parametrize(
    ("operation", "fields", "kind", "texts"),
    [
        ("completions", {"prompt": "Once"}, "completion", ["Once"]),
        ("completions", {"prompt": ["Once", "Twice"]}, "completion", ["Once", "Twice"]),
        ("embeddings", {"input": ["a", "b"]}, "embedding", ["a", "b"]),
        ("moderations", {"input": "a"}, "embedding", ["a"]),
        ("responses", {"input": "Hi"}, "chat", ["Hi"]),
        ("embeddings", {"input": [[1, 2], [3]]}, "embedding", ["12", "3"]),
    ],
)
def test_texts_in_a_row(operation: str, fields: dict[str, Any], kind: str, texts: list[str]) -> None:
    """Prompts and texts to embed are messages of a user."""
    found = asked(operation, **fields)
    assert (found.kind, [message.content for message in found.messages]) == (kind, texts)


@pytest.mark.parametrize(
    "fields", [{"user": "anna"}, {"safety_identifier": "anna"}, {"metadata": {"user_id": "anna"}}], ids=str
)
def test_who_asks_is_found_under_each_of_its_names(fields: dict[str, Any]) -> None:
    """OpenAI's two fields and Anthropic's one name the user, and none of them is kept as it came."""
    assert user_of(fields_of(json.dumps(fields).encode())) == "anna"
    assert "anna" not in str(asked(**fields))


STRANGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["role", "content", "type", "text", "id", "function", "name", "tool_calls"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=100)
@given(name=st.sampled_from(["messages", "input", "prompt", "system", "tools", "user", "metadata"]), value=STRANGE)
def test_nothing_that_is_json_cannot_be_read(name: str, value: Any) -> None:
    """Whatever shape a field has, the request is read."""
    fields = fields_of(json.dumps({"model": "m", name: value}).encode())
    request_of("chat", fields)
    user_of(fields)


def test_what_is_no_json_is_an_empty_request() -> None:
    """A body that was refused is a record, too."""
    assert fields_of(b'{"model": ') == {}
    assert request_of("chat", {}).messages == ()


def events(*data: Any) -> list[bytes]:
    return [b"data: " + (each if isinstance(each, bytes) else json.dumps(each).encode()) + b"\n\n" for each in data]


def delta(**fields: Any) -> dict[str, Any]:
    return {"model": "m", "choices": [{"index": 0, "delta": fields, "finish_reason": None}]}


def test_a_whole_chat() -> None:
    """Text, calls, the reason of its end, usage and model."""
    call = {"id": "c1", "function": {"name": "f", "arguments": "{}"}}
    choice = {"index": 0, "message": {"content": "Hi", "tool_calls": [call]}, "finish_reason": "tool_calls"}
    body = {"model": "m", "choices": [choice], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}
    found = hear([json.dumps(body).encode()], [1])
    assert (found.answer.text, found.answer.finish_reason, found.model) == ("Hi", "tool_calls", "m")
    assert found.answer.tool_calls == (ToolCall("f", "{}", "c1"),)
    assert found.usage == Usage(3, 2)


def test_a_streamed_chat_with_its_moments() -> None:
    """Fragments are put together; the first token and the gaps are measured between those that bring something."""
    told = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 3}}
    chunks = events(
        delta(role="assistant", content=""), delta(content="a"), delta(content="b"), delta(content="c"), told
    )
    found = hear([*chunks, b"data: [DONE]\n\n"], [s * 10**9 for s in (0, 1, 2, 5, 5, 5)])
    assert (found.answer.text, found.first_token) == ("abc", 10**9)
    assert (found.gap_mean, found.gap_max) == (2.0, 3.0)
    assert found.usage == Usage(3, 3)


def test_an_event_that_is_no_json_is_passed_over() -> None:
    """The rest of the answer is read, and the record says that something was wrong."""
    found = hear(events(delta(content="a"), b'{"choices": [', delta(content="b")), [1, 2, 3])
    assert (found.answer.text, found.malformed) == ("ab", True)


def test_anthropics_whole_message() -> None:
    """Text, thinking and tool use of a message."""
    blocks = [{"type": "thinking", "thinking": "Hm"}, {"type": "text", "text": "Hi"}]
    use = {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": 1}}
    body = {"type": "message", "model": "c", "content": [*blocks, use], "stop_reason": "tool_use"}
    found = hear([json.dumps(body | {"usage": {"input_tokens": 3, "output_tokens": 2}}).encode()], [1])
    assert (found.answer.text, found.answer.reasoning, found.answer.finish_reason) == ("Hi", "Hm", "tool_use")
    assert found.answer.tool_calls == (ToolCall("f", '{"a":1}', "t1"),)
    assert found.usage == Usage(3, 2)


def test_anthropics_stream() -> None:
    """Usage is told in two places, a call's arguments in pieces."""
    block = {"type": "tool_use", "id": "t1", "name": "f", "input": {}}
    found = hear(
        events(
            {"type": "message_start", "message": {"model": "c", "usage": {"input_tokens": 3, "output_tokens": 1}}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
            {"type": "content_block_start", "index": 1, "content_block": block},
            {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '{"a"'}},
            {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": ":1}"}},
            {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}},
            {"type": "message_stop"},
        ),
        range(1, 8),
    )
    assert (found.answer.text, found.answer.finish_reason, found.model) == ("Hi", "tool_use", "c")
    assert found.answer.tool_calls == (ToolCall("f", '{"a":1}', "t1"),)
    assert found.usage == Usage(3, 9)


def test_a_whole_response() -> None:
    """The output's text and calls."""
    said = {"type": "message", "content": [{"type": "output_text", "text": "Hi"}]}
    call = {"type": "function_call", "call_id": "f1", "name": "f", "arguments": "{}"}
    body = {"object": "response", "status": "completed", "model": "m", "output": [said, call]}
    found = hear([json.dumps(body | {"usage": {"input_tokens": 3, "output_tokens": 2}}).encode()], [1])
    assert (found.answer.text, found.answer.finish_reason) == ("Hi", "completed")
    assert found.answer.tool_calls == (ToolCall("f", "{}", "f1"),)


def test_a_streamed_response() -> None:
    """Deltas that are texts, and the usage in the last event."""
    end = {"model": "m", "usage": {"input_tokens": 3, "output_tokens": 2}}
    item = {"type": "function_call", "call_id": "f1", "name": "f", "arguments": ""}
    found = hear(
        events(
            {"type": "response.output_text.delta", "output_index": 0, "delta": "H"},
            {"type": "response.output_text.delta", "output_index": 0, "delta": "i"},
            {"type": "response.output_item.added", "output_index": 1, "item": item},
            {"type": "response.function_call_arguments.delta", "output_index": 1, "delta": "{}"},
            {"type": "response.completed", "response": end},
        ),
        range(1, 6),
    )
    assert (found.answer.text, found.answer.finish_reason, found.model) == ("Hi", "completed", "m")
    assert found.answer.tool_calls == (ToolCall("f", "{}", "f1"),)
    assert (found.usage, found.first_token) == (Usage(3, 2), 1)


def test_vectors_are_not_kept() -> None:
    """Of embeddings there are the figures alone."""
    body = {"data": [{"embedding": [0.1] * 9}], "model": "e", "usage": {"prompt_tokens": 3}}
    found = figures([json.dumps(body).encode()], [1])
    assert (found.answer.embeddings, found.model, found.usage) == (None, "e", Usage(3, 0))


@settings(max_examples=100)
@given(
    st.binary(max_size=60), st.sampled_from([b"", b"{", b"data: ", b'data: {"choices":', b'{"choices":[{"message":'])
)
def test_no_bytes_stop_the_reader(rest: bytes, start: bytes) -> None:
    """Whatever a provider sends is read without a failure."""
    hear([start + rest, b"\n\n"], [1, 2])
    figures([start + rest], [1])
