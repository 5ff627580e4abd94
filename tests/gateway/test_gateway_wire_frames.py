"""Streams are cut where events end, and read from their end."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.gateway.wire.frames import Frames
from seatrial.gateway.wire.stream_end import how_it_ended
from seatrial.gateway.wire.usage import read_usage

EVENTS = st.lists(
    st.sampled_from(
        [
            b"data: {}\n\n",
            b": ping\n\n",
            b"data: a\r\n\r\n",
            b"data: b\r\r",
            b"event: x\ndata: 1\n\n",
            b"\n",
            b"\xc3\xa9",
        ]
    ),
    max_size=12,
)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    return [data[begin:end] for begin, end in pairwise(places)]


@given(EVENTS, st.lists(st.integers(0, 120), max_size=12))
def test_no_byte_is_lost_or_moved(events: list[bytes], cuts: list[int]) -> None:
    """However a stream is cut, what comes out is what went in."""
    frames, data = Frames(16), b"".join(events)
    assert b"".join([frames.feed(piece) for piece in pieces(data, cuts)]) + frames.rest() == data


@given(EVENTS, st.lists(st.integers(0, 120), max_size=12))
def test_only_whole_events_go_on(events: list[bytes], cuts: list[int]) -> None:
    """What is given ends with a blank line, or is a comment."""
    frames = Frames(16)
    for piece in pieces(b"".join(events), cuts):
        given_ = frames.feed(piece)
        assert not given_ or given_.endswith((b"\n\n", b"\r\n\r\n", b"\r\r")) or given_.splitlines()[-1][:1] in b":"


def test_whole_events_are_given_as_they_come() -> None:
    """A chunk of whole events is the very object that came in."""
    chunk = b"data: 1\n\ndata: 2\n\n"
    assert Frames(16).feed(chunk) is chunk


def test_half_an_event_waits() -> None:
    """What stands behind the last blank line waits for its end."""
    frames = Frames(16)
    assert frames.feed(b'data: 1\n\ndata: {"a') == b"data: 1\n\n"
    assert frames.feed(b'": 2}\n') == b""
    assert frames.feed(b"\n") == b'data: {"a": 2}\n\n'
    assert frames.at_start


def test_a_comment_does_not_wait() -> None:
    """A keep-alive goes on at once, though no blank line ends it."""
    assert Frames(16).feed(b": ping\n") == b": ping\n"


def test_an_endless_event_is_not_held_for_ever() -> None:
    """Above its bound an event goes on in pieces, and that is known."""
    frames = Frames(16)
    given_ = b"".join(frames.feed(b"data: " + b"x" * 1_000_000) for _ in range(5))
    assert len(given_) > 4_000_000
    assert not frames.at_start


def test_the_tail_is_bounded() -> None:
    """Of a long stream little is kept, and never less than asked for."""
    frames = Frames(100)
    for number in range(1000):
        frames.feed(b"data: %d\n\n" % number)
    assert frames.tail.endswith(b"data: 999\n\n")
    assert 100 <= len(frames.tail) < 120


def chunk(finish: str | None = None, index: int = 0, **more: object) -> bytes:
    choices = [{"index": index, "delta": {}, "finish_reason": finish}]
    return b"data: " + json.dumps({"choices": choices, **more}).encode() + b"\n\n"


USAGE = {"prompt_tokens": 9, "completion_tokens": 3}
USAGE_FRAME = b"data: " + json.dumps({"choices": [], "usage": USAGE}).encode() + b"\n\n"
DONE = b"data: [DONE]\n\n"
WHOLE = {
    "anthropic": b'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    "bare done": b"data: [DONE]",
    "crlf": (chunk("stop") + DONE).replace(b"\n", b"\r\n"),
    "done without a reason": chunk() + DONE,
    "no done": chunk() + chunk("stop"),
    "no end of the last line": chunk("stop").rstrip(),
    "response": b'event: response.completed\ndata: {"type":"response.completed","response":{}}\n\n',
    "wrong usage": chunk("stop", usage={"prompt_tokens": "many"}) + DONE,
}


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_it_is_whole(name: str) -> None:
    """These ends are ends."""
    assert how_it_ended(WHOLE[name]).whole


CUT = {
    "empty": b"",
    "garbage": b"\x00\xff\n\ndata: [[[[\n\n",
    "half a reason": chunk("stop")[:-20],
    "no reason": chunk() + chunk(),
    "only a comment": b": ping\n\n",
    "only usage": USAGE_FRAME,
}


@pytest.mark.parametrize("name", sorted(CUT))
def test_it_is_not_whole(name: str) -> None:
    """These are none."""
    assert not how_it_ended(CUT[name]).whole


@pytest.mark.parametrize("tail", [chunk("stop") + USAGE_FRAME + DONE, chunk("stop", usage=USAGE), USAGE_FRAME])
def test_the_usage_is_found(tail: bytes) -> None:
    """The usage is told in a frame of its own or with the reason, and also where the stream broke off behind it."""
    usage = how_it_ended(tail).usage
    assert usage is not None
    assert (usage.input, usage.output) == (9, 3)


def test_each_of_several_answers_must_end() -> None:
    """Of two answers, one with its reason is half of it; the other's makes it whole."""
    assert not how_it_ended(chunk("stop", 0) + chunk(None, 1), choices=2).whole
    assert how_it_ended(chunk("stop", 0) + chunk("length", 1), choices=2).whole


@pytest.mark.parametrize(
    "data",
    [
        b'{"error": {"message": "no", "type": "server_error", "code": 500}}',
        b'{"error": "no"}',
        b'{"type": "error", "error": {"type": "overloaded_error"}}',
        b'{"type": "error", "code": "server_error", "message": "no"}',
        b'{"type": "response.failed", "response": {"error": {"code": "server_error"}}}',
    ],
)
def test_an_error_inside_is_found(data: bytes) -> None:
    """An error in a stream is one in each dialect."""
    assert how_it_ended(chunk() + b"data: " + data + b"\n\n").error is not None


def test_anthropic_tells_its_usage_at_both_ends() -> None:
    """The input is told at the start, the output at the end; what a cache had is part of the input."""
    told = {"input_tokens": 5, "cache_read_input_tokens": 90, "cache_creation_input_tokens": 5, "output_tokens": 1}
    head = b"event: message_start\ndata: " + json.dumps({"type": "message_start", "message": {"usage": told}}).encode()
    tail = b'data: {"type":"message_delta","usage":{"output_tokens":7}}\n\ndata: {"type":"message_stop"}\n\n'
    usage = how_it_ended(tail, head + b"\n\n").usage
    assert usage is not None
    assert (usage.input, usage.output, usage.cached) == (100, 7, 90)


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"7", b'{"prompt_tokens": "many"}', b"{"])
def test_a_usage_that_is_none_counts_nothing(raw: bytes) -> None:
    """What cannot be read is not guessed."""
    assert read_usage(raw).usage() is None


def test_numbers_below_zero_count_as_none() -> None:
    """A usage below zero would be money back."""
    usage = read_usage(b'{"prompt_tokens": -5, "completion_tokens": 3}').usage()
    assert usage is not None
    assert (usage.input, usage.output) == (0, 3)
