"""Records of a gateway when things go wrong, and traces that go through it."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from gateway_support import config, gateway, process
from test_gateway_records_whole import kept, rows_of
from upstream import Upstream, answer, faults, stream, until

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE, SPAN = PARENT.split("-")[1:3]


async def test_a_request_without_a_key_is_a_record(tmp_path: Path) -> None:
    """A refusal is one row with its name, and the key that was tried stands nowhere."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url, keys="required"), tmp_path) as door:
        await door.chat("Hi", key="sk-st-abcdefgh-somethingsecret")
        (row,) = await kept(door, tmp_path)
    assert (row.status, row.failure, row.served_by) == (401, "unauthorised", "gateway")
    for path in (tmp_path / ".seatrial").rglob("*"):
        assert path.is_dir() or b"somethingsecret" not in path.read_bytes()


async def test_a_client_that_leaves_is_a_record(tmp_path: Path) -> None:
    """Half a stream that nobody read on is one row, cancelled, with what had come."""
    async with Upstream(faults.stall_at(3)) as upstream, gateway(config(upstream.url), tmp_path) as door:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        body = b'{"model": "support", "stream": true, "messages": [{"role": "user", "content": "Hi"}]}'
        head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body)
        writer.write(head + body)
        await reader.readuntil(b"tok ")
        writer.close()
        (row,) = await kept(door, tmp_path)
    assert (row.failure, row.status) == ("cancelled", 200)
    assert row.estimated


@pytest.mark.parametrize(
    ("script", "failure"),
    [(faults.cut_after(2), "cut_stream"), (faults.error_in_stream(), None), (faults.garbage(), None)],
    ids=["cut", "error", "garbage"],
)
async def test_a_broken_answer_is_a_record(tmp_path: Path, script: Any, failure: str | None) -> None:
    """Each way of breaking has a name in the record."""
    async with Upstream(script) as upstream, gateway(config(upstream.url), tmp_path) as door:
        await door.chat("Hi", stream=True)
        (row,) = await kept(door, tmp_path)
    assert row.failure == (failure or row.failure)
    assert row.failure


async def test_a_reload_keeps_records_together(tmp_path: Path) -> None:
    """Requests before and after a reload stand in one log; what the file says now counts."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url), tmp_path) as door:
        await door.chat("Hi")
        await kept(door, tmp_path)
        door.path.write_text(config(upstream.url, gateway="records: {bodies: false, keep: 1h}"))
        await door.application.reload()
        await door.chat("Hi")
        rows = await kept(door, tmp_path, 2)
        records = door.application.building.records
    assert records is not None
    assert (len(rows), records.log.keep, records.log.bodies) == (2, 3600.0, False)


async def test_a_killed_gateway_has_kept_what_is_older_than_a_moment(tmp_path: Path) -> None:
    """After kill -9 all requests that ended half a second before are there."""
    async with Upstream(answer()) as upstream, process(config(upstream.url), tmp_path) as door:
        for _ in range(20):
            await door.chat("Hi")
        await asyncio.sleep(0.5)
        door.process.kill()
        await door.process.wait()
    assert len(rows_of(tmp_path)) == 20


async def test_a_gateway_that_is_stopped_keeps_all(tmp_path: Path) -> None:
    """After a stop in good order each request is there, the last one, too."""
    async with Upstream(answer()) as upstream, process(config(upstream.url), tmp_path) as door:
        for _ in range(20):
            await door.chat("Hi")
        assert await door.ended() == 0
    assert len(rows_of(tmp_path)) == 20


async def test_a_trace_goes_on_behind_the_gateway(tmp_path: Path) -> None:
    """The provider sees the client's trace with the gateway as parent, and the record knows both."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url), tmp_path) as door:
        message = {"model": "support", "messages": [{"role": "user", "content": "Hi"}]}
        headers = {"traceparent": PARENT, "tracestate": "a=b", "x-request-id": "mine-1"}
        await door.ask("/v1/chat/completions", message, headers=headers)
        (row,) = await kept(door, tmp_path)
    sent = upstream.requests[0].headers
    assert re.fullmatch(f"00-{TRACE}-(?!{SPAN})[0-9a-f]{{16}}-01", sent["traceparent"])
    assert (sent["tracestate"], sent["x-request-id"]) == ("a=b", "mine-1")
    assert (row.tags["trace"], row.tags["parent"]) == (TRACE, SPAN)
    assert row.tags["span"] == sent["traceparent"].split("-")[2]


MALFORMED = [
    "",
    "00",
    PARENT[:-3],
    PARENT + "-more",
    "ff" + PARENT[2:],
    PARENT.replace(TRACE, "0" * 32),
    PARENT.upper(),
]


@pytest.mark.parametrize("told", MALFORMED)
@pytest.mark.parametrize("begin", ["pass", "begin"])
async def test_a_malformed_trace_does_not_go_on(tmp_path: Path, told: str, begin: str) -> None:
    """What is no trace is not passed on; where traces begin here, a new one does."""
    records = f"records: {{trace: {begin}}}"
    async with Upstream(answer()) as upstream, gateway(config(upstream.url, gateway=records), tmp_path) as door:
        message = {"model": "support", "messages": []}
        await door.ask("/v1/chat/completions", message, headers={"traceparent": told})
    sent = upstream.requests[0].headers.get("traceparent")
    assert (sent is not None) == (begin == "begin")
    assert sent is None or TRACE not in sent


async def test_a_thousand_requests_are_a_thousand_records(tmp_path: Path) -> None:
    """Under load nothing is lost, doubled or dropped."""
    async with Upstream(answer(), stream()) as upstream, gateway(config(upstream.url), tmp_path) as door:
        ids = []
        for _ in range(10):
            replies = await asyncio.gather(*(door.chat("Hi") for _ in range(100)))
            ids += [reply.headers["x-seatrial-id"] for reply in replies]
        records = door.application.building.records
        assert records is not None
        await until(lambda: records.log.written >= 1000)
    assert sorted(row.id for row in rows_of(tmp_path)) == sorted(ids)
    assert (records.queue.dropped, records.queue.thinned, len(set(ids))) == (0, 0, 1000)
