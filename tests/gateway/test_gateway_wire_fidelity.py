"""Bytes in, bytes out: what the provider says reaches the client as it was said."""

import asyncio
import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from upstream import DONE, END, STREAM_HEAD, answer, chunked, events, faults, frame, stream, until, whole
from wire_support import CHAT, served

ODD: dict[str, bytes] = {
    "vendor fields": b'{"choices":[],"x_vendor":{"a":[1,2.50,1e400]},"usage":null}',
    "spaces and order": b'{ "z" : 1,\n\t"a":2 , "choices" : [] }\n',
    "escapes": rb'{"choices":[],"text":"caf\u00e9 \ud83d\ude00 caf\xc3\xa9"}',
    "repeated names": b'{"id":1,"id":2,"choices":[]}',
    "no JSON": b"it is late",
}


@pytest.mark.parametrize("name", sorted(ODD))
async def test_a_whole_body_is_relayed_byte_for_byte(name: str, tmp_path: Path) -> None:
    """Nothing in a body is moved, mended or left out."""
    async with served(tmp_path, whole(ODD[name])) as it:
        assert (await it.door.chat()).body == ODD[name]


ODD_EVENTS: dict[str, list[bytes]] = {
    "comments and pings": [b": OPENROUTER PROCESSING\n\n", frame({"content": "a"}), b":\n\n", frame({}, "stop"), DONE],
    "a malformed event": [frame({"content": "a"}), b'data: {"choices": [{"del\n\n', frame({}, "stop"), DONE],
    "other fields": [b"event: x\nid: 7\nretry: 10\ndata: {}\n\n", frame({}, "stop"), DONE],
    "carriage returns": [frame({"content": "a"}).replace(b"\n", b"\r\n"), b"data: [DONE]\r\n\r\n"],
    "data in lines": [b'data: {"choices":\ndata: []}\n\n', DONE],
    "no blank line at the end": [frame({}, "stop"), b"data: [DONE]\n"],
    "done twice": [frame({}, "stop"), DONE, DONE],
    "obfuscation": [frame({"content": "a"})[:-3] + b',"obfuscation":"xx"}\n\n', frame({}, "stop"), DONE],
}


@pytest.mark.parametrize("name", sorted(ODD_EVENTS))
async def test_a_stream_is_relayed_byte_for_byte(name: str, tmp_path: Path) -> None:
    """Comments, malformed events and vendors' own fields arrive as they were sent."""
    async with served(tmp_path, events(*ODD_EVENTS[name])) as it:
        reply = await it.door.chat(stream=True)
        assert reply.body == b"".join(ODD_EVENTS[name])
        assert await it.failure() == ""


async def test_the_request_is_relayed_byte_for_byte(tmp_path: Path) -> None:
    """The client's own bytes go on where nothing had to change."""
    body = b'{ "messages" : [{"role":"user","content":"caf\\u00e9"}], "model":"support",\n "x_mine": [1.0, 1e2] }'
    async with served(tmp_path, answer()) as it:
        await it.door.ask("/v1/chat/completions", body)
        assert it.upstream.requests[0].body == body


async def test_a_changed_request_keeps_the_bytes_of_what_is_not_changed(tmp_path: Path) -> None:
    """Where the model has another name at the provider, all other values keep their bytes."""
    body = b'{"messages":[{"role":"user","content":"caf\\u00e9"}],"model":"support","x":1e2}'
    async with served(tmp_path, answer(), target="model: m-1") as it:
        await it.door.ask("/v1/chat/completions", body)
        assert it.upstream.requests[0].body == body.replace(b'"support"', b'"m-1"')


async def test_headers_of_both_sides_go_on(tmp_path: Path) -> None:
    """What clients and providers tell each other passes; keys, cookies and hop-by-hop fields do not."""
    told = ("x-request-id: req-1", "openai-processing-ms: 9", "set-cookie: a=b", "connection: x-hop", "x-hop: 1")
    sent = {"x-stainless-lang": "python", "cookie": "a=b", "authorization": "Bearer mine", "x-seatrial-tag": "t"}
    async with served(tmp_path, answer("Hello", *told)) as it:
        reply = await it.door.ask("/v1/chat/completions", CHAT, headers=sent)
        assert reply.headers["x-request-id"] == "req-1"
        assert reply.headers["openai-processing-ms"] == "9"
        assert not {"set-cookie", "x-hop"} & set(reply.headers)
        asked = it.upstream.requests[0].headers
        assert asked["x-stainless-lang"] == "python"
        assert asked["authorization"] == "Bearer dummy"
        assert not {"cookie", "x-seatrial-tag"} & set(asked)
        assert (await it.record()).request_id == "req-1"


