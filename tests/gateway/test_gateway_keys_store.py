"""Keys as they are kept: hashed, shared by processes, changed and revoked."""

import sqlite3
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.errors import CannotRun, Mistake
from seatrial.gateway.config import Terms
from seatrial.gateway.keys.file import NAME, open_keys
from seatrial.gateway.keys.key import Hasher, KeyRecord, id_of, new_key_id, new_text, shown
from seatrial.gateway.keys.ring import Ring
from seatrial.gateway.keys.server_secret import server_secret
from seatrial.gateway.keys.store import KeyStore

HASHER = Hasher(b"x" * 32)
WANTED = KeyRecord(id="", name="app", project="support", models=("support",), terms=Terms(rpm=600, budget="5 USD/day"))


def ring(store: KeyStore) -> Ring:
    return Ring(HASHER, store.entrances())


def test_a_key_is_found_by_its_text_and_by_nothing_else(tmp_path: Path) -> None:
    """The text opens, with what was asked for; any other text does not."""
    with KeyStore(tmp_path, HASHER) as store:
        record, text = store.create(WANTED)
        holder = ring(store).find(text.encode())
    assert holder is not None
    assert (holder.key, holder.project, holder.terms.rpm) == (record.id, "support", 600)
    assert holder.may_ask("support")
    assert not holder.may_ask("other")
    assert ring_is_closed(tmp_path, text[:-1], text + "a", "", "x" * 10_000)


def ring_is_closed(folder: Path, *texts: str) -> bool:
    with KeyStore(folder, HASHER) as store:
        return all(ring(store).find(text.encode()) is None for text in texts)


def test_the_text_of_a_key_is_nowhere_in_the_store(tmp_path: Path) -> None:
    """A copy of all files opens nothing: neither the text nor its secret stands in any of them."""
    with KeyStore(tmp_path, HASHER) as store:
        _, text = store.create(WANTED)
        held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert text.rpartition("-")[2].encode() not in held


def test_another_secret_of_the_server_opens_nothing(tmp_path: Path) -> None:
    """Hashes are keyed: the same store with another secret knows no key."""
    with KeyStore(tmp_path, HASHER) as store:
        _, text = store.create(WANTED)
        assert Ring(Hasher(b"y" * 32), store.entrances()).find(text.encode()) is None


def test_what_one_process_does_another_sees(tmp_path: Path) -> None:
    """Two open stores of one folder hold the same keys, and the generation tells of each change."""
    with KeyStore(tmp_path, HASHER) as one, KeyStore(tmp_path, HASHER) as other:
        before = other.generation
        _, text = one.create(WANTED)
        assert other.generation > before
        assert ring(other).find(text.encode()) is not None


def test_rotation_ends_the_old_secret_at_once_or_after_the_overlap(tmp_path: Path) -> None:
    """The id and the terms stay; the old secret ends when it was said, and never later than it did before."""
    with KeyStore(tmp_path, HASHER) as store:
        record, first = store.create(WANTED)
        second = store.rotate(record.id, 3600)
        third = store.rotate(shown(record.id), 0)
        ends = {text: ring(store).find(text.encode()) for text in (first, second, third)}
    assert id_of(third) == record.id
    assert all(holder is not None and holder.terms == WANTED.terms for holder in ends.values())
    assert ends[first].ends <= ends[second].ends < ends[third].ends


def test_a_revoked_key_is_known_as_such_and_cannot_be_rotated(tmp_path: Path) -> None:
    """Revoking ends all secrets of a key; twice is fine; a new secret is refused with a sentence."""
    with KeyStore(tmp_path, HASHER) as store:
        record, text = store.create(WANTED)
        first = store.revoke(record.id).revoked
        assert store.revoke(text).revoked == first
        holder = ring(store).find(text.encode())
        assert holder is not None
        assert holder.revoked
        with pytest.raises(Mistake, match="was revoked"):
            store.rotate(record.id, 0)


def test_a_mistyped_key_is_told_without_its_secret(tmp_path: Path) -> None:
    """An unknown key is a mistake whose sentence does not repeat what was typed behind its id."""
    with KeyStore(tmp_path, HASHER) as store, pytest.raises(Mistake, match="there is no key sk-st-nobody") as caught:
        store.revoke("sk-st-nobody-verysecretindeed")
    assert "verysecret" not in str(caught.value)


def test_the_first_admin_key_is_made_once(tmp_path: Path) -> None:
    """Of two processes that start at the same time one makes the key, and with any key there none is made."""
    with KeyStore(tmp_path, HASHER) as one, KeyStore(tmp_path, HASHER) as other:
        text = one.first_admin()
        assert text is not None
        assert other.first_admin() is None
        holder = ring(other).find(text.encode())
    assert holder is not None
    assert holder.admin


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    """The folder, the keys and the secret are made so that nobody else may read them."""
    folder = tmp_path / "store"
    server_secret(folder)
    with KeyStore(folder, HASHER) as store:
        store.create(WANTED)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in [folder, *folder.iterdir()]}
    assert set(modes.values()) == {0}


def test_the_servers_secret_is_made_once_and_stays(tmp_path: Path) -> None:
    """Every process finds the same 32 bytes, and no draft is left behind."""
    first = server_secret(tmp_path)
    assert server_secret(tmp_path) == first
    assert len(first) == 32
    assert [path.name for path in tmp_path.iterdir()] == ["server.secret"]


@pytest.mark.parametrize("text", ["", "beef", "zz" * 32, "é" * 64])
def test_a_secret_that_is_none_is_a_mistake(tmp_path: Path, text: str) -> None:
    """A file that does not hold a secret is told, and not written over: it may be another server's."""
    path = tmp_path / "server.secret"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(Mistake, match="hexadecimal"):
        server_secret(tmp_path)
    assert path.read_text() == text


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """A secret with loose permissions is a mistake that says how to mend it."""
    server_secret(tmp_path)
    (tmp_path / "server.secret").chmod(0o644)
    with pytest.raises(Mistake, match="chmod 600"):
        server_secret(tmp_path)


def test_a_store_that_is_no_database_is_told(tmp_path: Path) -> None:
    """A broken file is one sentence with its name."""
    (tmp_path / NAME).write_bytes(b"nothing that SQLite wrote" * 100)
    with pytest.raises(CannotRun, match=NAME):
        open_keys(tmp_path)


def test_a_store_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    """What a later version wrote is neither read nor changed."""
    open_keys(tmp_path).close()
    with sqlite3.connect(tmp_path / NAME) as database:
        database.execute("pragma user_version = 99")
    database.close()
    with pytest.raises(CannotRun, match="later version"):
        open_keys(tmp_path)


def test_a_store_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A folder in the place of which a file stands is one sentence."""
    (tmp_path / "store").write_text("")
    with pytest.raises(CannotRun):
        open_keys(tmp_path / "store")


@given(st.binary(max_size=200))
def test_no_text_that_was_not_made_opens(text: bytes) -> None:
    """Whatever bytes are shown, only those of a key are one."""
    assert Ring(HASHER).find(text) is None


def test_keys_are_long_and_never_the_same() -> None:
    """Two hundred random bits, behind an id that can be read aloud."""
    texts = {new_text(new_key_id()) for _ in range(100)}
    assert len(texts) == 100
    assert all(len(text) == len("sk-st-") + 8 + 1 + 40 for text in texts)
