"""Odd and rare shapes of requests and answers, each with what the record says of it."""

import json
from typing import Any

import pytest
from exchanges import answered
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Timing
from seatrial.core.request import Message, Request, ToolCall
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.records.answers import figures, hear
from seatrial.gateway.records.asked import MOST_MESSAGES, fields_of, request_of, user_of
from seatrial.gateway.records.queue import Queue
from seatrial.gateway.records.reading import LONGEST_NAME, Reader
from seatrial.gateway.records.redacting import redacted
from seatrial.gateway.records.trace import trace_line


def asked(operation: str = "chat", **fields: Any) -> Request:
    return request_of(operation, fields_of(json.dumps(fields).encode()))


def turns(*content: Any, role: str = "user", **more: Any) -> Request:
    return asked(messages=[{"role": role, "content": list(content)} | more])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "ab"),
        ([{"type": "input_audio", "input_audio": {}}], "[input_audio]"),
        ([{"type": "x" * 100}], f"[{'x' * 40}]"),
        ([{}], "[None]"),
        (["a", 1, None, True], "a1true"),
        ([{"type": "text", "text": 5}], "[text]"),
        ([], ""),
    ],
)
def test_contents_in_parts_become_one_text(content: list[Any], text: str) -> None:
    """Texts are joined; what is no text is named in brackets and not kept."""
    assert turns(*content).messages == (Message("user", text),)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"role": "wizard", "content": "a"}, Message("user", "a")),
        ({"role": None, "content": "a"}, Message("user", "a")),
        ({"content": "a"}, Message("user", "a")),
        ({"role": "function", "content": "a"}, Message("tool", "a")),
        ({"role": "assistant", "content": None}, Message("assistant", "")),
        ({"role": "user", "content": {"a": 1}}, Message("user", '{"a":1}')),
        ({"role": "tool", "content": ["a"], "tool_call_id": 5}, Message("tool", "a")),
        (
            {"role": "assistant", "tool_calls": [{"id": "c", "custom": {"name": "f", "input": "x"}}]},
            Message("assistant", "", (ToolCall("f", "x", "c"),)),
        ),
        (
            {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}}]},
            Message("assistant", "", (ToolCall("f", '{"a":1}', "t"),)),
        ),
        (
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": [{"text": "18"}]}]},
            Message("tool", "18", (), "t"),
        ),
        ({"role": "assistant", "content": "a", "tool_calls": "none"}, Message("assistant", "a")),
        ({"role": "assistant", "content": "a", "tool_calls": [7]}, Message("assistant", "a")),
    ],
)
def test_a_message_of_a_rare_shape_is_kept(item: dict[str, Any], message: Message) -> None:
    """Roles that nobody knows are users; calls, results and contents that are no text find their place."""
    assert asked(messages=[item, {"role": "user", "content": ["x"]}]).messages[0] == message


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (
            {"type": "function_call", "name": "f", "arguments": "{}", "call_id": "c"},
            Message("assistant", "", (ToolCall("f", "{}", "c"),)),
        ),
        (
            {"type": "custom_tool_call", "name": "f", "input": "x", "call_id": "c"},
            Message("assistant", "", (ToolCall("f", "x", "c"),)),
        ),
        ({"type": "function_call_output", "output": "18", "call_id": "c"}, Message("tool", "18", (), "c")),
        ({"type": "custom_tool_call_output", "output": "18", "call_id": "c"}, Message("tool", "18", (), "c")),
        ({"type": "function_call_output", "output": [{"text": "18"}]}, Message("tool", "18")),
        ("plain", Message("user", "plain")),
        ([1, 2, 3], Message("user", "123")),
    ],
)
def test_items_of_responses_are_kept(item: Any, message: Message) -> None:
    """Calls are the assistant's, what they gave back is a tool's."""
    assert asked("responses", input=[item]).messages == (message,)


@pytest.mark.parametrize("least", [0, 1])
def test_a_conversation_without_end_is_cut(least: int) -> None:
    """So many messages are kept as they stand, and no more."""
    items = [{"role": "user", "content": "a"}] * (MOST_MESSAGES + least)
    assert len(asked(messages=items).messages) == MOST_MESSAGES


@pytest.mark.parametrize(
    ("fields", "user"),
    [
        ({"user": "ada"}, "ada"),
        ({"safety_identifier": "ada"}, "ada"),
        ({"metadata": {"user_id": "ada"}}, "ada"),
        ({"metadata": "ada"}, "ada"),
        ({"user": "", "safety_identifier": "ada"}, "ada"),
        ({"user": 7, "metadata": {"user_id": "ada"}}, "ada"),
        ({"metadata": {"user": "ada"}}, None),
        ({"metadata": {"user_id": ["ada"]}}, None),
        ({}, None),
    ],
)
def test_who_asks_stands_in_one_of_three_fields(fields: dict[str, Any], user: str | None) -> None:
    """The first that names somebody counts; what is no name is passed over."""
    assert user_of(fields_of(json.dumps(fields).encode())) == user


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"a":', b"\xff", b"[" * 5_000])
def test_what_is_no_object_has_no_fields(body: bytes) -> None:
    """Nothing that a client sends breaks the reading."""
    assert fields_of(body) == {}


