"""Requests of one dialect, said in the other."""

import json
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.gateway.wire.anthropic import to_anthropic, to_openai
from seatrial.gateway.wire.errors import Refusal

USER = {"role": "user", "content": "Hi"}
PNG = "data:image/png;base64,aGk="
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def out(**more: Any) -> dict[str, Any]:
    """A chat, as messages."""
    body = {"model": "m", "messages": [USER], **more}
    return dict(json.loads(to_anthropic(json.dumps(body).encode())))


def into(**more: Any) -> dict[str, Any]:
    """Messages, as a chat."""
    body = {"model": "m", "messages": [USER], "max_tokens": 9, **more}
    return dict(json.loads(to_openai(json.dumps(body).encode())))


OUT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a bound": ({"max_tokens": 7}, {"max_tokens": 7}),
    "a forced tool": (
        {"tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": "required"},
        {"tool_choice": {"type": "any"}},
    ),
    "a hot model": ({"temperature": 1.8}, {"temperature": 1.0}),
    "a named tool": (
        {
            "tools": [{"type": "function", "function": {"name": "f"}}],
            "tool_choice": {"type": "function", "function": {"name": "f"}},
        },
        {"tool_choice": {"type": "tool", "name": "f"}},
    ),
    "a schema": (
        {"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA}}},
        {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
    ),
    "a stop": ({"stop": "END"}, {"stop_sequences": ["END"]}),
    "a tool without arguments": (
        {"tools": [{"type": "function", "function": {"name": "f", "description": "d"}}]},
        {"tools": [{"name": "f", "input_schema": {"type": "object", "properties": {}}, "description": "d"}]},
    ),
    "a user": ({"user": "u"}, {"metadata": {"user_id": "u"}}),
    "no bound": ({}, {"max_tokens": 4096}),
    "one call at a time": (
        {"tools": [{"type": "function", "function": {"name": "f"}}], "parallel_tool_calls": False},
        {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}},
    ),
    "the newer bound": ({"max_completion_tokens": 8}, {"max_tokens": 8}),
    "what is only OpenAI's": ({"seed": 1, "logit_bias": {}, "frequency_penalty": 1, "store": True}, {}),
}


@pytest.mark.parametrize("name", sorted(OUT))
def test_a_chat_is_said_as_messages(name: str) -> None:
    """Each field of a chat becomes what says the same."""
    given_, wanted = OUT[name]
    plain = {"model": "m", "messages": [USER], "max_tokens": 4096}
    tools = {"tools": out(**given_)["tools"]} if "tools" in given_ else {}
    assert out(**given_) == plain | tools | wanted


IN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a forced tool": ({"tool_choice": {"type": "any"}}, {"tool_choice": "required"}),
    "a named tool": (
        {"tool_choice": {"type": "tool", "name": "f", "disable_parallel_tool_use": True}},
        {"tool_choice": {"type": "function", "function": {"name": "f"}}, "parallel_tool_calls": False},
    ),
    "a schema": (
        {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}, "effort": "high"}},
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True},
            },
            "reasoning_effort": "high",
        },
    ),
    "a stream": ({"stream": True}, {"stream": True, "stream_options": {"include_usage": True}}),
    "a tool": (
        {"tools": [{"name": "f", "description": "d", "input_schema": SCHEMA, "cache_control": {"type": "ephemeral"}}]},
        {"tools": [{"type": "function", "function": {"name": "f", "description": "d", "parameters": SCHEMA}}]},
    ),
    "no tool": ({"tool_choice": {"type": "none"}}, {"tool_choice": "none"}),
    "stops and a user": (
        {"stop_sequences": ["a", "b"], "metadata": {"user_id": "u"}},
        {"stop": ["a", "b"], "user": "u"},
    ),
    "what is only Anthropic's": ({"top_k": 5, "thinking": {"type": "enabled", "budget_tokens": 1024}}, {}),
}


@pytest.mark.parametrize("name", sorted(IN))
def test_messages_are_said_as_a_chat(name: str) -> None:
    """Each field of a request for messages becomes what says the same."""
    given_, wanted = IN[name]
    assert into(**given_) == {"model": "m", "messages": [USER], "max_tokens": 9} | wanted


def test_newer_models_get_the_newer_bound() -> None:
    """The field that bounds the answer is the caller's choice."""
    body = json.dumps({"model": "o3", "messages": [USER], "max_tokens": 9}).encode()
    assert json.loads(to_openai(body, "max_completion_tokens"))["max_completion_tokens"] == 9


def test_a_whole_conversation_becomes_turns() -> None:
    """System apart, results of tools in one turn with what the user says next."""
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"city":"Rome"}'}}
    found = out(
        messages=[
            {"role": "system", "content": "Be brief."},
            USER,
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "content": "Sunny"},
            {"role": "user", "content": [{"type": "text", "text": "And?"}]},
        ]
    )
    assert found["system"] == "Be brief."
    result = {"type": "tool_result", "tool_use_id": "c1", "content": "Sunny"}
    assert found["messages"] == [
        USER,
        {"role": "assistant", "content": [{"type": "tool_use", "id": "c1", "name": "f", "input": {"city": "Rome"}}]},
        {"role": "user", "content": [result, {"type": "text", "text": "And?"}]},
    ]


