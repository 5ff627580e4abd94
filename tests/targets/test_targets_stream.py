"""Streamed answers, over real sockets."""

import asyncio
import json

import pytest
from targets_servers import DONE, QUICK, USAGE, Exchange, ask, chat, event, frame, request, serving, target_at

from seatrial.core.interaction import FailureKind, Interaction
from seatrial.core.request import ToolCall
from seatrial.targets.options import Options, Timeouts
from seatrial.targets.secret import Secret

ROLE = event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}]})
WHOLE = ROLE + frame("Hel") + frame("lo") + frame(finish="stop") + USAGE + DONE


async def streamed(*pieces: bytes, pause: float = 0, end: bool = True, **settings) -> Interaction:
    """What becomes of these pieces of a stream."""
    return await ask(lambda exchange: exchange.stream(*pieces, pause=pause, end=end), **{"stream": True, **settings})


async def test_fragments_become_one_answer():
    """Text, finish reason, usage and model are put together."""
    found = await streamed(WHOLE)
    assert (found.text, found.answer.finish_reason, found.model) == ("Hello", "stop", "m-1")
    assert (found.usage.input, found.usage.output, found.usage.estimated) == (9, 2, False)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 10_000])
async def test_the_cut_of_the_chunks_makes_no_difference(size):
    """A stream in pieces of any size, through characters too, gives the same answer."""
    whole = ROLE + frame("Fähre ⛴ nach Süden") + frame(finish="stop") + DONE
    found = await streamed(*[whole[i : i + size] for i in range(0, len(whole), size)])
    assert found.text == "Fähre ⛴ nach Süden"


@pytest.mark.parametrize("size", [1, 3])
async def test_a_split_character_is_no_garbage(size):
    """Raw UTF-8 that is cut in the middle of a character is put together again."""
    whole = 'data: {"choices":[{"delta":{"content":"ä€😀"}}]}\n\n'.encode() + frame(finish="stop") + DONE
    found = await streamed(*[whole[i : i + size] for i in range(0, len(whole), size)])
    assert found.text == "ä€😀"


async def test_the_role_frame_is_no_token():
    """The first token is the first thing that a reader would see."""

    async def script(exchange: Exchange):
        await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n", ROLE)
        await asyncio.sleep(0.2)
        await exchange.send(frame("a") + frame(finish="stop") + DONE)
        exchange.writer.close()

    found = await ask(script, stream=True)
    assert found.timing.to_first_token >= 0.19


async def test_gaps_between_tokens_are_measured():
    """Three tokens have two gaps; the mean lies below the longest."""
    found = await streamed(frame("a"), frame("b"), frame("c"), frame(finish="stop") + DONE, pause=0.05)
    assert found.timing.gap_max >= found.timing.gap_mean >= 0.05


async def test_one_token_has_no_gap():
    """A mean of nothing is not zero."""
    found = await streamed(frame("a"), frame(finish="stop"), DONE)
    assert (found.timing.gap_mean, found.timing.gap_max) == (None, None)


async def test_tool_calls_are_put_together_by_index():
    """Id and name come first, then fragments of the arguments, of several calls in turn."""

    def part(index: int, **function) -> bytes:
        call = {"index": index, **({"id": f"c{index}"} if "name" in function else {}), "function": function}
        return event({"choices": [{"delta": {"tool_calls": [call]}}]})

    found = await streamed(
        part(0, name="book", arguments=""),
        part(1, name="pay"),
        part(0, arguments='{"to":'),
        part(1, arguments="{}"),
        part(0, arguments='"Saltholm"}'),
        frame(finish="tool_calls") + DONE,
    )
    assert found.answer.tool_calls == (ToolCall("book", '{"to":"Saltholm"}', "c0"), ToolCall("pay", "{}", "c1"))


async def test_too_many_tool_calls_are_too_large():
    """A stream of ever new calls is stopped."""
    calls = [{"index": number, "function": {"name": "x"}} for number in range(300)]
    found = await streamed(event({"choices": [{"delta": {"tool_calls": calls}}]}), DONE)
    assert found.failure.kind is FailureKind.TOO_LARGE


async def test_refusal_and_reasoning_are_kept_apart():
    """Their fragments do not mix with the text."""
    deltas = [{"reasoning_content": "I "}, {"reasoning": "think"}, {"refusal": "N"}, {"refusal": "o"}, {"content": "x"}]
    found = await streamed(*[event({"choices": [{"delta": delta}]}) for delta in deltas], frame(finish="stop"))
    assert (found.answer.reasoning, found.answer.refusal, found.text) == ("I think", "No", "x")


