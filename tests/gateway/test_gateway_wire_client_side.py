"""The client's side: its body, its hanging up, the way back."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.gateway.client import ClientGone, Exit, Gone, read_body, read_json
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.wire.bodies import Asked
from seatrial.gateway.wire.errors import Refusal, bad_request


class Line:
    """An ASGI server's side: gives messages, and then waits until the client leaves."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self._messages = list(messages)
        self._left = asyncio.Event()
        self.sent: list[Any] = []
        self.waiting = 0

    async def receive(self) -> dict[str, Any]:
        if self._messages:
            return self._messages.pop(0)
        self.waiting += 1
        try:
            await self._left.wait()
        finally:
            self.waiting -= 1
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    def leave(self) -> None:
        self._left.set()


def pieces(*data: bytes) -> list[dict[str, Any]]:
    last = len(data) - 1
    return [{"type": "http.request", "body": each, "more_body": place < last} for place, each in enumerate(data)]


def exchange(*headers: tuple[bytes, bytes]) -> Exchange:
    return Exchange("/v1/chat/completions", list(headers))


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=6))
def test_a_body_is_put_together(data: Sequence[bytes]) -> None:
    """However many pieces it comes in."""

    async def read() -> bytes:
        return await read_body(exchange(), Line(*pieces(*data)).receive, 1000)

    assert asyncio.run(read()) == b"".join(data)


@pytest.mark.parametrize("headers", [(), ((b"content-length", b"7"),)])
async def test_a_body_has_a_bound(headers: Any) -> None:
    """It is refused by what it says, and by what it is."""
    with pytest.raises(Refusal) as refused:
        await read_body(exchange(*headers), Line(*pieces(b"1234", b"567")).receive, 6)
    assert (refused.value.status, refused.value.code) == (413, "request_too_large")


async def test_a_client_that_leaves_while_it_sends_is_gone() -> None:
    """Half a body is none."""
    line = Line({"type": "http.request", "body": b"{", "more_body": True})
    line.leave()
    with pytest.raises(ClientGone):
        await read_body(exchange(), line.receive, 100)


@pytest.mark.parametrize("kind", [b"application/json", b"application/json; charset=utf-8", b"APPLICATION/JSON"])
async def test_json_is_json_however_it_is_written(kind: bytes) -> None:
    """Parameters and upper case are no other type."""
    assert await read_json(exchange((b"content-type", kind)), Line(*pieces(b"{}")).receive, 9) == b"{}"


async def test_leaving_cancels_what_is_done_for_the_client() -> None:
    """Within `with`, and then it is known as a client that is gone."""
    line = Line()
    gone = Gone(line.receive)
    asyncio.get_running_loop().call_later(0.01, line.leave)
    with pytest.raises(ClientGone), gone:
        await asyncio.sleep(60)
    gone.stop()
    assert line.waiting == 0


async def test_leaving_between_cancels_nothing() -> None:
    """What is done between two blocks is done to its end; the next block is not begun."""
    line = Line()
    gone = Gone(line.receive)
    with gone:
        await asyncio.sleep(0)
    line.leave()
    await asyncio.sleep(0.01)
    with pytest.raises(ClientGone):
        gone.__enter__()


async def test_who_has_left_before_is_gone_at_once() -> None:
    """Nothing is begun for somebody who is not there."""
    line = Line({"type": "http.disconnect"})
    with pytest.raises(ClientGone):
        Gone(line.receive).__enter__()


async def test_a_server_that_stops_is_no_client_that_leaves() -> None:
    """A cancellation from elsewhere stays one."""
    line = Line()

    async def work() -> None:
        with Gone(line.receive):
            await asyncio.sleep(60)

    task = asyncio.ensure_future(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_both_at_once_is_the_server_s_stop() -> None:
    """A task that the server cancels stays cancelled, even if its client leaves in the same moment."""
    line = Line()

    async def work() -> None:
        with Gone(line.receive):
            await asyncio.sleep(60)

    task = asyncio.ensure_future(work())
    await asyncio.sleep(0)
    line.leave()
    for _ in range(3):
        await asyncio.sleep(0)
        if task.cancelling():
            task.cancel()
            break
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_nobody_waits_behind_the_end() -> None:
    """After `stop` nothing waits for the client any more, and its leaving does nothing."""
    line = Line()
    gone = Gone(line.receive)
    with gone:
        await asyncio.sleep(0)
    assert line.waiting == 1
    gone.stop()
    assert line.waiting == 0
    line.leave()
    await asyncio.sleep(0.01)


async def test_a_receive_that_only_lets_others_go_first_is_waited_for() -> None:
    """Any server's `receive` is driven as a task would drive it."""
    told: list[int] = []

    async def receive() -> dict[str, Any]:
        for number in range(3):
            told.append(number)
            await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    with pytest.raises(ClientGone), Gone(receive):
        await asyncio.sleep(60)
    assert told == [0, 1, 2]


async def test_other_messages_are_not_its_leaving() -> None:
    """Empty pieces that come behind a body say nothing."""
    line = Line(*pieces(b"", b""))
    with Gone(line.receive) as gone:
        await asyncio.sleep(0.01)
    gone.stop()


async def test_a_refusal_takes_the_place_of_a_reply() -> None:
    """With its status, its length and the id of the request."""
    line, asked = Line(), exchange()
    await Exit(line.send).refuse(bad_request("No."), asked)
    start, body = line.sent
    headers = dict(start["headers"])
    assert start["status"] == 400
    assert headers[b"content-length"] == b"%d" % len(body["body"])
    assert headers[b"x-seatrial-id"] == asked.id.encode()
    assert body["more_body"] is False


async def test_a_refusal_ends_a_stream_that_has_begun() -> None:
    """As its last event; the status has gone."""
    line, asked = Line(), exchange()
    asked.asked = Asked(model="m", stream=True)
    out = Exit(line.send)
    await out.start(200, [])
    await out.refuse(bad_request("No."), asked)
    assert out.status == 200
    assert line.sent[-1]["body"].startswith(b"data: ")


async def test_what_has_begun_and_is_no_stream_is_left_without_its_end() -> None:
    """The server then closes the connection, so that it cannot look whole."""
    line = Line()
    out = Exit(line.send)
    await out.start(200, [])
    await out.refuse(bad_request("No."), exchange())
    assert len(line.sent) == 1


async def test_a_head_that_did_not_go_out_has_not_begun() -> None:
    """A reply whose head the server would not take can still be refused."""

    async def send(message: Any) -> None:
        raise RuntimeError("no such status")

    out = Exit(send)
    with pytest.raises(RuntimeError):
        await out.start(999, [])
    assert out.status == 0