def test_turns_become_a_conversation() -> None:
    """A result of a tool is a message of its own before what the user says; an image in it goes into that."""
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}}
    result = {"type": "tool_result", "tool_use_id": "c1", "content": [{"type": "text", "text": "Sunny"}, image]}
    thought = {"type": "thinking", "thinking": "hm", "signature": "s"}
    use = {"type": "tool_use", "id": "c1", "name": "f", "input": {}}
    found = into(
        system=[{"type": "text", "text": "Be brief."}],
        messages=[USER, {"role": "assistant", "content": [thought, use]}, {"role": "user", "content": [result]}],
    )
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    assert found["messages"] == [
        {"role": "system", "content": "Be brief."},
        USER,
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "Sunny"},
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": PNG}}]},
    ]


@pytest.mark.parametrize("url", [PNG, "https://example.com/a.png"])
def test_images_go_both_ways(url: str) -> None:
    """An image by address, or within the request, comes back as it was."""
    parts = [{"type": "text", "text": "What?"}, {"type": "image_url", "image_url": {"url": url}}]
    turns = out(messages=[{"role": "user", "content": parts}])
    assert into(messages=turns["messages"])["messages"] == [{"role": "user", "content": parts}]


def test_documents_go_both_ways() -> None:
    """A file within the request comes back as it was."""
    file = {"type": "file", "file": {"file_data": "data:application/pdf;base64,aGk=", "filename": "a.pdf"}}
    turns = out(messages=[{"role": "user", "content": [file]}])
    assert into(messages=turns["messages"])["messages"] == [{"role": "user", "content": [file]}]


TEXT = st.text(min_size=1, max_size=20)
NAME = st.from_regex(r"[a-z_]{1,10}", fullmatch=True)
INPUT = st.dictionaries(NAME, st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT, max_size=3)
CALLS = st.lists(st.tuples(NAME, NAME, INPUT), min_size=1, max_size=3, unique_by=lambda call: call[0])


@st.composite
def conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A chat as clients write it: user and assistant by turns, calls with their results."""
    found: list[dict[str, Any]] = [{"role": "system", "content": draw(TEXT)}] if draw(st.booleans()) else []
    for _ in range(draw(st.integers(1, 3))):
        found.append({"role": "user", "content": draw(TEXT)})
        calls = draw(CALLS | st.none())
        if calls is None:
            found.append({"role": "assistant", "content": draw(TEXT)})
            continue
        made = [
            {"id": id_, "type": "function", "function": {"name": name, "arguments": json.dumps(given_)}}
            for id_, name, given_ in calls
        ]
        found.append({"role": "assistant", "tool_calls": made})
        found += [{"role": "tool", "tool_call_id": id_, "content": draw(TEXT)} for id_, _, _ in calls]
        found.append({"role": "assistant", "content": draw(TEXT)})
    return found


def plain(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With arguments decoded: their spaces say nothing."""
    for each in messages:
        for call in each.get("tool_calls") or ():
            call["function"]["arguments"] = json.loads(call["function"]["arguments"])
    return messages


@settings(max_examples=60, deadline=None)
@given(conversations())
def test_there_and_back_is_the_same_conversation(messages: list[dict[str, Any]]) -> None:
    """A chat that is put into messages and back says the same."""
    turns = out(messages=messages)
    back = json.loads(to_openai(json.dumps(turns).encode()))
    assert plain(back["messages"]) == plain(messages)


@settings(max_examples=60, deadline=None)
@given(conversations())
def test_user_and_assistant_come_by_turns(messages: list[dict[str, Any]]) -> None:
    """No two turns of one side follow each other."""
    roles = [turn["role"] for turn in out(messages=messages)["messages"]]
    assert all(first != second for first, second in pairwise(roles))


REFUSED: list[dict[str, Any]] = [
    {"functions": [{"name": "f"}]},
    {"logprobs": True},
    {"messages": "Hi"},
    {"messages": [{"role": "critic", "content": "x"}]},
    {"messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]},
    {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:x"}}]}]},
    {
        "messages": [
            {
                "role": "assistant",
                "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{"}}],
            }
        ]
    },
    {"n": 2},
    {"tools": [{"type": "web_search"}]},
]


@pytest.mark.parametrize("more", REFUSED, ids=str)
def test_what_cannot_be_said_is_refused(more: dict[str, Any]) -> None:
    """What would make another answer of it is a 400 with its reason, never silently left out."""
    with pytest.raises(Refusal) as refused:
        out(**more)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "more",
    [
        {"mcp_servers": [{"type": "url"}]},
        {"messages": [{"role": "user", "content": [{"type": "search_result"}]}]},
        {"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
        {
            "messages": [
                {"role": "user", "content": [{"type": "document", "source": {"type": "url", "url": "https://a"}}]}
            ]
        },
    ],
    ids=str,
)
def test_what_only_anthropic_does_is_refused(more: dict[str, Any]) -> None:
    """Tools that run at the provider's have no counterpart."""
    with pytest.raises(Refusal) as refused:
        into(**more)
    assert refused.value.code == "unsupported"


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["model", "messages", "role", "content", "type", "text", "tools", "stop"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_translated_or_refused(value: Any) -> None:
    """Nothing that a client can send is a crash."""
    for translate in (to_anthropic, to_openai):
        with suppress(Refusal):
            translate(json.dumps(value).encode())
