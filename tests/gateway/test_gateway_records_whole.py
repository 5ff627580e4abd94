"""Requests through a gateway, and what is kept of them."""

from pathlib import Path
from typing import Any

import pytest
from gateway_support import Within, config, gateway
from upstream import Upstream, answer, faults, stream, until

from seatrial.store.live import LiveStore


def rows_of(folder: Path) -> list[Any]:
    store = LiveStore(folder / ".seatrial")
    try:
        return store.newest(10_000)
    finally:
        store.close()


async def kept(door: Within, folder: Path, number: int = 1) -> list[Any]:
    """The rows, once there are so many."""
    records = door.application.building.records
    assert records is not None
    await until(lambda: records.log.written >= number)
    return rows_of(folder)


async def test_an_answer_is_kept_with_its_figures(tmp_path: Path) -> None:
    """A whole answer becomes one row that says who asked what of whom, and for how much."""
    async with Upstream(answer("Hello")) as upstream, gateway(config(upstream.url), tmp_path) as door:
        reply = await door.chat("Hi", user="anna")
        (row,) = await kept(door, tmp_path)
    assert (row.route, row.operation, row.deployment, row.status) == ("support", "chat", "one", 200)
    assert row.id == reply.headers["x-seatrial-id"]
    assert row.input
    assert row.output
    assert row.failure is None
    assert row.served_by == "upstream"
    assert row.user
    assert "anna" not in row.user


FAULTS = {"reset": faults.reset(), "500": faults.error(500), "429": faults.too_many("1")}


@pytest.mark.parametrize("script", FAULTS.values(), ids=FAULTS)
async def test_a_failure_is_kept_by_name(tmp_path: Path, script: Any) -> None:
    """A request that came to nothing is one row with the name of its failure."""
    async with Upstream(script) as upstream, gateway(config(upstream.url), tmp_path) as door:
        reply = await door.chat("Hi")
        (row,) = await kept(door, tmp_path)
    assert row.failure
    assert row.status == reply.status


async def test_a_stream_is_kept_with_its_first_token(tmp_path: Path) -> None:
    """A streamed answer is put together again, and the moment of its first token is known."""
    async with Upstream(stream("Hel", "lo", gap=0.01)) as upstream, gateway(config(upstream.url), tmp_path) as door:
        await door.chat("Hi", stream=True)
        (row,) = await kept(door, tmp_path)
        store = LiveStore(tmp_path / ".seatrial")
        body = store.body(row.id)
        store.close()
    assert body is not None
    assert body.text == "Hello"
    assert 0 < row.first_token < row.latency
