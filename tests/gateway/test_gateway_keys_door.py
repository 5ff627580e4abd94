"""The door with keys, over real sockets."""

import asyncio
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from gateway_support import Within, config, gateway
from hypothesis import given
from hypothesis import strategies as st
from upstream import Upstream, answer

from seatrial.gateway.keys.address import client_address, parse
from seatrial.gateway.keys.key import KeyRecord

TRUSTED = tuple(map(ip_network, ("127.0.0.0/8", "10.0.0.0/8")))
NS = 10**9


def make(door: Within, **wanted: Any) -> tuple[KeyRecord, str]:
    """A key that the gateway knows already."""
    with door.application.keys.open() as store:
        made = store.create(KeyRecord(id="", **wanted))
    door.application.keys.look()
    return made


async def test_a_key_opens_and_is_not_sent_on(tmp_path: Path) -> None:
    """The holder of a key is answered, with either header, and the provider never sees the key."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url, keys="required"), tmp_path) as door:
        _, text = make(door)
        assert (await door.chat(key=text)).status == 200
        body = {"model": "support", "messages": []}
        assert (await door.ask("/v1/chat/completions", body, headers={"x-api-key": text})).status == 200
    assert all(text.encode() not in asked.raw_head for asked in upstream.requests)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "missing_api_key"),
        ({"authorization": "Bearer"}, "missing_api_key"),
        ({"authorization": "Basic c2VjcmV0OnNlY3JldA=="}, "missing_api_key"),
        ({"authorization": "Bearer sk-st-abcdefgh-wrong"}, "invalid_api_key"),
        ({"authorization": "Bearer " + "x" * 5000}, "invalid_api_key"),
        ({"x-api-key": "nobody"}, "invalid_api_key"),
    ],
)
async def test_without_a_good_key_nobody_comes_in(tmp_path: Path, headers: dict[str, str], code: str) -> None:
    """401 in OpenAI's shape with a code; what was shown is not repeated, and no provider is asked."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url, keys="required"), tmp_path) as door:
        reply = await door.ask("/v1/chat/completions", {"model": "support", "messages": []}, headers=headers)
    assert (reply.status, reply.error, reply.json["error"]["type"]) == (401, code, "authentication_error")
    assert b"wrong" not in reply.body
    assert upstream.requests == []


async def test_expired_and_revoked_keys_are_told_so(tmp_path: Path) -> None:
    """Who shows a key that was good once learns why it is not any more."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url, keys="required"), tmp_path) as door:
        _, expired = make(door, expires=1)
        record, revoked = make(door)
        with door.application.keys.open() as store:
            store.revoke(record.id)
        door.application.keys.look()
        replies = [await door.chat(key=expired), await door.chat(key=revoked)]
    assert [reply.status for reply in replies] == [401, 401]
    assert [reply.json["error"]["message"] for reply in replies] == ["The key has expired.", "The key was revoked."]


async def test_a_running_worker_sees_changes_by_itself(tmp_path: Path) -> None:
    """A key that another process has just made opens at once, and one that it revokes soon does not open any more."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url, keys="required"), tmp_path) as door:
        with door.application.keys.open() as store:
            record, text = store.create(KeyRecord(id=""))
            assert (await door.chat(key=text)).status == 200
            store.revoke(record.id)
        await becomes(door, text, 401)


async def test_a_flood_of_unknown_keys_is_looked_up_together(tmp_path: Path) -> None:
    """Whoever shows hundreds of wrong keys at once makes the store be read a few times, and all are refused."""
    async with gateway(config("http://127.0.0.1:9", keys="required"), tmp_path) as door:
        looks, look = [], door.application.keys.look
        door.application.keys.look = lambda: looks.append(1) or look()  # type: ignore[method-assign,func-returns-value]
        replies = await asyncio.gather(*(door.chat(key=f"sk-st-abcdefgh-{n}") for n in range(300)))
    assert {reply.status for reply in replies} == {401}
    assert len(looks) < 50


async def becomes(door: Within, text: str, status: int) -> None:
    """Ask until the status is as it should be."""
    async with asyncio.timeout(5):
        while (await door.chat(key=text)).status != status:  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.05)


