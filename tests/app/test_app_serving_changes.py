"""What a server sees of changes made elsewhere: keys, the file, wishes; and odd targets of routes."""

import asyncio
import os
import time
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.serving import watching
from seatrial.app.serving.key_wish import KeyWish, record_of
from seatrial.app.serving.keys import Keys, door_of
from seatrial.app.serving.reading import GatewayConfig, read_gateway
from seatrial.app.serving.watching import RELOAD, Watch
from seatrial.core.errors import CannotRun, Mistake
from seatrial.gateway.keys.door import KeyDoor
from seatrial.gateway.keys.file import NAME
from seatrial.gateway.keys.loopback import LoopbackDoor
from seatrial.gateway.wire.errors import Refusal

TARGETS = """
targets:
  east: {openai: "http://127.0.0.1:9001/v1"%s}
gateway:
  keys: %s
  watch: %s
  models:
    support: {deployments: [{target: east%s}]}
"""


def written(folder: Path, target: str = "", more: str = "", *, keys: str = "required", watch: str = "true") -> Path:
    path = folder / "seatrial.yaml"
    path.write_text(TARGETS % (target, keys, watch, more))
    return path


def config(folder: Path, target: str = "", more: str = "", **kinds: str) -> GatewayConfig:
    return read_gateway(written(folder, target, more, **kinds))