def whole(**fields: Any) -> Answer:
    return hear([json.dumps(fields).encode()], [1]).answer


@pytest.mark.parametrize(
    ("blocks", "answer"),
    [
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], Answer("ab")),
        ([{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "a"}], Answer("a", reasoning="hm")),
        ([{"type": "tool_use", "id": "t", "name": "f", "input": {}}], Answer("", (ToolCall("f", "{}", "t"),))),
        ([7, None, "x"], Answer("")),
        ([], Answer("")),
    ],
)
def test_blocks_of_a_message_become_an_answer(blocks: list[Any], answer: Answer) -> None:
    """Text, thoughts and calls have their own places; what is no block is passed over."""
    found = whole(content=blocks)
    assert (found.text, found.tool_calls, found.reasoning) == (answer.text, answer.tool_calls, answer.reasoning)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"type": "message", "content": [{"text": "a"}]}, ("a", ())),
        ({"type": "message", "content": [{"type": "refusal", "refusal": "no"}]}, ("no", ())),
        (
            {"type": "custom_tool_call", "call_id": "c", "name": "f", "input": "x"},
            ("", (ToolCall("f", "x", "c"),)),
        ),
        ({"type": "function_call", "id": "c", "name": "f", "arguments": "{}"}, ("", (ToolCall("f", "{}", "c"),))),
        ({"type": "reasoning", "summary": [{"text": "hm"}]}, ("", ())),
    ],
)
def test_items_of_a_response_become_an_answer(item: dict[str, Any], expected: tuple[str, Any]) -> None:
    """The output of a response is read whole, calls of custom tools, too."""
    found = whole(output=[item])
    assert (found.text, found.tool_calls) == expected


def heard(*events: dict[str, Any]) -> Answer:
    data = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
    return hear([data], [1]).answer


@pytest.mark.parametrize("kind", ["function_call_arguments", "custom_tool_call_input"])
def test_a_call_that_comes_in_pieces_is_put_together(kind: str) -> None:
    """Its name stands in the first event, what it is called with in the others."""
    item = {"type": kind.replace("_arguments", "").replace("_input", ""), "call_id": "c", "name": "f"}
    found = heard(
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": f"response.{kind}.delta", "output_index": 0, "delta": "ab"},
        {"type": f"response.{kind}.delta", "output_index": 0, "delta": "cd"},
        {"type": "response.completed", "response": {}},
    )
    assert found.tool_calls == (ToolCall("f", "abcd", "c"),)


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        ({"type": "message_delta", "delta": {"stop_reason": "max_tokens"}}, "max_tokens"),
        ({"type": "response.incomplete", "response": {}}, "incomplete"),
        ({"type": "response.failed", "response": {}}, "failed"),
        ({"type": "message_delta", "delta": {"stop_reason": None}}, None),
    ],
)
def test_the_reason_of_an_end_is_known(last: dict[str, Any], reason: str | None) -> None:
    """Each dialect has its own word for why an answer ended."""
    assert heard({"type": "response.output_text.delta", "delta": "a"}, last).finish_reason == reason


@pytest.mark.parametrize("body", [b"", b" ", b"<html>bad gateway</html>", b"[1, 2]", b'{"choices": 5}', b"{"])
def test_a_reply_that_is_no_answer_has_none(body: bytes) -> None:
    """An empty reply is empty; any other says that something was wrong."""
    found = hear([body], [1])
    assert found.answer == Answer()
    assert found.malformed is bool(body)


def test_a_second_choice_is_not_the_answer() -> None:
    """Of several answers the first is kept."""
    choices = [{"index": 1, "message": {"content": "b"}}, {"index": 0, "message": {"content": "a"}}]
    assert whole(choices=choices).text == "a"


def test_vectors_are_not_kept() -> None:
    """Of embeddings there are usage and model; what is no JSON is known as that."""
    found = figures([b'{"data": [{"embedding": [0.1]}], "model": "m", "usage": {"prompt_tokens": 3}}'], [1])
    assert (found.model, found.answer) == ("m", Answer())
    assert found.usage is not None
    assert found.usage.input == 3
    assert figures([b"{"], [1]).malformed
    assert not figures([], []).malformed


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=30), st.integers(1, 8), st.integers(0, 60))
@settings(max_examples=50)
def test_what_waits_is_bounded_and_in_order(sizes: list[tuple[int, int]], most: int, most_bytes: int) -> None:
    """Never more records or bytes wait than allowed, each is taken, thinned or dropped, and none changes places."""
    queue, put = Queue(most, most_bytes, longest=20), []
    for body, reply in sizes:
        exchange = Exchange("/v1/chat/completions", [])
        exchange.body, exchange.chunks, exchange.size = b"x" * body, [b"y" * reply] if reply else [], reply
        queue.put(exchange)
        put.append(exchange)
    taken = queue.take(100)
    assert len(taken) == min(len(sizes), most)
    assert queue.dropped == len(sizes) - len(taken)
    assert sum(len(each.body) + sum(map(len, each.chunks)) for each in taken) <= most_bytes
    assert taken == put[: len(taken)]
    assert queue.thinned == sum(each.tags.get("record") == "thinned" for each in taken)


