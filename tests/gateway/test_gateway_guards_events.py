"""Streams cut into events, and what each event says: of chats, completions, responses and messages."""

import json
from typing import Any

import pytest
from guards_support import cut, cuts
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.gateway.guards.deltas import Read, read_event
from seatrial.gateway.guards.events import Events, data_of, with_data

EVENTS = st.lists(
    st.sampled_from(
        [
            b"data: {}\n\n",
            b"data: [DONE]\r\n\r\n",
            b": ping\n\n",
            b"event: x\rdata: 1\r\r",
            b"id: 7\ndata: a\ndata: b\n\n",
            b"data: \xc3\xa9\n\r\n",
        ]
    ),
    max_size=8,
)


@given(told=EVENTS, places=cuts)
@settings(max_examples=50)
def test_no_byte_is_lost_however_a_stream_is_cut(told: list[bytes], places: list[int]) -> None:
    """All events and the rest together are what was fed, in order."""
    data, events = b"".join(told) + b"data: half", Events()
    found = [event for chunk in cut(data, places) for event in events.feed(chunk)]
    assert b"".join(found) + events.rest() == data


@given(told=st.lists(st.sampled_from([b"data: {}\n\n", b": ping\n\n", b"id: 7\ndata: a\n\n"]), max_size=8), places=cuts)
@settings(max_examples=50)
def test_events_with_plain_line_ends_are_the_same_for_every_cut(told: list[bytes], places: list[int]) -> None:
    """An event comes out once and whole, wherever the bytes were parted."""
    events = Events()
    assert [event for chunk in cut(b"".join(told), places) for event in events.feed(chunk)] == told


def test_the_rest_is_given_once() -> None:
    """What is left is known by its size, and is gone when it was taken."""
    events = Events()
    assert events.feed(b"data: 1\n\ndata: hal") == [b"data: 1\n\n"]
    assert events.size == 9
    assert (events.rest(), events.rest(), events.size) == (b"data: hal", b"", 0)


@pytest.mark.parametrize(
    ("event", "data"),
    [
        (b"data: {}\n\n", b"{}"),
        (b"data:{}\n\n", b"{}"),
        (b"data:  two blanks\n\n", b" two blanks"),
        (b"data: a\ndata: b\n\n", b"a\nb"),
        (b"data: a\rdata: b\r\r", b"a\nb"),
        (b"data: a\r\n\r\n", b"a"),
        (b"event: x\nid: 3\ndata: a\n\n", b"a"),
        (b"\xef\xbb\xbfdata: a\n\n", b"a"),
        (b"data:\n\n", b""),
        (b": ping\n\n", None),
        (b"event: ping\n\n", None),
        (b"data\n\n", None),
        (b"database: no\n\n", None),
        (b"\n\n", None),
    ],
)
def test_the_data_of_an_event_is_read_as_browsers_do(event: bytes, data: bytes | None) -> None:
    """Lines of data are joined, one blank behind the colon is dropped, a mark at the beginning is none."""
    assert data_of(event) == data


@pytest.mark.parametrize(
    ("event", "new"),
    [
        (b"data: {}\n\n", b'data: {"x":1}\n\n'),
        (b"event: delta\ndata: {}\n\n", b'event: delta\ndata: {"x":1}\n\n'),
        (b"id: 7\r\ndata: a\r\ndata: b\r\nretry: 3\r\n\r\n", b'id: 7\nretry: 3\ndata: {"x":1}\n\n'),
        (b"data\n\n", b'data: {"x":1}\n\n'),
    ],
)
def test_other_data_leaves_the_other_lines(event: bytes, new: bytes) -> None:
    """Name, id and comments of an event stay when its data are exchanged, and it has one line of data."""
    assert with_data(event, {"x": 1}) == new
    assert json.loads(data_of(new) or b"") == {"x": 1}


def chunk(delta: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta} | more]}


def told(read: Read) -> list[tuple[Any, str, bool]]:
    return [(piece.channel, piece.place.text, piece.place.quoted) for piece in read.pieces]


