"""What admins see of the cache, and how they make it forget."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from gateway_support import Answer, Within, config, gateway
from upstream import Upstream, answer, until

from seatrial.app.serving.watching import CLEAR
from seatrial.gateway.keys.key import KeyRecord

USER: list[str] = []
"""The key of a client of the gateway that runs."""


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Within]:
    """A gateway with two names, `support` and `small`, whose door asks with an admin key."""
    async with Upstream(answer()) as upstream:
        text = config(upstream.url, served="cache: {tags: [docs]}", keys="required")
        text += "    small: {deployments: [{target: one}], cache: {}}\n"
        async with gateway(text, tmp_path) as door:
            with door.application.keys.open() as store:
                door.key = store.create(KeyRecord(id="", admin=True))[1]
                USER[:] = [store.create(KeyRecord(id="", project="a"))[1]]
            door.application.keys.look()
            yield door


async def ask(door: Within, model: str = "support", text: str = "Hi", tags: str = "") -> str:
    """Ask, and tell how it met the cache."""
    body = {"model": model, "messages": [{"role": "user", "content": text}]}
    headers = {"x-seatrial-cache-tag": tags} if tags else {}
    reply = await door.ask("/v1/chat/completions", body, headers=headers, key=USER[0])
    await until(lambda: not door.application.in_flight)
    return reply.headers["x-seatrial-cache"]


async def clear(door: Within, **what: Any) -> Answer:
    return await door.ask("/admin/cache/clear", what)


async def test_it_is_told_what_is_kept(door: Within) -> None:
    """How requests met the cache, what it takes, and of which names answers are kept."""
    await ask(door)
    await ask(door)
    await ask(door, "small")
    found = (await door.ask("/admin/cache")).json
    assert (found["hit"], found["miss"], found["stale"], found["joined"], found["in_flight"]) == (1, 2, 0, 0, 0)
    assert found["answers"] == {"support": 1, "small": 1}
    assert 2000 < found["bytes"] < found["most_bytes"] == 64 * 1024 * 1024


@pytest.mark.parametrize(
    ("what", "gone", "left"),
    [
        ({}, 3, []),
        ({"model": "small"}, 1, ["one", "two"]),
        ({"tag": "docs"}, 2, ["three"]),
        ({"tag": "doc"}, 0, ["one", "three", "two"]),
        ({"tag": "kb/ferries"}, 1, ["three", "two"]),
        ({"prefix": "kb/"}, 2, ["two"]),
        ({"model": "support", "prefix": "kb/"}, 1, ["three", "two"]),
    ],
)
async def test_what_is_named_is_forgotten(door: Within, what: dict[str, str], gone: int, left: list[str]) -> None:
    """By model, by a tag of the file or of a client, by how a tag begins, and by several of them together."""
    asked = {"one": ("support", "1", "kb/ferries"), "two": ("support", "2", ""), "three": ("small", "3", "x, kb/tides")}
    for each in asked.values():
        await ask(door, *each)
    reply = await clear(door, **what)
    assert (reply.status, reply.json) == (200, {"forgotten": gone})
    assert sorted([name for name, each in asked.items() if await ask(door, *each) == "hit"]) == left


async def test_forgetting_is_written_down(door: Within) -> None:
    """Who, what and about what."""
    await clear(door, model="support", tag="docs")
    act = (await door.ask("/admin/audit")).json["acts"][0]
    assert (act["what"], act["about"], act["detail"]) == ("cache.clear", "support", "model=support tag=docs")


@pytest.mark.parametrize(
    ("what", "status"), [({"model": "nobody"}, 404), ({"modle": "support"}, 400), ({"tag": 5}, 400)]
)
async def test_a_wish_that_cannot_be_forgets_nothing(door: Within, what: dict[str, Any], status: int) -> None:
    """It is refused with a sentence, and nothing is written down."""
    await ask(door)
    reply = await clear(door, **what)
    assert (reply.status, bool(reply.json["error"]["message"])) == (status, True)
    assert (await ask(door), (await door.ask("/admin/audit")).json["acts"]) == ("hit", [])


async def test_only_admins_may(door: Within) -> None:
    """A key for models sees and forgets nothing."""
    replies = [await door.ask("/admin/cache", key=USER[0]), await door.ask("/admin/cache/clear", {}, key=USER[0])]
    assert [reply.status for reply in replies] == [403, 403]


async def test_what_is_being_fetched_is_not_kept_once_forgotten(tmp_path: Path) -> None:
    """It may be as old as what was to be forgotten: its client has it, later ones ask anew."""
    gate = asyncio.Event()
    scripts = [[gate, *answer("old")], answer("new")]
    async with Upstream(*scripts) as far, gateway(config(far.url, served="cache: {}"), tmp_path) as door:
        first = asyncio.ensure_future(door.chat())
        await until(lambda: len(far.requests) == 1)
        assert door.application.building.shelf.clear() == 0
        new = await door.chat()
        gate.set()
        old = await first
        await until(lambda: not door.application.in_flight)
        assert (old.body == new.body, (await door.chat()).body == new.body, len(far.requests)) == (False, True, 2)


async def test_other_workers_forget_all(door: Within) -> None:
    """What one worker was told, the others see in the store within a second."""
    await ask(door)

    def tell() -> None:
        with door.application.keys.open() as store:
            store.count(CLEAR)

    await asyncio.to_thread(tell)
    await until(lambda: not door.application.building.shelf.memory.models())
    assert await ask(door) == "miss"


async def test_another_bound_takes_effect_at_a_reload(door: Within) -> None:
    """With no bytes nothing is kept any more."""
    await ask(door)
    door.path.write_text(door.path.read_text().replace("gateway:\n", "gateway:\n  max_cache: 0\n"))
    await door.application.reload()
    assert [await ask(door), await ask(door)] == ["miss", "miss"]
    assert (await door.ask("/admin/cache")).json["bytes"] == 0
