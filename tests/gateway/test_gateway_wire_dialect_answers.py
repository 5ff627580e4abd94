"""Answers, errors and streams of one dialect, said in the other."""

import json
from itertools import pairwise
from typing import Any

import pytest
from dialects_support import CALL, chat_chunk, event, message, message_events
from hypothesis import given, settings
from hypothesis import strategies as st
from upstream import DONE

from seatrial.gateway.wire.anthropic.answer import (
    Untranslatable,
    chat_error_of,
    chat_of,
    message_error_of,
    message_of,
)
from seatrial.gateway.wire.anthropic.stream_to_anthropic import MessageStream
from seatrial.gateway.wire.anthropic.stream_to_openai import ChatStream


def chat(content: str | None = "Hello", finish: str = "stop", **more: Any) -> dict[str, Any]:
    """A whole chat answer."""
    choice = {"index": 0, "message": {"role": "assistant", "content": content, **more}, "finish_reason": finish}
    usage = {"prompt_tokens": 9, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}}
    return {"id": "chatcmpl-1", "model": "gpt-x", "choices": [choice], "usage": usage}


def as_chat(body: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(chat_of(json.dumps(body).encode(), 7)))


def as_message(body: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(message_of(json.dumps(body).encode())))


def test_a_message_is_a_chat_s_answer() -> None:
    """Texts joined, calls with their arguments as text, tokens of a cache among the prompt's."""
    found = as_chat(message({"type": "text", "text": "Let me see."}, CALL, stop="tool_use"))
    choice = found["choices"][0]
    call = choice["message"]["tool_calls"][0]
    assert (found["object"], found["created"], found["id"]) == ("chat.completion", 7, "msg_1")
    assert (choice["message"]["content"], choice["finish_reason"]) == ("Let me see.", "tool_calls")
    assert (call["id"], call["type"], json.loads(call["function"]["arguments"])) == (
        "toolu_1",
        "function",
        CALL["input"],
    )
    assert found["usage"]["prompt_tokens"] == 9
    assert found["usage"]["prompt_tokens_details"] == {"cached_tokens": 4}
    assert found["usage"]["total_tokens"] == 12


def test_a_chat_s_answer_is_a_message() -> None:
    """Text and calls as blocks, tokens of a cache apart."""
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    found = as_message(chat("Hm.", "tool_calls", tool_calls=[call], reasoning_content="so"))
    assert [block["type"] for block in found["content"]] == ["thinking", "text", "tool_use"]
    assert found["content"][2]["input"] == {"a": 1}
    assert (found["type"], found["role"], found["stop_reason"]) == ("message", "assistant", "tool_use")
    assert found["usage"]["input_tokens"] == 5
    assert found["usage"]["cache_read_input_tokens"] == 4


@pytest.mark.parametrize(
    ("finish", "stop"),
    [("content_filter", "refusal"), ("length", "max_tokens"), ("stop", "end_turn"), ("tool_calls", "tool_use")],
)
def test_the_end_keeps_its_reason(finish: str, stop: str) -> None:
    """Why an answer ended is said in both dialects, there and back."""
    assert as_message(chat(finish=finish))["stop_reason"] == stop
    assert as_chat(message(stop=stop))["choices"][0]["finish_reason"] == finish


def test_a_refusal_is_a_refusal() -> None:
    """What a model says when it will not answer is text that says so."""
    found = as_message(chat(None, refusal="I will not."))
    assert (found["content"], found["stop_reason"]) == ([{"type": "text", "text": "I will not."}], "refusal")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>", b'{"choices": []}', b'{"content": "x"}'])
def test_what_is_no_answer_is_not_made_one(body: bytes) -> None:
    """A body that is none of the dialect is told, never half translated."""
    with pytest.raises(Untranslatable):
        chat_of(body, 7)
    with pytest.raises(Untranslatable):
        message_of(body)