async def test_log_probabilities_are_collected():
    """Each frame's tokens are added."""
    frames = [
        event({"choices": [{"delta": {"content": t}, "logprobs": {"content": [{"token": t, "logprob": -1}]}}]})
        for t in "ab"
    ]
    found = await streamed(*frames, frame(finish="stop"), DONE)
    assert [each.token for each in found.answer.logprobs] == ["a", "b"]


async def test_a_streamed_completion_is_read():
    """Completions stream `text`."""
    frames = [event({"choices": [{"text": text, "finish_reason": None}]}) for text in ("a", "b")]
    found = await streamed(*frames, event({"choices": [{"text": "", "finish_reason": "length"}]}), kind="completion")
    assert (found.text, found.answer.finish_reason) == ("ab", "length")


@pytest.mark.parametrize(
    "noise", [b": PROCESSING\n\n", b"event: ping\ndata: {}\n\n", b"data:\n\n", event({"choices": []}), event({"x": 1})]
)
async def test_noise_between_frames_is_skipped(noise):
    """Comments, keep-alives and frames without choices change nothing."""
    found = await streamed(noise, frame("a"), noise, frame(finish="stop"), noise, DONE)
    assert found.text == "a"


async def test_padding_is_skipped():
    """A random `obfuscation` field is no part of the answer."""
    found = await streamed(frame("a", obfuscation="xYz"), frame(finish="stop", obfuscation="q"), DONE)
    assert found.text == "a"


@pytest.mark.parametrize("end", [True, False])
async def test_a_finish_reason_without_done_is_an_answer(end):
    """Some servers leave `[DONE]` out, or hang up instead."""
    found = await streamed(frame("a"), frame(finish="stop"), end=end)
    assert (found.text, found.failure) == ("a", None)


async def test_done_without_a_finish_reason_is_an_answer():
    """The stream says that it is whole."""
    found = await streamed(frame("a"), DONE)
    assert (found.text, found.answer.finish_reason) == ("a", None)


async def test_what_follows_done_is_ignored():
    """A second `[DONE]`, or more frames, change nothing."""
    found = await streamed(frame("a"), frame(finish="stop"), DONE, DONE, frame("b"))
    assert found.text == "a"


@pytest.mark.parametrize("end", [True, False])
async def test_a_cut_stream_keeps_its_text(end):
    """Neither finish reason nor `[DONE]`: a failure with what had come, not tried again."""
    found = await streamed(frame("The last fer"), frame("ry"), end=end)
    assert (found.failure.kind, found.failure.partial) == (FailureKind.CUT_STREAM, "The last ferry")
    assert found.attempts == 1


async def test_a_reset_stream_is_a_cut_stream():
    """A connection that dies in the middle is the same to the reader."""

    async def script(exchange):
        await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", frame("a"), pause=0.05)
        exchange.reset()

    found = await ask(script, stream=True)
    assert (found.failure.kind, found.failure.partial) == (FailureKind.CUT_STREAM, "a")


async def test_a_frame_cut_in_the_middle_is_a_cut_stream():
    """Half an event is no event."""
    found = await streamed(frame("a"), b'data: {"choices":[{"del')
    assert (found.failure.kind, found.failure.partial) == (FailureKind.CUT_STREAM, "a")


async def test_a_stream_without_events_is_cut():
    """It ended before the first event."""
    found = await streamed()
    assert found.failure.kind is FailureKind.CUT_STREAM
    assert "before the first event" in found.failure.message


@pytest.mark.parametrize("bad", [b"data: {oops\n\n", b"data: \xff\xfe\n\n", b"data: [1]\n\n", event({"choices": "x"})])
async def test_a_malformed_frame_is_a_bad_response(bad):
    """The text so far is kept."""
    found = await streamed(frame("a"), bad, frame(finish="stop"), DONE)
    assert (found.failure.kind, found.failure.partial) == (FailureKind.BAD_RESPONSE, "a")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"error": {"message": "worker died", "type": "server_error", "code": None}}, FailureKind.SERVER_ERROR),
        ({"error": {"message": "worker died", "code": "rate_limit_exceeded"}}, FailureKind.RATE_LIMITED),
        ({"error": {"message": "worker died", "code": 429}}, FailureKind.RATE_LIMITED),
        ({"object": "error", "message": "worker died", "code": 50001}, FailureKind.SERVER_ERROR),
    ],
)
async def test_an_error_inside_a_stream_is_a_failure(error, kind):
    """It is not tried again: what had come was paid for."""
    found = await streamed(frame("a"), event(error))
    assert (found.failure.kind, found.failure.partial, found.attempts) == (kind, "a", 1)
    assert "worker died" in found.failure.message


async def test_no_first_token_ends_as_first_byte():
    """Headers and keep-alives are no token."""
    options = Options(Timeouts(first_byte=0.3, between_chunks=5), QUICK.retries)
    found = await streamed(ROLE, *[b": PROCESSING\n\n"] * 50, pause=0.02, options=options)
    assert "(first_byte)" in found.failure.message