async def test_a_key_asks_its_models_alone(tmp_path: Path) -> None:
    """A model that the key is not for does not exist for it."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url, keys="required"), tmp_path) as door:
        _, text = make(door, models=("other",))
        reply = await door.chat(key=text)
    assert (reply.status, reply.error) == (404, "model_not_found")


async def test_staging_cannot_reach_production(tmp_path: Path) -> None:
    """A deployment of an environment is for its keys alone, and the provider is not asked for others."""
    async with Upstream(answer()) as upstream:
        text = config(upstream.url, keys="required").replace("target: one}", "target: one, environment: production}")
        async with gateway(text, tmp_path) as door:
            statuses = [
                (await door.chat(key=make(door, environment=name)[1])).status for name in ("staging", "production")
            ]
    assert statuses[0] in (403, 404)
    assert (statuses[1], len(upstream.requests)) == (200, 1)


async def test_an_admin_key_is_not_for_models(tmp_path: Path) -> None:
    """The admin side and the models are separate, and the answer says what to do."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url, keys="required"), tmp_path) as door:
        _, text = make(door, admin=True)
        reply = await door.chat(key=text)
    assert (reply.status, reply.error) == (403, "admin_key")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "localhost:8400"}, 200),
        ({"host": "[::1]:8400", "origin": "http://[::1]:3000"}, 200),
        ({"origin": "http://localhost:3000"}, 200),
        ({"host": "gateway:8400"}, 200),
        ({"host": "rebound.example:8400"}, 403),
        ({"origin": "http://intranet"}, 403),
        ({"host": "127.0.0.1.example"}, 403),
        ({"host": "localhost.evil"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
async def test_without_keys_no_page_of_another_site_gets_in(
    tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    """A browser on this machine must not spend money for a page that it happens to have open."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url), tmp_path) as door:
        body = {"model": "support", "messages": []}
        assert (await door.ask("/v1/chat/completions", body, headers=headers)).status == status
    assert len(upstream.requests) == (status == 200)


@pytest.mark.parametrize(
    ("trust", "forwarded", "status"),
    [
        ("[]", None, 403),
        ("[]", "192.0.2.7", 403),
        ("[127.0.0.1]", "192.0.2.7", 200),
        ("[127.0.0.1]", "192.0.2.7, 198.51.100.1", 403),
        ("[127.0.0.1]", "nonsense", 403),
    ],
)
async def test_a_key_with_addresses_is_good_from_there_alone(
    tmp_path: Path, trust: str, forwarded: str | None, status: int
) -> None:
    """What a client says of its address counts only when a trusted proxy says it."""
    text = config("http://127.0.0.1:9", keys="required", gateway=f"trust_proxy: {trust}")
    async with gateway(text, tmp_path) as door:
        _, key = make(door, allow=("192.0.2.0/24",))
        headers = {"authorization": f"Bearer {key}"} | ({"x-forwarded-for": forwarded} if forwarded else {})
        reply = await door.ask("/v1/nothing", {}, headers=headers)
    assert (reply.status == 403) == (status == 403)
    assert reply.status != 401


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("6.6.6.6, 192.0.2.7, 10.0.0.3", "192.0.2.7"),
        ("10.0.0.9, 10.0.0.3", "10.0.0.9"),
        ("6.6.6.6, unknown, 10.0.0.3", None),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("192.0.2.7:5123", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "127.0.0.1"),
    ],
)
def test_the_client_is_the_first_from_the_right_that_is_no_proxy(told: str, found: str | None) -> None:
    """What stands further left, the client may have written itself; what cannot be read is nobody."""
    address = client_address([(b"x-forwarded-for", told.encode())], "127.0.0.1", TRUSTED)
    assert address == (None if found is None else parse(found))


@given(st.lists(st.text(max_size=20), max_size=40))
def test_an_untrusted_client_cannot_say_where_it_is(told: list[str]) -> None:
    """Whatever it sends, it is at the other end of the connection."""
    headers = [(b"x-forwarded-for", each.encode("utf-8", "replace")) for each in told]
    assert client_address(headers, "192.0.2.1", TRUSTED) == parse("192.0.2.1")
