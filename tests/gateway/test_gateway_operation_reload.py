"""Reloads: what changes, what is refused, and what goes on as it was."""

import asyncio
from pathlib import Path

import pytest
from gateway_support import Within, config, gateway
from upstream import Upstream, answer, events, frame, stream, until

from seatrial.core.errors import Mistake
from seatrial.gateway.keys.key import KeyRecord


async def test_a_reload_does_not_drop_a_stream(tmp_path: Path) -> None:
    """A stream goes on with the deployment it began with; the next request meets the new file."""
    go = asyncio.Event()
    held = events(frame({"content": "one"}), end=[go, *stream("two")[1:]])
    async with Upstream(held) as old, Upstream(answer("new")) as new, gateway(config(old.url), tmp_path) as door:
        first = asyncio.create_task(door.chat(stream=True))
        await until(lambda: len(old.requests) == 1)
        door.path.write_text(config(new.url))
        await door.application.reload()
        assert (await door.chat()).json["choices"][0]["message"]["content"] == "new"
        go.set()
        assert b"two" in (await first).body
        await until(lambda: old.open == 0)


async def test_a_bad_file_is_refused_and_the_old_one_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All its mistakes are told with their lines, in the log as well; requests are answered as before."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url), tmp_path) as door:
        door.path.write_text(config(upstream.url, served="balance: fastest\nretri: {}"))
        with pytest.raises(Mistake, match="retri"):
            await door.application.reload()
        assert (await door.chat()).status == 200
    said = capsys.readouterr().err
    assert "all stays as it was" in said
    assert "seatrial.yaml:" in said


async def test_the_admin_side_reloads_and_tells_mistakes(tmp_path: Path) -> None:
    """A good file is taken over; a bad one is a 400 with its mistakes; either way it is written down."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url), tmp_path) as door:
        door.key = admin(door)
        door.path.write_text(config(upstream.url).replace("support", "renamed"))
        assert (await door.ask("/admin/reload", {})).json == {"models": ["renamed"]}
        door.path.write_text("gateway: {}")
        reply = await door.ask("/admin/reload", {})
        assert (reply.status, "models" in reply.json["error"]["message"]) == (400, True)
        assert [(await door.chat(model=name)).status for name in ("renamed", "support")] == [200, 404]


def admin(door: Within) -> str:
    """An admin key that the gateway knows."""
    with door.application.keys.open() as store:
        text = store.create(KeyRecord(id="", admin=True))[1]
    door.application.keys.look()
    return text


async def test_another_worker_hears_of_a_reload(tmp_path: Path) -> None:
    """What an admin tells one worker, the others do by themselves soon."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url), tmp_path) as door:
        await asyncio.sleep(0.1)  # it has looked once
        door.path.write_text(config(upstream.url).replace("support", "renamed"))
        with door.application.keys.open() as store:
            store.count("reload")
        await until(lambda: "renamed" in door.application.config.routes)


async def test_a_watched_file_is_read_when_it_changes(tmp_path: Path) -> None:
    """With `watch: true` nobody has to tell; a bad file is refused, and the next good one is taken."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url, gateway="watch: true"), tmp_path) as door:
        for text, name in (("nonsense", None), (config(upstream.url).replace("support", "renamed"), "renamed")):
            door.path.write_text(text)
            if name is None:
                await asyncio.sleep(0.7)
                assert (await door.chat()).status == 200
            else:
                await until(lambda: "renamed" in door.application.config.routes)


async def test_unchanged_deployments_keep_connections_and_health(tmp_path: Path) -> None:
    """A reload that adds a model neither connects anew nor forgets what is known of a deployment."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url), tmp_path) as door:
        await door.chat()
        (live,) = door.application.building.lives.values()
        more = "    other:\n      deployments: [{target: one}]\n"
        door.path.write_text(config(upstream.url) + more)
        await door.application.reload()
        await door.chat(model="other")
        assert list(door.application.building.lives.values()) == [live]
        assert upstream.connections == 1


async def test_a_key_in_a_file_is_read_again(tmp_path: Path) -> None:
    """A rotated key of a provider needs only a reload."""
    key = tmp_path / "key"
    key.write_text("sk-first\n")
    async with Upstream(answer()) as upstream:
        text = config(upstream.url).replace("api_key: dummy", f"api_key: 'file:{key}'")
        async with gateway(text, tmp_path) as door:
            await door.chat()
            key.write_text("sk-second\n")
            await door.application.reload()
            await door.chat()
    assert [asked.headers["authorization"] for asked in upstream.requests] == ["Bearer sk-first", "Bearer sk-second"]


async def test_what_needs_a_new_start_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A reload takes over what it can, and names what it cannot."""
    async with gateway(config("http://127.0.0.1:9"), tmp_path) as door:
        door.path.write_text(config("http://127.0.0.1:9", gateway="store: elsewhere\nlisten: 127.0.0.1:1"))
        await door.application.reload()
    assert "taken over at the next start: listen, store" in capsys.readouterr().err


@pytest.mark.parametrize(
    "bad",
    [
        "tls: {cert: no.pem, key: no.key}",
        "budgets: [{of: all, limit: lots}]",
        "limits: {rpm: many}",
        "trust_proxy: [x]",
    ],
)
async def test_a_stage_that_cannot_be_changes_nothing(tmp_path: Path, bad: str) -> None:
    """A mistake in any part leaves all parts as they were: connections are kept, requests are answered."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url), tmp_path) as door:
        await door.chat()
        house = door.application.plane.house  # type: ignore[union-attr]
        door.path.write_text(config("http://127.0.0.1:9", gateway=bad))
        with pytest.raises(Mistake):
            await door.application.reload()
        await door.chat()
        assert door.application.plane.house is house  # type: ignore[union-attr]
        assert (upstream.connections, len(upstream.requests)) == (1, 2)


async def test_keys_cannot_be_switched_off_for_others_by_a_reload(tmp_path: Path) -> None:
    """`keys: none` is for loopback alone, at the start and later."""
    async with gateway(config("http://127.0.0.1:9", keys="required"), tmp_path) as door:
        door.application.building._host = "0.0.0.0"
        door.path.write_text(config("http://127.0.0.1:9", keys="none"))
        with pytest.raises(Mistake, match="could spend your money"):
            await door.application.reload()
        assert (await door.chat()).status == 401


async def test_keys_that_cannot_be_looked_up_stay_as_they_were(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A store that breaks while the server runs is said once; whoever had a key still comes in."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url, keys="required"), tmp_path) as door:
        with door.application.keys.open() as store:
            text = store.create(KeyRecord(id=""))[1]
        door.application.keys.look()
        for path in (tmp_path / ".seatrial").glob("keys.sqlite3*"):
            path.unlink()
        (tmp_path / ".seatrial" / "keys.sqlite3").write_text("broken" * 1000)
        await asyncio.sleep(1.3)
        assert (await door.chat(key=text)).status == 200
    assert capsys.readouterr().err.count("cannot be looked up") == 1