async def test_a_stall_between_tokens_keeps_the_text():
    """The time-out names its phase and keeps what had come."""

    async def script(exchange):
        await exchange.stream(frame("a"), frame("b"), pause=30)

    options = Options(Timeouts(between_chunks=0.2), QUICK.retries)
    found = await ask(script, stream=True, options=options)
    assert (found.failure.kind, found.failure.partial) == (FailureKind.TIMEOUT, "a")
    assert "(between_chunks)" in found.failure.message


async def test_slow_but_steady_is_no_stall():
    """A stream may take longer than the time between its chunks."""
    options = Options(Timeouts(between_chunks=0.3), QUICK.retries)
    found = await streamed(*[frame("x")] * 10, frame(finish="stop"), pause=0.05, options=options)
    assert found.text == "x" * 10


async def test_a_stream_over_the_bound_is_too_large():
    """Many small frames are bounded as one large answer is."""
    options = Options(QUICK.timeouts, QUICK.retries, max_bytes=50_000)
    found = await streamed(*[frame("x" * 1000)] * 100, options=options)
    assert found.failure.kind is FailureKind.TOO_LARGE
    assert len(found.failure.partial) <= 20_000


async def test_an_endless_line_is_too_large():
    """A line without end is stopped before the bound of the answer."""
    found = await streamed(*[b"data: " + b"x" * 60_000] * 40)
    assert found.failure.kind is FailureKind.TOO_LARGE


async def test_a_server_that_does_not_stream_is_read_whole():
    """JSON in the place of a stream is an answer without a first token."""
    found = await ask(lambda exchange: exchange.answer(chat("Whole.")), stream=True)
    assert (found.text, found.timing.first_token) == ("Whole.", None)


async def test_a_server_that_always_streams_is_read_as_a_stream():
    """Events in the place of JSON are put together, though none were asked for."""
    found = await streamed(WHOLE, stream=False)
    assert (found.text, found.answer.finish_reason) == ("Hello", "stop")


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        (b"<html></html>", "text/html", "HTML page"),
        (b"", "text/plain", "empty body"),
        (b"\x00\x01", "application/octet-stream", "something else"),
    ],
)
async def test_what_is_no_stream_is_a_bad_response(body, kind, says):
    """Pages and garbage are named as such."""
    found = await ask(lambda exchange: exchange.answer(body, kind=kind), stream=True)
    assert found.failure.kind is FailureKind.BAD_RESPONSE
    assert says in found.failure.message


async def test_a_request_may_opt_out_of_the_stream():
    """`stream: false` among a request's parameters reads the answer whole."""
    async with serving(lambda exchange: exchange.answer(chat())) as place, target_at(place.url, stream=True) as target:
        found = await target.ask(request(params={"stream": False, "stream_options": None}))
    assert (found.text, place.seen[0].json["stream"]) == ("Hi.", False)


async def test_a_key_that_is_split_over_frames_is_blotted_out():
    """The text is cleaned when it is whole."""
    found = await streamed(frame("it is sk-se"), frame("cret-1"), frame(finish="stop"), api_key=Secret("sk-secret-1"))
    assert found.text == "it is ***"


async def test_a_stream_leaves_its_connection_for_the_next():
    """After `[DONE]` the rest is read, so that the connection can be used again."""
    ports = set()

    async def script(exchange):
        ports.add(exchange.writer.get_extra_info("peername")[1])
        await exchange.stream(WHOLE, pause=0.01)

    async with serving(script) as place, target_at(place.url, stream=True) as target:
        for _ in range(4):
            await target.ask(request())
    assert len(ports) == 1


async def test_a_server_that_stays_silent_after_done_is_left():
    """The answer does not wait for the end of the connection."""

    async def script(exchange):
        await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", WHOLE)
        await asyncio.sleep(30)

    found = await ask(script, stream=True)
    assert (found.text, found.timing.latency < 10) == ("Hello", True)


async def test_usage_in_every_frame_counts_once():
    """Some servers repeat a running usage: the last one counts."""
    frames = [frame("a", usage={"prompt_tokens": 9, "completion_tokens": n}) for n in (1, 2)]
    found = await streamed(*frames, frame(finish="stop", usage=None), DONE)
    assert found.usage.output == 2


async def test_a_stream_without_usage_is_estimated():
    """Eight characters are about two tokens, marked as an estimate."""
    found = await streamed(frame("12345678"), frame(finish="stop"), DONE)
    assert (found.usage.output, found.usage.estimated) == (2, True)


def test_frames_of_the_tests_are_json():
    """The frames that these tests send are what they claim to be."""
    assert json.loads(frame("a").removeprefix(b"data: "))["choices"][0]["delta"] == {"content": "a"}
