"""The admin side over real sockets: who may, what is written down, what it does."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from gateway_support import Answer, Within, config, gateway
from upstream import Upstream, answer

from seatrial.gateway.admin.audit import read_acts, write_act
from seatrial.gateway.admin.failures import MOST, PLACES, SPAN, Failures
from seatrial.gateway.config import Terms
from seatrial.gateway.keys.file import open_keys
from seatrial.gateway.keys.key import KeyRecord


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Within]:
    """A gateway whose door asks with an admin key."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url, keys="required"), tmp_path) as door:
        with door.application.keys.open() as store:
            door.key = store.create(KeyRecord(id="", admin=True))[1]
            user = store.create(KeyRecord(id=""))[1]
        door.application.keys.look()
        door.user = user  # type: ignore[attr-defined]
        yield door


async def done(door: Within) -> list[str]:
    """What was done, the oldest first."""
    return [act["what"] for act in reversed((await door.ask("/admin/audit")).json["acts"])]


@pytest.mark.parametrize("path", ["status", "routes", "keys", "audit", "reload", "drain", "keys/x/revoke"])
async def test_without_an_admin_key_nothing_is_told_or_done(door: Within, path: str) -> None:
    """No key: 401; a key for models: 403; both in the shape of all errors, and nothing is written down."""
    method = "GET" if path in ("status", "routes", "keys", "audit") else "POST"
    for key, status in (("sk-st-wrong", 401), (door.user, 403)):  # type: ignore[attr-defined]
        reply = await door.ask(f"/admin/{path}", method=method, key=key)
        assert (reply.status, "message" in reply.json["error"]) == (status, True)
    assert await done(door) == []


async def test_a_key_is_created_used_rotated_and_revoked(door: Within) -> None:
    """The whole life of a key through the admin side; each act is written down, and no secret with it."""
    wish = {"project": "support", "models": ["support"], "rpm": 600, "tpm": "200k", "budget": "200 usd/month"}
    made = (await door.ask("/admin/keys", wish | {"expires": "90d", "allow": ["127.0.0.1"]})).json
    assert (made["terms"]["tpm"], made["terms"]["budget"]) == (200_000, "200 USD/month")
    door.application.keys.look()
    assert (await door.chat(key=made["key"])).status == 200
    new = (await door.ask(f"/admin/keys/{made['id']}/rotate", {"overlap": "1h"})).json["key"]
    assert (await door.ask(f"/admin/keys/{made['id']}/revoke", {})).status == 200
    assert [(await door.chat(key=key)).status for key in (made["key"], new)] == [401, 401]
    acts = await door.ask("/admin/audit")
    assert await done(door) == ["keys.create", "keys.rotate", "keys.revoke"]
    assert all(text.rpartition("-")[2].encode() not in acts.body for text in (made["key"], new))


async def test_keys_are_listed_without_what_they_open_with(door: Within) -> None:
    """The list names each key by what may be known of it."""
    reply = await door.ask("/admin/keys")
    assert [each["admin"] for each in reply.json["keys"]] == [True, False]
    assert all(each["key"].endswith("-...") for each in reply.json["keys"])
    assert door.key is not None
    assert door.key.encode() not in reply.body


@pytest.mark.parametrize(
    "wish",
    [
        {"models": ["suport"]},
        {"expires": "soon"},
        {"budget": "lots"},
        {"rpm": 0},
        {"allow": ["300.0.0.1"]},
        {"project": ""},
        {"project": "a\nb"},
        {"colour": "red"},
        {"rpm": [1]},
        ["support"],
    ],
)
async def test_a_wish_that_cannot_be_is_refused(door: Within, wish: Any) -> None:
    """400 with a sentence; no key is made and nothing is written down as done."""
    reply = await door.ask("/admin/keys", wish)
    assert (reply.status, bool(reply.json["error"]["message"])) == (400, True)
    assert len((await door.ask("/admin/keys")).json["keys"]) == 2
    assert await done(door) == []


async def test_unknown_paths_methods_and_bodies_are_refused(door: Within) -> None:
    """404, 405 with what is allowed, 400 and 413: all in the shape of all errors."""
    replies: list[Answer] = [
        await door.ask("/admin/nothing"),
        await door.ask("/nothing"),
        await door.ask("/admin/status", {}, method="DELETE"),
        await door.ask("/admin/keys", b"{"),
        await door.ask("/admin/keys", b" " * 70_000),
        await door.ask("/admin/keys/nobody/revoke", {}),
        await door.ask("/admin/audit?limit=all"),
    ]
    assert [reply.status for reply in replies] == [404, 404, 405, 400, 413, 404, 400]
    assert all(reply.json["error"]["message"] for reply in replies)


