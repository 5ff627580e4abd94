"""Broken streams, clients that leave, and requests that are none: over real sockets."""

import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gateway_support import frames
from upstream import CUT, DONE, END, RESET, STREAM_HEAD, answer, chunked, events, faults, frame, stream, until, whole
from wire_support import CHAT, MESSAGE, served

from seatrial.gateway.absent import NoGuards
from seatrial.gateway.exchange import Exchange

FAST = "retry: {attempts: 1}\ntimeout: {first_token: 300ms, between: 200ms, total: 20s}"
BROKEN = {
    "cut": (faults.cut_after(3), "cut_stream", "upstream_cut_stream"),
    "ends early": (faults.ends_early(3), "cut_stream", "upstream_cut_stream"),
    "garbage within": (
        [STREAM_HEAD, chunked(frame({"content": "a"})), 0.02, b"zz\r\n"],
        "cut_stream",
        "upstream_cut_stream",
    ),
    "reset": (faults.cut_after(3, RESET), "cut_stream", "upstream_cut_stream"),
    "stalls": (faults.stall_at(3), "timeout", "upstream_stalled"),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
async def test_a_broken_stream_ends_in_a_typed_error(name: str, tmp_path: Path) -> None:
    """The last event of a stream that broke off is an error; there is no `[DONE]`, and the record names the failure."""
    script, kind, code = BROKEN[name]
    async with served(tmp_path, script, answer(), served=FAST) as it:
        reply = await it.door.chat(stream=True)
        assert frames(reply.body)[-1]["error"]["code"] == code
        assert b"[DONE]" not in reply.body
        assert await it.failure() == kind
        assert (await it.door.chat()).status == 200
        await it.idle()


async def test_half_an_event_is_not_in_the_way_of_the_error(tmp_path: Path) -> None:
    """Where the cut is within an event, clients still read all events, and the error behind them."""
    cut = [STREAM_HEAD, chunked(frame({"content": "a"})), chunked(frame({"content": "b"})[:30]), 0.02, CUT]
    async with served(tmp_path, cut) as it:
        told = frames((await it.door.chat(stream=True)).body)
        assert [sorted(each)[0] for each in told] == ["choices", "error"]


async def test_messages_break_in_their_own_dialect(tmp_path: Path) -> None:
    """A cut stream of messages ends with `event: error`."""
    start = b'event: message_start\ndata: {"type":"message_start","message":{"id":"m"}}\n\n'
    async with served(tmp_path, [STREAM_HEAD, chunked(start), 0.02, CUT], dialect="anthropic") as it:
        body = (await it.door.ask("/v1/messages", {**MESSAGE, "stream": True})).body
        name, data = body.strip().split(b"\n\n")[-1].split(b"\n")
        assert name == b"event: error"
        assert json.loads(data[6:])["error"]["type"] == "api_error"


async def test_responses_break_in_their_own_shape(tmp_path: Path) -> None:
    """A cut stream of a response ends with an event of type `error`."""
    created = b'event: response.created\ndata: {"type":"response.created"}\n\n'
    async with served(tmp_path, [STREAM_HEAD, chunked(created), 0.02, CUT]) as it:
        body = (await it.door.ask("/v1/responses", {"model": "support", "input": "Hi", "stream": True})).body
        told = frames(body)[-1]
        assert (told["type"], told["code"]) == ("error", "upstream_cut_stream")


async def test_an_error_in_a_stream_is_told_once(tmp_path: Path) -> None:
    """The provider's own error is relayed as it is, none is added, and it is a failure."""
    async with served(tmp_path, faults.error_in_stream("rate_limit_exceeded")) as it:
        told = frames((await it.door.chat(stream=True)).body)
        assert [each["error"]["code"] for each in told if "error" in each] == ["rate_limit_exceeded"]
        assert await it.failure() == "rate_limited"


async def test_a_whole_answer_that_breaks_off_is_an_error(tmp_path: Path) -> None:
    """Of an answer that is cut nothing is given: the client gets an error with a status."""
    async with served(tmp_path, faults.cut_body()) as it:
        reply = await it.door.chat()
        assert (reply.status, reply.error) == (502, "upstream_connection_lost")
        assert await it.failure() == "connection_lost"


async def test_events_come_one_by_one(tmp_path: Path) -> None:
    """Each event reaches the client before the provider has sent the next."""
    steps = [asyncio.Event() for _ in range(4)]
    script: list[Any] = [STREAM_HEAD]
    for number, step in enumerate(steps):
        script += [chunked(frame({"content": str(number)})), step]
    async with served(tmp_path, [*script, chunked(DONE), END]) as it:
        reply = await it.door.session.post(it.door.url + "/v1/chat/completions", json={**CHAT, "stream": True})
        for number, step in enumerate(steps):
            assert b'"content": "%d"' % number in await reply.content.readany()
            step.set()
        assert await reply.content.read() == DONE


async def test_a_client_that_leaves_closes_the_provider_s_stream(tmp_path: Path) -> None:
    """Within 100 ms of a hang-up the connection to the provider is closed, and the record says cancelled."""
    async with served(tmp_path, stream(*["tok "] * 500, gap=0.02)) as it:
        reply = await it.door.session.post(it.door.url + "/v1/chat/completions", json={**CHAT, "stream": True})
        await reply.content.readany()
        left = time.monotonic()
        reply.close()
        await until(it.upstream.left.is_set)
        assert it.upstream.left_at - left < 0.1
        assert await it.failure() == "cancelled"
        await it.idle()


async def test_a_client_that_leaves_before_the_answer_closes_the_provider_s_connection(tmp_path: Path) -> None:
    """Nobody waits for an answer that nobody wants."""
    async with served(tmp_path, faults.silent()) as it:
        asking = asyncio.create_task(it.door.chat())
        await until(lambda: bool(it.upstream.requests))
        asking.cancel()
        await until(it.upstream.left.is_set)
        assert await it.failure() == "cancelled"
        await it.idle()


async def test_a_slow_client_stops_the_reading(tmp_path: Path) -> None:
    """While a client does not read, little of an endless stream is taken from the provider."""
    big = chunked(b": " + b"x" * 60_000 + b"\n\n")
    async with served(tmp_path, [STREAM_HEAD, *[big] * 2000, chunked(DONE), END]) as it:
        _, writer = await asyncio.open_connection("127.0.0.1", it.door.port, limit=1024)
        body = json.dumps({**CHAT, "stream": True}).encode()
        writer.write(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        await until(lambda: it.upstream.written > 1_000_000)
        before = 0
        while it.upstream.written > before:
            before = it.upstream.written
            await asyncio.sleep(0.2)
        assert before < 60_000_000
        writer.transport.abort()
        assert await it.failure() == "cancelled"
        await it.idle()


BAD = {
    "a list": (b"[]", 400, "invalid_request"),
    "an empty body": (b"", 400, "invalid_json"),
    "no JSON": (b'{"model": "support", ', 400, "invalid_json"),
    "no model": (b'{"messages": []}', 400, "invalid_request"),
    "no text": (b"\xff\xfe", 400, "invalid_json"),
    "nested for ever": (b'{"model":"support","x":' + b"[" * 100_000, 400, "invalid_json"),
    "not our model": (b'{"model": "gpt"}', 404, "model_not_found"),
    "too large": (b'{"model":"support","x":"' + b"x" * 3000 + b'"}', 413, "request_too_large"),
    "wrong type": (b'{"model": "support", "stream": "yes"}', 400, "invalid_request"),
}


@pytest.mark.parametrize("name", sorted(BAD))
async def test_a_bad_request_is_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    """What cannot be asked is refused in OpenAI's shape, is one record, and no provider hears of it."""
    body, status, code = BAD[name]
    async with served(tmp_path, answer(), gateway_="max_body: 2048" if name == "too large" else "") as it:
        reply = await it.door.ask("/v1/chat/completions", body)
        assert (reply.status, reply.error) == (status, code)
        assert await it.failure() != ""
        assert not it.upstream.requests


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-encoding": "gzip"}, 415),
        ({"content-type": "application/x+json"}, 200),
    ],
)
async def test_only_json_is_taken(headers: dict[str, str], status: int, tmp_path: Path) -> None:
    """A body that is said to be something else is not guessed at."""
    async with served(tmp_path, answer()) as it:
        assert (await it.door.ask("/v1/chat/completions", CHAT, headers=headers)).status == status


