"""Keys as they are kept: made, changed and revoked by any process, seen by all."""

import sqlite3
import time
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import msgspec

from seatrial.core.errors import Mistake
from seatrial.gateway.keys.file import open_keys
from seatrial.gateway.keys.key import Hasher, KeyRecord, id_of, new_key_id, new_text, shown

_record = msgspec.json.Decoder(KeyRecord)
_COUNT = "insert into control values (?, '1') on conflict (name) do update set value = cast(value as integer) + 1"


class Entrance(NamedTuple):
    """A hash that opens for a key, until a moment (UTC nanoseconds; None: as long as the key lives)."""

    hash: bytes
    record: KeyRecord
    ends: int | None


class KeyStore:
    """An open store of keys, for one thread.

    Args:
        store: The folder.
        hasher: With the server's secret.
    """

    def __init__(self, store: Path, hasher: Hasher) -> None:
        self._database, self._hash = open_keys(store), hasher

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    @property
    def generation(self) -> int:
        """A number that grows with each change."""
        return int(self.controls().get("generation", 0))

    def entrances(self) -> list[Entrance]:
        """All hashes with their keys; those of revoked keys, too, so that they can be told apart."""
        rows = self._database.rows("select hash, record, ends from secrets join keys on keys.id = secrets.key")
        return [Entrance(hash_, _record.decode(record), ends) for hash_, record, ends in rows]

    def keys(self) -> list[KeyRecord]:
        """All keys, the oldest first."""
        found = [_record.decode(record) for (record,) in self._database.rows("select record from keys")]
        return sorted(found, key=lambda each: each.created)

    def create(self, wanted: KeyRecord) -> tuple[KeyRecord, str]:
        """Make a key; gives its record (with id and time) and its text, which is kept nowhere."""
        with self._database.transaction() as running:
            return self._add(running, wanted)

    def first_admin(self) -> str | None:
        """The text of a new admin key where there is no key at all yet; else None."""
        with self._database.transaction() as running:
            if running.execute("select 1 from keys limit 1").fetchone() is not None:
                return None
            return self._add(running, KeyRecord(id="", name="first admin", project="admin", admin=True))[1]

    def rotate(self, key_id: str, overlap: float) -> str:
        """A new secret for a key; the old ones open for `overlap` more seconds.

        Raises:
            Mistake: There is no such key, or it was revoked.
        """
        now = time.time_ns()
        with self._database.transaction() as running:
            record = self._get(running, key_id)
            if record.revoked is not None:
                raise Mistake(f"the key {shown(record.id)} was revoked; create another")
            text, ends = new_text(record.id), now + round(overlap * 1e9)
            running.execute("delete from secrets where key = ? and ends < ?", (record.id, now))
            running.execute(
                "update secrets set ends = ? where key = ? and (ends is null or ends > ?)", (ends, record.id, ends)
            )
            running.execute("insert into secrets values (?, ?, null)", (self._hash(text.encode()), record.id))
            running.execute(_COUNT, ("generation",))
        return text

    def revoke(self, key_id: str) -> KeyRecord:
        """A key that opens nothing more, at once; twice is fine.

        Raises:
            Mistake: There is no such key.
        """
        with self._database.transaction() as running:
            record = self._get(running, key_id)
            if record.revoked is None:
                record = msgspec.structs.replace(record, revoked=time.time_ns())
                row = (msgspec.json.encode(record), record.id)
                running.execute("update keys set record = ? where id = ?", row)
                running.execute(_COUNT, ("generation",))
        return record

    def controls(self) -> dict[str, str]:
        """Wishes to all workers by their names, with the generation among them."""
        return dict(self._database.rows("select name, value from control"))

    def count(self, name: str) -> str:
        """Tell all workers a number that is one more than before; gives it."""
        self._database.write(_COUNT, name)
        return self.controls()[name]

    def set_control(self, name: str, value: str) -> None:
        """Tell all workers."""
        self._database.write(
            "insert into control values (?, ?) on conflict (name) do update set value = excluded.value", name, value
        )

    def _add(self, running: sqlite3.Connection, wanted: KeyRecord) -> tuple[KeyRecord, str]:
        record = msgspec.structs.replace(wanted, id=new_key_id(), created=time.time_ns())
        text = new_text(record.id)
        running.execute("insert into keys values (?, ?)", (record.id, msgspec.json.encode(record)))
        running.execute("insert into secrets values (?, ?, null)", (self._hash(text.encode()), record.id))
        running.execute(_COUNT, ("generation",))
        return record, text

    @staticmethod
    def _get(running: sqlite3.Connection, key_id: str) -> KeyRecord:
        """By its id, or by what begins like the key itself."""
        name = id_of(key_id)
        row = running.execute("select record from keys where id = ?", (name,)).fetchone()
        if row is None:
            raise Mistake(f"there is no key {shown(name)}; `seatrial keys list` shows them")
        return _record.decode(row[0])