async def test_wrong_keys_must_wait_and_then_even_the_right_one(door: Within) -> None:
    """After too many wrong keys the address is told to wait, whatever it shows; that is written down once."""
    replies = [await door.ask("/admin/status", key=f"sk-st-wrong-{n}") for n in range(MOST)]
    assert {reply.status for reply in replies} == {401}
    late = await door.ask("/admin/status")
    assert (late.status, late.error, 0 < int(late.headers["retry-after"]) <= SPAN) == (429, "too_many_failures", True)
    acts = read_acts(door.application.config.store)
    assert [(act.what, act.source) for act in acts] == [("locked out", "127.0.0.1")]


def test_failures_are_forgotten_in_time_and_in_number() -> None:
    """A place may try again when its failures are old; a flood of places takes no more than so much memory."""
    now = [0.0]
    failures = Failures(lambda: now[0])
    for _ in range(MOST):
        failures.failed("a")
    assert failures.wait("a") == SPAN
    now[0] = SPAN
    assert failures.wait("a") == 0
    for number in range(PLACES + 10):
        failures.failed(str(number))
    assert len(failures._places) == PLACES


async def test_routes_tell_how_deployments_are(door: Within) -> None:
    """Each model with its deployments, and what is known of them."""
    found = (await door.ask("/admin/routes")).json["support"]["deployments"]
    assert [(each["name"], each["state"], each["in_flight"]) for each in found] == [("one", "closed", 0)]


async def test_budgets_tell_what_is_spent(tmp_path: Path) -> None:
    """Each budget with what requests have cost so far, those of keys among them."""
    price = "price: {input: 1000, output: 1000}"
    async with Upstream(answer()) as upstream:
        text = config(upstream.url, keys="required", target=price, gateway="budgets: [{of: all, limit: 5 USD/day}]")
        async with gateway(text, tmp_path) as door:
            with door.application.keys.open() as store:
                door.key = store.create(KeyRecord(id="", admin=True))[1]
                user = store.create(KeyRecord(id="", terms=Terms(budget="1 USD/month")))[1]
            assert (await door.chat(key=user)).status == 200
            async with asyncio.timeout(5):
                while not (found := (await door.ask("/admin/budgets")).json["budgets"])[0]["spent"]:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
    assert [(each["currency"], each["spent"] > 0, each["then"]) for each in found] == [("USD", True, "block")] * 2


async def test_draining_makes_it_unready_and_still_answers(door: Within) -> None:
    """A load balancer is told to go elsewhere; who comes all the same is answered; it can be taken back."""
    assert (await door.ask("/admin/drain", {})).json["draining"]
    assert ((await door.ask("/readyz")).status, (await door.ask("/healthz")).status) == (503, 200)
    assert (await door.chat(key=door.user)).status == 200  # type: ignore[attr-defined]
    assert not (await door.ask("/admin/drain", method="DELETE")).json["draining"]
    assert (await door.ask("/readyz")).status == 200
    assert await done(door) == ["drain", "drain.end"]


async def test_the_page_holds_nothing_and_may_load_nothing(door: Within) -> None:
    """Anybody may open the page; it knows no key, and its policy allows only its own script."""
    reply = await door.ask("/admin", key="none")
    policy = reply.headers["content-security-policy"]
    assert reply.status == 200
    assert "default-src 'none'" in policy
    assert policy.partition("nonce-")[2].partition("'")[0] in reply.body.decode()
    assert b"NONCE" not in reply.body


async def test_no_cookie_and_no_other_site(door: Within) -> None:
    """A browser that is led here from another site has nothing that opens: no cookies are set, no origin allowed."""
    reply = await door.ask("/admin/status", headers={"origin": "https://evil.example"})
    assert not {"set-cookie", "access-control-allow-origin"} & set(reply.headers)
    assert reply.headers["cache-control"] == "no-store"


def test_what_was_done_cannot_be_undone(tmp_path: Path) -> None:
    """Rows of the audit are neither changed nor removed, not even by whoever writes SQL."""
    from seatrial.gateway.admin.audit import Act

    write_act(tmp_path, Act(who="cli:me", what="keys.create", detail="x" * 5000))
    database = open_keys(tmp_path)
    try:
        for sentence in ("delete from audit", "update audit set who = 'you'"):
            with pytest.raises(Exception, match="append only"):
                database.write(sentence)
    finally:
        database.close()
    assert [(act.who, len(act.detail)) for act in read_acts(tmp_path)] == [("cli:me", 500)]