@pytest.mark.parametrize(
    ("status", "kind"), [(401, "authentication_error"), (429, "rate_limit_error"), (500, "api_error")]
)
def test_errors_keep_their_meaning(status: int, kind: str) -> None:
    """An error has the shape and the type that the client's library looks for."""
    theirs = json.dumps({"error": {"message": "No.", "type": "x", "param": None, "code": "y"}}).encode()
    ours = json.dumps({"type": "error", "error": {"type": kind, "message": "No."}}).encode()
    assert json.loads(message_error_of(theirs, status)) == json.loads(ours)
    error = json.loads(chat_error_of(ours, status))["error"]
    assert (error["message"], error["code"], error["param"]) == ("No.", kind, None)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": "no"}', b'{"error": {"message": 7}}'])
def test_errors_of_any_kind_are_errors(body: bytes) -> None:
    """What cannot be read is still an error in the client's shape."""
    assert json.loads(message_error_of(body, 503))["error"]["type"] == "overloaded_error"
    assert json.loads(chat_error_of(body, 503))["error"]["type"] == "api_error"


def fed(stream: ChatStream | MessageStream, data: bytes, cuts: list[int]) -> bytes:
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    fed_ = [stream.feed(data[begin:end]) for begin, end in pairwise(places)]
    return b"".join([*fed_, stream.end()])


def frames_of(body: bytes) -> list[dict[str, Any]]:
    lines = [line[6:] for line in body.split(b"\n") if line.startswith(b"data: {")]
    return [json.loads(line) for line in lines]


TEXT = st.text(min_size=1, max_size=12)
BLOCKS = st.lists(
    st.builds(lambda text: {"type": "text", "text": text}, TEXT)
    | st.builds(lambda text: {"type": "thinking", "thinking": text}, TEXT)
    | st.builds(
        lambda name, text: {"type": "tool_use", "id": name, "name": name, "input": {"a": text} if text else {}},
        st.from_regex(r"[a-z]{1,5}", fullmatch=True),
        st.text(max_size=8),
    ),
    min_size=1,
    max_size=4,
)
CUTS = st.lists(st.integers(0, 3000), max_size=10)


@settings(max_examples=80, deadline=None)
@given(BLOCKS, CUTS, st.integers(1, 7))
def test_a_stream_of_a_message_says_what_the_message_says(blocks: list[Any], cuts: list[int], step: int) -> None:
    """Put together, a translated stream is the translated message, however it is cut."""
    body = fed(ChatStream(7, usage=True), b"".join(message_events(*blocks, step=step)), cuts)
    whole = as_chat(message(*blocks))["choices"][0]["message"]
    frames = frames_of(body)
    deltas = [frame["choices"][0]["delta"] for frame in frames if frame["choices"]]
    calls: dict[int, dict[str, Any]] = {}
    for piece in (piece for delta in deltas for piece in delta.get("tool_calls", ())):
        call = calls.setdefault(piece["index"], {"id": piece.get("id"), "arguments": ""})
        call["arguments"] += piece["function"]["arguments"]
    assert "".join(delta.get("content") or "" for delta in deltas) == (whole["content"] or "")
    assert "".join(delta.get("reasoning_content", "") for delta in deltas) == whole.get("reasoning_content", "")
    assert [json.loads(call["arguments"]) for call in calls.values()] == [
        json.loads(call["function"]["arguments"]) for call in whole.get("tool_calls", ())
    ]
    assert frames[-1]["usage"]["prompt_tokens"] == 9
    assert body.endswith(DONE)


@settings(max_examples=80, deadline=None)
@given(BLOCKS, CUTS)
def test_there_and_back_is_the_same_stream(blocks: list[Any], cuts: list[int]) -> None:
    """A message that is streamed as a chat and back has the same blocks, neighbours of one kind joined."""
    there = fed(ChatStream(7, usage=True), b"".join(message_events(*blocks)), cuts)
    events = frames_of(fed(MessageStream("m"), there, cuts))
    assert [each["type"] for each in events[:1] + events[-2:]] == ["message_start", "message_delta", "message_stop"]
    told: list[list[str]] = []
    for each in events:
        if each["type"] == "content_block_start":
            told.append([each["content_block"]["type"], ""])
        elif each["type"] == "content_block_delta":
            told[-1][1] += "".join(str(value) for name, value in each["delta"].items() if name != "type")
    joined: list[list[str]] = []
    for block in blocks:
        text = json.dumps(block["input"]) if block["type"] == "tool_use" else block[block["type"]]
        if joined and joined[-1][0] == block["type"] != "tool_use":
            joined[-1][1] += text
        else:
            joined.append([block["type"], text])
    assert told == joined