class Told:
    """An application that counts how often it was told to read its file again."""

    def __init__(self, config: GatewayConfig) -> None:
        self.config, self.keys = config, Keys(config.store)
        self.wishes: dict[str, str] = {}
        self.said: list[str] = []
        self.say = self.said.append
        self.reloads = 0
        self.reloaded = asyncio.Event()
        self.wrong = False

    async def reload(self) -> None:
        self.reloads += 1
        self.reloaded.set()
        if self.wrong:
            raise Mistake("the file is not as it should be")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks follow each other at once."""
    monkeypatch.setattr(watching, "EVERY", 0.001)


async def seen(told: Told, change: Any) -> bool:
    """Whether a change makes the watch tell the application within some looks."""
    task = asyncio.ensure_future(Watch(told).run())
    while RELOAD not in told.wishes:  # noqa: ASYNC110  the watch has no door to wait at
        await asyncio.sleep(0)
    change()
    try:
        async with asyncio.timeout(0.3 if not told.config.model.watch else 5):
            await told.reloaded.wait()
    except TimeoutError:
        return False
    finally:
        task.cancel()
        await asyncio.wait([task])
    return True


def beginning(folder: Path, **kinds: str) -> Told:
    """An application whose store has been told one wish, so that the watch is known to have begun."""
    told = Told(config(folder, **kinds))
    with told.keys.open() as store:
        store.count(RELOAD)
    return told


async def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    """With `watch: true` nobody has to say so."""
    told = beginning(tmp_path)
    assert await seen(told, lambda: written(tmp_path, more=", weight: 2"))


async def test_without_watch_a_file_may_change(tmp_path: Path) -> None:
    """It is read again when somebody asks for it."""
    told = beginning(tmp_path, watch="false")
    assert not await seen(told, lambda: written(tmp_path, more=", weight: 2", watch="false"))


@pytest.mark.parametrize("wrong", [False, True])
async def test_a_wish_of_another_worker_is_taken_over(tmp_path: Path, wrong: bool) -> None:
    """Once for each wish; a file with a mistake ends no watch."""
    told = beginning(tmp_path, watch="false")
    told.wrong = wrong

    def wish() -> None:
        with told.keys.open() as store:
            store.count(RELOAD)

    assert await seen(told, wish)
    assert told.reloads == 1


def test_a_file_that_is_gone_for_a_moment_is_being_written(tmp_path: Path) -> None:
    """Nothing is known of it, and nothing is taken for a change."""
    path = written(tmp_path)
    before = watching._state(path)
    path.unlink()
    assert watching._state(path) == ()
    assert before


def wished(keys: Keys) -> tuple[str, str]:
    """A new key: its id and its text."""
    with keys.open() as store:
        record, text = store.create(record_of(KeyWish(), ()))
    return record.id, text


def opens(keys: Keys, text: str) -> bool:
    try:
        keys.door.holder([(b"x-api-key", text.encode())], "127.0.0.1", time.time_ns())
    except Refusal:
        return False
    return True


def test_keys_that_others_made_are_known_after_a_look(tmp_path: Path) -> None:
    """Not before; and one that was revoked opens no more after the next."""
    keys, other = Keys(tmp_path), Keys(tmp_path)
    id_, text = wished(other)
    assert not opens(keys, text)
    keys.look()
    assert opens(keys, text)
    with other.open() as store:
        store.revoke(id_)
    assert opens(keys, text)
    keys.look()
    assert not opens(keys, text)


def test_a_look_that_finds_nothing_new_reads_no_keys(tmp_path: Path) -> None:
    """The ring is another one only when the store has changed."""
    keys = Keys(tmp_path)
    ring = keys.door.ring
    keys.look()
    assert keys.door.ring is ring
    wished(keys)
    keys.look()
    assert keys.door.ring is not ring


def test_a_store_that_broke_leaves_the_keys_as_they_were(tmp_path: Path) -> None:
    """It is one sentence, and who had a key still has it."""
    keys = Keys(tmp_path)
    _, text = wished(keys)
    keys.look()
    for path in tmp_path.glob(f"{NAME}*"):
        path.unlink()
    (tmp_path / NAME).write_bytes(b"no database" * 500)
    with pytest.raises(CannotRun, match=NAME):
        keys.look()
    assert opens(keys, text)


@pytest.mark.parametrize(("kind", "door"), [("required", KeyDoor), ("none", LoopbackDoor)])
def test_the_door_is_the_one_that_the_file_asks_for(tmp_path: Path, kind: str, door: type) -> None:
    """With keys it is the same for as long as the process lives."""
    found = config(tmp_path, keys=kind)
    keys = Keys(found.store)
    assert isinstance(door_of(found, keys), door)
    assert (door_of(found, keys) is keys.door) is (kind == "required")


@pytest.mark.parametrize(
    ("target", "more", "told"),
    [
        (", headers: {x-a: 'é'}", "", "printable ASCII"),
        (", headers: {x-a: '${NO_SUCH_VARIABLE}'}", "", "NO_SUCH_VARIABLE"),
        ("", ", ca: no.pem", "no.pem"),
        (", price: {input: -1, output: 2}", "", "price"),
        (", price: {input: 1}", "", "a price per million tokens"),
        ("", ", warm: 101", "100"),
        ("", ", warm: -1", "0"),
        ("", ", queue: -1", "0"),
        ("", ", max_in_flight: 0", "1"),
        ("", ", weight: .nan", "weight"),
    ],
)
def test_a_target_that_cannot_be_asked_is_told(tmp_path: Path, target: str, more: str, told: str) -> None:
    """Before anything is served; the file, the line and what is wrong."""
    with pytest.raises(Mistake, match=r"seatrial\.yaml:") as found:
        config(tmp_path, target, more)
    assert told in str(found.value)


def test_headers_of_a_target_are_filled_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables of the environment stand in them as in keys."""
    monkeypatch.setenv("TEAM", "blue")
    (deployment,) = config(tmp_path, ", headers: {x-team: '${TEAM}'}").routes["support"].deployments
    assert deployment.headers == (("x-team", "blue"),)


@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
def test_the_dialect_and_the_environment_of_a_deployment(tmp_path: Path, dialect: str) -> None:
    """As they are written."""
    more = f", dialect: {dialect}, environment: staging, region: eu"
    (deployment,) = config(tmp_path, more=more).routes["support"].deployments
    assert (deployment.dialect, deployment.environment, deployment.region) == (dialect, "staging", "eu")


def test_the_secret_of_a_server_stays_its_own(tmp_path: Path) -> None:
    """Whoever may read a file that others may read, too, is told before any key is hashed."""
    Keys(tmp_path)
    (tmp_path / "server.secret").chmod(0o644)
    if os.name == "posix":
        with pytest.raises(Mistake, match="chmod 600"):
            Keys(tmp_path)
