"""Clients that are slow, many, or no HTTP at all, over real sockets."""

import asyncio
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from gateway_support import Within, config, gateway
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from upstream import Upstream, answer, faults, until

from seatrial.app.serving.protocol import LONGEST_HEAD

BODY = json.dumps({"model": "support", "messages": []}).encode()
POST = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
WHOLE = POST + b"content-length: %d\r\n\r\n" % len(BODY) + BODY


def late(door: Within) -> None:
    """All times of all connections are over."""
    for each in door.server.server_state.connections:
        each.due = 0.0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("begun", "status"),
    [(b"", None), (b"POST /v1/chat/comp", 408), (POST, 408), (POST + b"content-length: 99\r\n\r\n{", 408)],
)
async def test_whoever_sends_too_slowly_is_told_and_cut_off(tmp_path: Path, begun: bytes, status: int | None) -> None:
    """408 for a request that has begun and does not come; an idle connection is closed without a word."""
    async with gateway(config("http://127.0.0.1:9"), tmp_path) as door:
        asking = asyncio.create_task(door.raw(begun))
        await until(lambda: len(door.server.server_state.connections) == 1)
        await asyncio.sleep(0.05)
        late(door)
        reply = await asking
    assert (int(reply[9:12]) if reply else None) == status
    assert not reply or json.loads(reply.partition(b"\r\n\r\n")[2])["error"]["code"] == "request_timeout"


async def test_a_reply_that_takes_long_is_not_cut_off(tmp_path: Path) -> None:
    """Limits are for what clients send: no time is counted while the provider thinks."""
    async with Upstream(faults.slow_head(1.5, answer())) as upstream, gateway(config(upstream.url), tmp_path) as door:
        asking = asyncio.create_task(door.chat())
        await until(lambda: len(upstream.requests) == 1)
        assert [each.due for each in door.server.server_state.connections] == [float("inf")]  # type: ignore[union-attr]
        assert (await asking).status == 200


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x16\x03\x01 this is TLS\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n", 400),
        (b"GET /caf\xc3\xa9 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", 400),
        (POST + b"transfer-encoding: chunked\r\n\r\nzz\r\n", 400),
        (POST + b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + b"x: " + b"y" * LONGEST_HEAD + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * LONGEST_HEAD, 431),
        (b"GET /" + b"x" * 2 * LONGEST_HEAD, 431),
    ],
)
async def test_what_is_no_good_http_is_refused(tmp_path: Path, data: bytes, code: int) -> None:
    """400 or 431 in the shape of all errors, and the connection is closed; the next client is served."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url), tmp_path) as door:
        reply = await door.raw(data)
        assert int(reply[9:12]) == code
        assert json.loads(reply.partition(b"\r\n\r\n")[2])["error"]["message"]
        assert (await door.chat()).status == 200


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(1, len(WHOLE) * 2), max_size=6))
async def test_however_requests_are_cut_into_packets_they_are_answered(tmp_path: Path, cuts: list[int]) -> None:
    """Two requests on one connection, cut anywhere, are two answers in their order."""
    both = WHOLE + WHOLE.replace(b"host: x\r\n", b"host: x\r\nconnection: close\r\n")
    async with Upstream(answer()) as upstream, gateway(config(upstream.url), tmp_path) as door:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for begin, end in zip([0, *sorted(cuts)], [*sorted(cuts), None], strict=True):
            writer.write(both[begin:end])
            await writer.drain()
            await asyncio.sleep(0.001)
        reply = await reader.read()
        writer.close()
    assert reply.count(b"HTTP/1.1 200") == 2


async def test_a_connection_is_used_again_and_then_closed_when_idle(tmp_path: Path) -> None:
    """After each reply the connection waits for the next request, but not for ever."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url), tmp_path) as door:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        for _ in range(2):
            writer.write(WHOLE)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]))
        late(door)
        assert await reader.read() == b""
        writer.close()


async def test_thousands_of_idle_connections_are_no_burden(tmp_path: Path) -> None:
    """With 3,000 silent clients connected, a request is answered, and all of them are let go at their time."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url), tmp_path) as door:
        lines = [socket.socket() for _ in range(3000)]
        try:
            for number, line in enumerate(lines):
                line.setblocking(False)
                line.connect_ex(("127.0.0.1", door.port))
                if number % 500 == 0:
                    await asyncio.sleep(0.05)
            await until(lambda: len(door.server.server_state.connections) >= 2900, 20)
            assert (await door.chat()).status == 200
            late(door)
            await until(lambda: len(door.server.server_state.connections) <= 1, 20)
        finally:
            for line in lines:
                line.close()


async def test_a_client_that_does_not_read_is_let_go_and_so_is_the_provider(tmp_path: Path) -> None:
    """A reply that nobody takes ends after its time, and the provider's connection with it."""
    large = [b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n", *[b": x\n\n" + b" " * 65_000] * 200]
    script: Any = [*large, asyncio.Event()]
    async with Upstream(script) as upstream, gateway(config(upstream.url), tmp_path) as door:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", door.port))
        body = BODY.replace(b"{", b'{"stream": true, ', 1)
        line.sendall(POST + b"content-length: %d\r\n\r\n" % len(body) + body)
        connections: Any = door.server.server_state.connections
        await until(lambda: any(each.flow.write_paused for each in connections))
        late(door)
        await asyncio.wait_for(upstream.left.wait(), 5)
        line.close()