def test_the_events_come_in_their_order() -> None:
    """Each block is opened and closed once, one after the other."""
    call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": ""}}
    chunks = [
        chat_chunk({"role": "assistant", "content": ""}),
        chat_chunk({"content": "a"}),
        chat_chunk({"tool_calls": [call]}),
        chat_chunk({"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]}),
        chat_chunk({}, "tool_calls"),
    ]
    events = frames_of(fed(MessageStream("m"), b"".join(chunks), []))
    names = [each["type"].removeprefix("content_block_") for each in events]
    assert names == [
        "message_start",
        "start",
        "delta",
        "stop",
        "start",
        "delta",
        "stop",
        "message_delta",
        "message_stop",
    ]
    assert [each.get("index") for each in events[1:7]] == [0, 0, 0, 1, 1, 1]


def test_a_stream_that_is_not_whole_gets_no_end() -> None:
    """Without a reason there is neither `message_stop` nor `[DONE]`."""
    assert b"message_stop" not in fed(MessageStream("m"), chat_chunk({"content": "a"}), [])
    events = message_events({"type": "text", "text": "Hello"})
    assert b"[DONE]" not in fed(ChatStream(7, usage=True), b"".join(events[:-1]), [])


def test_the_usage_is_told_to_those_who_asked() -> None:
    """A chat's client that wants no usage gets no event for it; the gateway knows it all the same."""
    stream = ChatStream(7, usage=False)
    body = fed(stream, b"".join(message_events({"type": "text", "text": "Hello"})), [])
    assert b"prompt_tokens" not in body
    assert stream.usage is not None
    assert (stream.usage.input, stream.usage.output, stream.usage.cached) == (9, 3, 4)


def test_pings_stay_alive() -> None:
    """A keep-alive of one side is one of the other."""
    assert ChatStream(7, usage=True).feed(event("ping")) == b": ping\n\n"
    stream = MessageStream("m")
    stream.feed(chat_chunk({"content": "a"}))
    assert stream.feed(b": ping\n\n") == b'event: ping\ndata: {"type":"ping"}\n\n'


def test_an_error_in_a_stream_is_one_in_the_other() -> None:
    """What a client raises in one dialect it raises in the other."""
    told = ChatStream(7, usage=True).feed(event("error", error={"type": "overloaded_error", "message": "Busy."}))
    assert json.loads(told[6:])["error"]["code"] == "overloaded_error"
    there = MessageStream("m").feed(b'data: {"error": {"message": "No.", "type": "server_error"}}\n\n')
    assert there.startswith(b"event: error\n")


@pytest.mark.parametrize("data", [b"data: {\n\n", b"data: [1]\n\n", b'data: {"choices": 7}\n\n', b"data: \xff\n\n"])
def test_a_malformed_event_is_not_skipped(data: bytes) -> None:
    """What it said would be missing from the answer, and nobody would know."""
    with pytest.raises(Untranslatable):
        MessageStream("m").feed(data)
    if b"choices" not in data:
        with pytest.raises(Untranslatable):
            ChatStream(7, usage=True).feed(data)


def test_calls_that_are_mixed_are_not_guessed() -> None:
    """Blocks come one after the other; pieces of two calls at once cannot be said."""
    stream = MessageStream("m")
    for index in (0, 1):
        stream.feed(chat_chunk({"tool_calls": [{"index": index, "id": f"c{index}", "function": {"name": "f"}}]}))
    with pytest.raises(Untranslatable):
        stream.feed(chat_chunk({"tool_calls": [{"index": 0, "function": {"arguments": "{"}}]}))


def test_the_stop_sequence_is_named_where_it_is_known() -> None:
    """Some servers say which of the stop sequences it was."""
    body = fed(
        MessageStream("m"),
        chat_chunk({"content": "a"})
        + chat_chunk({}, "stop").replace(b'"finish_reason"', b'"stop_reason": "END", "finish_reason"'),
        [],
    )
    assert frames_of(body)[-2]["delta"] == {"stop_reason": "stop_sequence", "stop_sequence": "END"}