@pytest.mark.parametrize("status", [400, 404, 409, 418, 422, 429, 500, 503])
async def test_an_error_keeps_its_status_and_its_body(status: int, tmp_path: Path) -> None:
    """The provider's error arrives as it is, and is a named failure in the record."""
    script = faults.error(status, "their_code", "retry-after: 7", "x-request-id: req-1")
    async with served(tmp_path, script) as it:
        reply = await it.door.chat()
        assert (reply.status, reply.headers["retry-after"], reply.headers["x-request-id"]) == (status, "7", "req-1")
        assert reply.body == script[0].partition(b"\r\n\r\n")[2]  # type: ignore[union-attr]
        failure = (await it.record()).failure
        assert failure is not None
        assert "their_code" in failure.message


async def test_a_page_of_an_error_becomes_an_error(tmp_path: Path) -> None:
    """Clients get the status of a proxy's page, in a shape that they read."""
    async with served(tmp_path, faults.html(502)) as it:
        reply = await it.door.chat()
        assert (reply.status, reply.error) == (502, "upstream_bad_response")
        assert reply.headers["content-type"] == "application/json"


async def test_a_page_in_the_place_of_an_answer_is_no_answer(tmp_path: Path) -> None:
    """A page with status 200 is a bad response, not an answer."""
    async with served(tmp_path, faults.html(200)) as it:
        reply = await it.door.chat()
        assert (reply.status, reply.error) == (502, "upstream_bad_response")
        assert await it.failure() == "bad_response"


def raw_deflate(data: bytes) -> bytes:
    return zlib.compress(data)


@pytest.mark.parametrize(("coding", "packed"), [("gzip", gzip.compress), ("deflate", raw_deflate)])
async def test_what_is_compressed_unasked_is_undone(coding: str, packed: Any, tmp_path: Path) -> None:
    """A provider that compresses anyway is understood, and its usage read."""
    body = answer()[0].partition(b"\r\n\r\n")[2]  # type: ignore[union-attr]
    async with served(tmp_path, whole(packed(body), 200, f"content-encoding: {coding}")) as it:
        reply = await it.door.chat()
        assert reply.body == body
        assert "content-encoding" not in reply.headers
        assert (await it.record()).usage is not None


async def test_a_compressed_stream_is_undone_piece_by_piece(tmp_path: Path) -> None:
    """A stream that is compressed unasked is relayed as events."""
    text = frame({"content": "a"}) + frame({}, "stop") + DONE
    packed = gzip.compress(text)
    top = STREAM_HEAD.replace(b"\r\n\r\n", b"\r\ncontent-encoding: gzip\r\n\r\n")
    async with served(tmp_path, [top, chunked(packed[:20]), 0.01, chunked(packed[20:]), END]) as it:
        assert (await it.door.chat(stream=True)).body == text


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip"])
async def test_what_cannot_be_undone_is_refused(coding: str, tmp_path: Path) -> None:
    """An unknown coding, or one that is damaged, is no answer that a client could read."""
    async with served(tmp_path, whole(b"\x1b\x02\x00", 200, f"content-encoding: {coding}")) as it:
        reply = await it.door.chat()
        assert (reply.status, reply.error) == (502, "upstream_bad_response")


async def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """A small body that becomes a huge one is refused at the bound of answers."""
    bomb = gzip.compress(b"\0" * 70_000_000, 9)
    async with served(tmp_path, whole(bomb, 200, "content-encoding: gzip")) as it:
        reply = await it.door.chat()
        assert (reply.status, reply.error) == (502, "upstream_too_large")


async def test_half_a_character_is_no_special_case(tmp_path: Path) -> None:
    """A character that is split between reads arrives whole."""
    async with served(tmp_path, faults.half_character()) as it:
        assert "café".encode() in (await it.door.chat(stream=True)).body


async def test_a_whole_answer_to_who_wanted_a_stream_passes(tmp_path: Path) -> None:
    """A provider that ignores `stream` is relayed as it answers."""
    async with served(tmp_path, answer()) as it:
        reply = await it.door.chat(stream=True)
        assert reply.headers["content-type"] == "application/json"
        assert reply.json["choices"]