@pytest.mark.parametrize(("size", "kept"), [(19, 19), (20, 20), (21, 0)])
def test_a_body_at_the_bound_is_kept(size: int, kept: int) -> None:
    """One byte more, and there are only the figures; the record says so."""
    queue, exchange = Queue(longest=20), Exchange("/", [])
    exchange.body = b"x" * size
    queue.put(exchange)
    assert len(exchange.body) == kept
    assert (exchange.tags.get("record") == "cut") is (kept == 0)


def test_room_that_was_taken_is_free_again() -> None:
    """Bytes that were taken out do not count any more."""
    queue = Queue(most_bytes=10)
    for _ in range(5):
        exchange = Exchange("/", [])
        exchange.body = b"x" * 10
        queue.put(exchange)
        assert [len(each.body) for each in queue.take(5)] == [10]
    assert (len(queue), queue.thinned) == (0, 0)


def shout(text: str) -> str:
    return text.upper()


def test_all_texts_are_redacted_and_no_word_of_ours() -> None:
    """Messages, tools' arguments, data and failures go through; roles and kinds are ours."""
    request = Request((Message("user", "ask"),), params={"stop": ["end"]})
    timing = Timing(1, 1, 2)
    answer = Answer("text", (ToolCall("f", '{"a": "b"}', "c"),), data={"kind": "data", "x": ["y"]})
    found = redacted(Interaction(target="t", request=request, timing=timing, answer=answer), shout)
    assert found.request.messages == (Message("user", "ASK"),)
    assert found.request.params == {"stop": ["END"]}
    assert found.answer is not None
    assert (found.answer.text, found.answer.tool_calls[0].arguments) == ("TEXT", '{"A": "B"}')
    failure = Failure(FailureKind.TIMEOUT, "it took long", partial="half")
    failed = redacted(Interaction(target="t", request=request, timing=timing, failure=failure), shout).failure
    assert failed == Failure(FailureKind.TIMEOUT, "IT TOOK LONG", partial="HALF")


TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.mark.parametrize(
    ("told", "good"),
    [
        (f"00-{TRACE}-{PARENT}-01", True),
        (f"00-{TRACE}-{PARENT}-00", True),
        (f"01-{TRACE}-{PARENT}-01-more", True),
        (f" 00-{TRACE}-{PARENT}-01 ", True),
        (f"00-{TRACE}-{PARENT}-01-more", False),
        (f"ff-{TRACE}-{PARENT}-01", False),
        (f"00-{'0' * 32}-{PARENT}-01", False),
        (f"00-{TRACE}-{'0' * 16}-01", False),
        (f"00-{TRACE.upper()}-{PARENT}-01", False),
        (f"00-{TRACE[:-1]}-{PARENT}-01", False),
        (f"00-{TRACE}-{PARENT}", False),
        ("", False),
    ],
)
def test_a_trace_goes_on_with_a_new_parent(told: str, good: bool) -> None:
    """Trace and flags stay, the parent is the gateway's own; what is malformed is not passed on."""
    exchange = Exchange("/", [(b"traceparent", told.encode())])
    line = trace_line(exchange).decode()
    assert bool(line) is good
    if good:
        _, trace, span, flags = line.removeprefix("traceparent: ").strip().split("-")
        assert (trace, flags) == (TRACE, told.strip().split("-")[3])
        assert exchange.tags == {"trace": TRACE, "parent": PARENT, "span": span}
        assert span != PARENT


@pytest.mark.parametrize("name", ["x" * LONGEST_NAME, "x" * (LONGEST_NAME + 1), "x" * 10_000])
def test_names_that_clients_and_providers_make_up_are_bounded(name: str) -> None:
    """The model that answered, the session and the id of the request take no more room than so much."""
    body = json.dumps({"model": name, "choices": [{"message": {"content": "a"}}]}).encode()
    found = Reader(str).entry(answered(chunks=[body], session=name, request_id=name)).interaction
    assert {found.model, found.session, found.request_id} == {"x" * LONGEST_NAME}


@given(st.binary(max_size=200), st.binary(max_size=200))
@settings(max_examples=50)
def test_whatever_was_sent_is_one_record(body: bytes, reply: bytes) -> None:
    """Any bytes of a client and of a provider become an entry with exactly one of answer and failure."""
    found = Reader(str).entry(answered(body=body, chunks=[reply], size=len(reply), usage=None)).interaction
    assert (found.answer is None) is (found.failure is not None)