@pytest.mark.parametrize("method", ["DELETE", "GET", "HEAD", "PATCH", "PUT"])
async def test_other_methods_are_told_what_there_is(method: str, tmp_path: Path) -> None:
    """405 with `allow`."""
    async with served(tmp_path, answer()) as it:
        reply = await it.door.ask("/v1/chat/completions", method=method)
        assert (reply.status, reply.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("path", ["/v1/", "/v1/chat", "/v1/chat/completions/", "/v1/engines"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
async def test_unknown_paths_are_not_found(path: str, method: str, tmp_path: Path) -> None:
    """404 in OpenAI's shape for whatever there is not."""
    async with served(tmp_path, answer()) as it:
        reply = await it.door.ask(path, method=method)
        assert reply.status == 404
        assert method == "HEAD" or reply.error == "unknown_path"


async def test_chunks_without_a_length_are_taken(tmp_path: Path) -> None:
    """A request may come in chunks, each byte on its own."""
    body = json.dumps(CHAT).encode()
    parts = b"".join(chunked(body[place : place + 1]) for place in range(len(body))) + b"0\r\n\r\n"
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
    async with served(tmp_path, answer()) as it:
        assert b"200 OK" in await it.door.raw(head + parts)
        assert it.upstream.requests[0].body == body


async def test_who_waits_for_100_continue_gets_it(tmp_path: Path) -> None:
    """`expect: 100-continue` is answered by the gateway and not sent on."""
    body = json.dumps(CHAT).encode()
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\nconnection: close\r\n"
    async with served(tmp_path, answer()) as it:
        reply = await it.door.raw(head + b"content-length: %d\r\n\r\n" % len(body) + body)
        assert reply.startswith(b"HTTP/1.1 100")
        assert b"200 OK" in reply
        assert "expect" not in it.upstream.requests[0].headers


@pytest.mark.parametrize("value", [b"a\rx-evil: 1", b"a\x00b", b"a\nx-evil: 1"])
async def test_headers_cannot_be_smuggled(value: bytes, tmp_path: Path) -> None:
    """A line break within a header never becomes a header for the provider."""
    body = json.dumps(CHAT).encode()
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-mine: " + value + b"\r\n"
    async with served(tmp_path, answer()) as it:
        assert (await it.door.raw(head + b"content-length: %d\r\n\r\n" % len(body) + body)).startswith(b"HTTP/1.1 ")
        lines = [line for request in it.upstream.requests for line in request.raw_head.split(b"\r\n")]
        assert not [line for line in lines if b"\r" in line or b"\n" in line or b"\0" in line]


async def test_half_a_request_is_cancelled(tmp_path: Path) -> None:
    """A client that leaves while it sends is one record, and no provider hears of it."""
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{"
    async with served(tmp_path, answer()) as it:
        _, writer = await asyncio.open_connection("127.0.0.1", it.door.port)
        writer.write(head)
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.transport.abort()
        assert await it.failure() == "cancelled"
        assert not it.upstream.requests


async def test_a_gateway_that_stops_tells_those_that_it_cuts_off(tmp_path: Path) -> None:
    """A stream that outlives the drain ends in a typed error, and is a record."""
    async with served(tmp_path, faults.stall_at(2)) as it:
        url = it.door.url + "/v1/chat/completions"
        async with it.door.session.post(url, json={**CHAT, "stream": True}) as reply:
            await reply.content.readany()
            it.door.server.stop()
            it.door.server.stop()
            body = await reply.content.read()
        assert frames(body)[-1]["error"]["code"] == "server_stopped"
        assert await it.failure() == "cancelled"


async def test_a_connection_that_is_lost_behind_the_end_takes_nothing_away(tmp_path: Path) -> None:
    """After `[DONE]` the answer is whole, however the connection ends."""
    text = frame({"content": "a"}) + frame({}, "stop") + DONE
    async with served(tmp_path, [STREAM_HEAD, chunked(text), 0.02, RESET]) as it:
        assert (await it.door.chat(stream=True)).body == text
        assert await it.failure() == ""


async def test_a_reason_alone_does_not_hide_a_lost_connection(tmp_path: Path) -> None:
    """Without `[DONE]`, a lost connection is an error even behind a reason: more may have been meant to come."""
    async with served(tmp_path, [STREAM_HEAD, chunked(frame({}, "stop")), 0.02, RESET]) as it:
        assert b"upstream_cut_stream" in (await it.door.chat(stream=True)).body


@pytest.mark.parametrize("status", [600, 999])
async def test_a_status_that_is_none_is_a_bad_response(status: int, tmp_path: Path) -> None:
    """No client could make anything of it."""
    async with served(tmp_path, whole(b"{}", status)) as it:
        reply = await it.door.chat()
        assert (reply.status, await it.failure()) == (502, "bad_response")


class Clumsy(NoGuards):
    """Guards with a mistake in them."""

    async def request(self, exchange: Exchange) -> None:
        raise ZeroDivisionError(exchange.body)


async def test_a_mistake_of_ours_is_a_record_and_an_answer(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Something that breaks in a stage is a 500 in OpenAI's shape, a named failure, and no end of the server."""
    async with served(tmp_path, answer()) as it:
        plane = it.door.application.plane
        assert plane is not None
        house = plane.house
        plane.house = replace(house, guards=Clumsy())
        reply = await it.door.chat("my words")
        assert (reply.status, reply.error, await it.failure()) == (500, "gateway_crashed", "crashed")
        assert "ZeroDivisionError" in caplog.text
        assert "my words" not in caplog.text
        plane.house = house
        assert (await it.door.chat()).status == 200


class Slow(NoGuards):
    """Guards that take their time."""

    async def request(self, exchange: Exchange) -> None:
        await asyncio.sleep(60)


async def test_a_client_that_leaves_while_its_request_is_looked_at_is_let_go(tmp_path: Path) -> None:
    """Nobody is asked for somebody who has left, in whatever stage that is."""
    async with served(tmp_path, answer()) as it:
        plane = it.door.application.plane
        assert plane is not None
        plane.house = replace(plane.house, guards=Slow())
        asking = asyncio.create_task(it.door.chat())
        await asyncio.sleep(0.05)
        asking.cancel()
        assert await it.failure() == "cancelled"
        assert not it.upstream.requests


async def test_forty_tokens_are_forty_events(tmp_path: Path) -> None:
    """Nothing is joined that the provider sent apart."""
    tokens = [frame({"content": str(number)}) for number in range(40)]
    async with served(tmp_path, events(*tokens, frame({}, "stop"), DONE, gap=0.003)) as it:
        await it.door.chat(stream=True)
        exchange = await it.record()
        assert len(exchange.chunks) == 42
        assert exchange.moments == sorted(exchange.moments)