async def test_the_usage_of_a_stream_is_in_the_record(tmp_path: Path) -> None:
    """What a stream tells at its end is known when it is over."""
    async with served(tmp_path, stream("a", "b")) as it:
        await it.door.chat(stream=True)
        usage = (await it.record()).usage
        assert usage is not None
        assert (usage.input, usage.output) == (9, 3)


async def test_a_record_that_was_cut_knows_how_the_stream_ended(tmp_path: Path) -> None:
    """Beyond the bound of the record the end is still read: a cut stream is one, and a whole one is none."""
    tokens = ["word " * 40] * 40
    async with served(tmp_path, stream(*tokens), faults.ends_early(400), gateway_="max_record: 1000") as it:
        await it.door.chat(stream=True)
        exchange = await it.record()
        assert exchange.tags["record"] == "cut"
        assert exchange.failure is None
        assert exchange.usage is not None
        reply = await it.door.chat(stream=True)
        assert b"upstream_cut_stream" in reply.body


async def test_an_error_in_an_answer_of_status_200_is_a_failure(tmp_path: Path) -> None:
    """Some servers send errors with status 200: relayed as they are, and recorded as what they are."""
    body = json.dumps({"error": {"message": "no", "code": "rate_limit_exceeded"}}).encode()
    async with served(tmp_path, whole(body)) as it:
        assert (await it.door.chat()).body == body
        assert await it.failure() == "rate_limited"


async def test_a_head_without_a_type_is_relayed(tmp_path: Path) -> None:
    """A server that says nothing of its content is relayed, too."""
    body = b'{"choices":[]}'
    script = [b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body]
    async with served(tmp_path, script) as it:
        assert (await it.door.chat()).body == body


async def test_limits_and_stops_of_a_route_are_set_where_they_belong(tmp_path: Path) -> None:
    """A bound is written into the field that the client used; stops are added to the client's."""
    bounds = 'retry: {attempts: 1}\nlimits: {max_tokens: 50, n: 1, stop: ["\\n\\n11."]}'
    async with served(tmp_path, answer(), served=bounds) as it:
        await it.door.chat(max_completion_tokens=900, n=3, stop="END")
        await it.door.chat(max_tokens=20)
        await it.door.ask("/v1/responses", {"model": "support", "input": "Hi"})
        await it.door.ask("/v1/embeddings", {"model": "support", "input": "Hi"})
        asked = [request.json for request in it.upstream.requests]
        assert (asked[0]["max_completion_tokens"], asked[0]["n"], asked[0]["stop"]) == (50, 1, ["\n\n11.", "END"])
        assert (asked[1]["max_tokens"], asked[1]["stop"]) == (20, ["\n\n11."])
        assert asked[2]["max_output_tokens"] == 50
        assert set(asked[3]) == {"model", "input"}


async def test_newer_models_get_the_newer_bound(tmp_path: Path) -> None:
    """A model that refuses `max_tokens` is not given it."""
    async with served(
        tmp_path, answer(), served=f"{'retry: {attempts: 1}'}\nlimits: {{max_tokens: 50}}", target="model: o3-mini"
    ) as it:
        await it.door.chat()
        assert it.upstream.requests[0].json["max_completion_tokens"] == 50


async def test_every_upstream_path_is_the_client_s(tmp_path: Path) -> None:
    """Each operation is asked for at its own path."""
    async with served(tmp_path, whole(b"{}")) as it:
        for path in ("chat/completions", "completions", "embeddings", "moderations", "responses"):
            assert (await it.door.ask(f"/v1/{path}", CHAT)).status == 200
            assert it.upstream.requests[-1].path == f"/v1/{path}"
        await it.idle()


async def test_the_head_of_a_stream_comes_before_its_first_event(tmp_path: Path) -> None:
    """A client has the status while the model still thinks."""
    go = asyncio.Event()
    script = [STREAM_HEAD, chunked(b": thinking\n\n"), go, chunked(frame({}, "stop") + DONE), END]
    async with served(tmp_path, script) as it:
        url, body = it.door.url + "/v1/chat/completions", {**CHAT, "stream": True}
        async with it.door.session.post(url, json=body) as reply:
            assert await reply.content.readany() == b": thinking\n\n"
            go.set()
            assert (await reply.content.read()).endswith(DONE)
    await until(lambda: bool(it.kept.exchanges))
