"""How replies go out: in one piece where their length is known, and never with a broken head."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from gateway_support import config, gateway
from uvicorn.protocols.http.flow_control import FlowControl

from seatrial.app.serving.cycle import Cycle


class Wire:
    """The far side of a connection: keeps what is written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def cycle(wire: Any, method: str = "POST", keep_alive: bool = True) -> Cycle:
    """A request that waits for its reply."""
    log = logging.getLogger("seatrial.test")
    return Cycle(
        scope={"method": method},  # type: ignore[typeddict-item]
        transport=wire,
        flow=FlowControl(wire),
        logger=log,
        access_logger=log,
        access_log=False,
        default_headers=[],
        message_event=asyncio.Event(),
        expect_100_continue=False,
        keep_alive=keep_alive,
        on_response=lambda: None,
    )


def begin(*headers: tuple[bytes, bytes], status: int = 200) -> dict[str, Any]:
    """The message that begins a reply."""
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(data: bytes, more: bool = False) -> dict[str, Any]:
    """The message with a piece of the body."""
    return {"type": "http.response.body", "body": data, "more_body": more}


async def test_a_reply_of_known_length_goes_out_in_one_piece() -> None:
    """Head and body are written at once, the client's headers as they were given."""
    wire = Wire()
    reply = cycle(wire)
    await reply.send(begin((b"x-seatrial-id", b"7"), (b"content-length", b"2")))
    assert wire.written == []
    await reply.send(body(b"{}"))
    assert wire.written == [b"HTTP/1.1 200 OK\r\nx-seatrial-id: 7\r\ncontent-length: 2\r\n\r\n{}"]
    assert reply.response_complete


async def test_the_head_of_a_stream_waits_for_nothing() -> None:
    """A stream's head goes out at once, and each piece as a chunk when it comes."""
    wire = Wire()
    reply = cycle(wire)
    await reply.send(begin((b"content-type", b"text/event-stream")))
    assert wire.written[0].endswith(b"transfer-encoding: chunked\r\n\r\n")
    await reply.send(body(b"data: 1\n\n", more=True))
    await reply.send(body(b""))
    assert wire.written[1:] == [b"9\r\ndata: 1\n\n\r\n", b"0\r\n\r\n"]


async def test_a_reply_to_head_has_the_length_and_no_body() -> None:
    """HEAD is answered with the head alone."""
    wire = Wire()
    reply = cycle(wire, "HEAD")
    await reply.send(begin((b"content-length", b"9")))
    await reply.send(body(b"123456789"))
    assert wire.written == [b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"]


@pytest.mark.parametrize("value", [b"a\r\nset-cookie: b", b"a\nb", b"a\rb", b"a\x00b", b"a\x7fb"])
async def test_no_header_breaks_out_of_its_line(value: bytes) -> None:
    """A header with a control character ends the reply before anything of it went out."""
    wire = Wire()
    reply = cycle(wire)
    with pytest.raises(RuntimeError, match="control character"):
        await reply.send(begin((b"x-request-id", value), (b"content-length", b"2")))
    assert wire.written == []


async def test_after_a_broken_head_the_client_is_told() -> None:
    """An application whose head cannot be sent ends as a 500 on a connection that is closed."""
    wire = Wire()

    async def broken(scope: Any, receive: Any, send: Any) -> None:
        await send(begin((b"x", b"\r\n")))

    await cycle(wire).run_asgi(broken)
    assert b"".join(wire.written).startswith(b"HTTP/1.1 500 ")
    assert b"".join(wire.written).count(b"connection: close") == 1
    assert wire.closed


@pytest.mark.parametrize("data", [b"1", b"123"])
async def test_a_reply_of_another_length_than_it_says_is_cut(data: bytes) -> None:
    """Too short or too long a body closes the connection, so that nothing is taken for the next reply."""
    wire = Wire()
    reply = cycle(wire)
    await reply.send(begin((b"content-length", b"2")))
    with pytest.raises(RuntimeError, match="not as long"):
        await reply.send(body(data))
    assert wire.closed
    assert wire.written == []


async def test_a_client_that_wants_to_close_is_told_so_once() -> None:
    """Without keep-alive the reply says that the connection closes, and it does."""
    wire = Wire()
    reply = cycle(wire, keep_alive=False)
    await reply.send(begin((b"connection", b"close"), (b"content-length", b"1")))
    await reply.send(body(b"x"))
    assert wire.written[0].count(b"connection: close\r\n") == 1
    assert wire.closed


@pytest.mark.parametrize("status", [204, 304])
async def test_a_reply_without_a_body_has_no_chunks(status: int) -> None:
    """204 and 304 say nothing of a coding."""
    wire = Wire()
    reply = cycle(wire)
    await reply.send(begin(status=status))
    await reply.send(body(b""))
    assert b"transfer-encoding" not in b"".join(wire.written)


HEALTH = b"GET %b HTTP/%b\r\nhost: x\r\n%b\r\n"


async def test_requests_that_come_together_are_answered_in_their_order(tmp_path: Path) -> None:
    """Two requests in one packet get two replies on one connection; the second says that it closes."""
    sent = HEALTH % (b"/healthz", b"1.1", b"") + HEALTH % (b"/nothing", b"1.1", b"connection: close\r\n")
    async with gateway(config("http://127.0.0.1:9"), tmp_path) as door:
        found = await door.raw(sent)
    first, second = found.split(b"HTTP/1.1 ")[1:]
    assert first.startswith(b"200 ")
    assert b"connection: close" not in first
    assert second.startswith(b"404 ")
    assert b"connection: close" in second


async def test_an_old_client_gets_its_answer_and_the_end(tmp_path: Path) -> None:
    """HTTP/1.0 is answered, and the connection is closed behind it."""
    async with gateway(config("http://127.0.0.1:9"), tmp_path) as door:
        found = await door.raw(HEALTH % (b"/healthz", b"1.0", b""))
    assert found.startswith(b"HTTP/1.1 200 ")
    assert found.endswith(b'{"status":"alive"}')


async def test_a_path_in_other_letters_is_the_same_path(tmp_path: Path) -> None:
    """Percent-encoded letters are those that they stand for (RFC 3986, section 6.2.2.2)."""
    async with gateway(config("http://127.0.0.1:9"), tmp_path) as door:
        found = await door.raw(HEALTH % (b"/health%7A", b"1.1", b"connection: close\r\n"))
    assert found.startswith(b"HTTP/1.1 200 ")