@pytest.mark.parametrize(
    ("event", "pieces"),
    [
        (chunk({"content": "a"}), [((0, "content"), "a", False)]),
        (chunk({"refusal": "no"}), [((0, "refusal"), "no", False)]),
        (chunk({"reasoning_content": "hm"}), [((0, "reasoning_content"), "hm", False)]),
        (chunk({"reasoning": "hm", "content": "a"}), [((0, "content"), "a", False), ((0, "reasoning"), "hm", False)]),
        (chunk({"tool_calls": [{"index": 2, "function": {"arguments": "{"}}]}), [((0, "call", 2), "{", True)]),
        (chunk({"function_call": {"arguments": "{"}}), [((0, "call", None), "{", True)]),
        (chunk({"tool_calls": [{"index": 1, "custom": {"input": "a"}}]}), [((0, "call", 1), "a", False)]),
        ({"choices": [{"index": 3, "text": "t"}]}, [((3, "text"), "t", False)]),
        (
            {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "a"}},
            [((1, "text"), "a", False)],
        ),
        (
            {"type": "content_block_delta", "index": 1, "delta": {"partial_json": "{"}},
            [((1, "partial_json"), "{", True)],
        ),
        ({"type": "content_block_delta", "index": 0, "delta": {"thinking": "hm"}}, [((0, "thinking"), "hm", False)]),
        (
            {"type": "response.output_text.delta", "output_index": 1, "content_index": 2, "delta": "a"},
            [((1, 2, None, "response.output_text.delta"), "a", False)],
        ),
        (
            {"type": "response.function_call_arguments.delta", "output_index": 0, "delta": "{"},
            [((0, None, None, "response.function_call_arguments.delta"), "{", True)],
        ),
    ],
)
def test_each_dialect_says_pieces_of_texts_in_its_own_place(event: dict[str, Any], pieces: list[Any]) -> None:
    """A piece is named by the choice, block or item that it belongs to; arguments are known as JSON of their own."""
    read = read_event(event)
    assert told(read) == pieces
    assert (read.ended, read.all_ended, read.whole) == ([], False, ())


@pytest.mark.parametrize(
    ("event", "ended", "over"),
    [
        (chunk({}, finish_reason="stop"), [0], False),
        ({"choices": [{"index": 0}, {"index": 1, "finish_reason": "length"}]}, [1], False),
        ({"type": "content_block_stop", "index": 4}, [4], False),
        ({"type": "content_block_start", "index": 4, "content_block": {"type": "text"}}, [4], False),
        ({"type": "response.output_text.done", "output_index": 2}, [2], False),
        ({"type": "message_delta", "delta": {"stop_reason": "end_turn"}}, [], True),
        ({"type": "message_stop"}, [], True),
        ({"type": "response.completed", "response": {}}, [], True),
        ({"type": "response.incomplete"}, [], True),
        ({"type": "response.failed"}, [], True),
        ({"type": "response.in_progress"}, [], False),
        ({"type": "ping"}, [], False),
    ],
)
def test_the_ends_of_texts_are_known(event: dict[str, Any], ended: list[Any], over: bool) -> None:
    """A reason, a stop or `done` ends one text; the last event of a stream ends all of them."""
    read = read_event(event)
    assert (read.ended, read.all_ended) == (ended, over)


@pytest.mark.parametrize(
    ("event", "whole"),
    [
        ({"type": "response.output_text.done", "text": "a"}, [("a", False)]),
        ({"type": "response.function_call_arguments.done", "arguments": "{}"}, [("{}", True)]),
        ({"type": "response.refusal.done", "refusal": "no"}, [("no", False)]),
        ({"type": "response.custom_tool_call_input.done", "input": "a"}, [("a", False)]),
        ({"type": "response.code_interpreter_call_code.done", "code": "a"}, [("a", False)]),
        ({"type": "content_block_start", "content_block": {"type": "text", "text": "a"}}, [("a", False)]),
        ({"type": "response.content_part.done", "part": {"type": "output_text", "text": "a"}}, [("a", False)]),
        (
            {"type": "response.output_item.done", "item": {"type": "message", "content": [{"text": "a"}]}},
            [("a", False)],
        ),
        (
            {"type": "response.completed", "response": {"output": [{"role": "assistant", "content": "a"}]}},
            [("a", False)],
        ),
        ({"choices": [{"message": {"content": "a"}}]}, [("a", False)]),
        (chunk({"content": [{"type": "text", "text": "a"}]}), [("a", False)]),
        ({"type": "response.created", "text": "not an answer's"}, []),
    ],
)
def test_texts_that_stand_whole_in_an_event_are_found(event: dict[str, Any], whole: list[Any]) -> None:
    """Events that repeat a text, or bring it in one piece, are looked into as a whole answer is."""
    assert [(place.text, place.quoted) for place in read_event(event).whole] == whole


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("choices", "delta", "type", "index", "content", "text", "tool_calls", "function", "arguments"),
                    *("message", "item", "part", "content_block", "response", "output", "input", "role", "summary"),
                ]
            ),
            inner | st.sampled_from(["content_block_delta", "message", "tool_use", "x.delta", "x.done"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["choices", "type", "delta", "item", "part", "response"]), JSON, max_size=4))
@settings(max_examples=50)
def test_whatever_shape_an_event_has_it_is_read(event: dict[str, Any]) -> None:
    """No event of a provider breaks the reading; what is found is text that can be exchanged where it stands."""
    read = read_event(event)
    for place in [*(piece.place for piece in read.pieces), *read.whole]:
        assert isinstance(place.text, str)
        place.text = "new"
        assert place.text == "new"
