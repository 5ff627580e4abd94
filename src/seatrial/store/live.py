"""The live log: Interactions of live traffic in one SQLite file that several processes write and read.

Rows are inserted many at a time by one statement: Python's lock is given up and taken again once for each statement,
and a thread that has to take it again for each row waits for a busy event loop each time.
"""

import contextlib
import os
import random
import sqlite3
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from seatrial.core.errors import CannotRun
from seatrial.core.interaction import Interaction
from seatrial.store.database import Database
from seatrial.store.live_entry import COLUMNS, LogEntry, Row, row_of, row_values
from seatrial.store.live_filter import EVERYTHING, Where
from seatrial.store.live_schema import migrate

NAME: Final = "interactions.sqlite3"
PACKED_FROM: Final = 4096
"""Bytes from which a body is compressed: a smaller one costs more time than the room it would spare is worth."""
AT_ONCE: Final = (256, 64, 16, 4, 1)
"""Rows of one statement; few sizes, so that their statements stay prepared."""
PATIENCE: Final = 0.25
"""Seconds that a writer waits for another one before it says that the file is busy."""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Interaction).decode
_ROWS: Final = f"insert into interactions (number, {', '.join(COLUMNS)}) values "  # noqa: S608
_BODIES: Final = "insert into bodies values "


class LiveStore:
    """An open live log, for one thread; the file and its folder are made where they are missing, for their owner alone.

    Args:
        folder: Of the store.
        patience: Seconds to wait for another process's write.

    Raises:
        CannotRun: It cannot be opened, is no database, or was written by a later version of Seatrial.
    """

    def __init__(self, folder: Path, patience: float = PATIENCE) -> None:
        self.path = folder / NAME
        with self._named():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            # Writers that wait for one another for equally long would all try again at the same moments.
            self._db = Database(self.path, patience * random.uniform(0.8, 1.2))  # noqa: S311  no secret
        try:
            with self._named():
                migrate(self._db)
        except BaseException:
            self._db.close()
            raise

    def add(self, entries: Sequence[LogEntry], *, bodies: bool = True) -> None:
        """Keep entries, all or none; one whose id is there already is kept once.

        Raises:
            CannotRun: The file is busy, full or broken.
        """
        with self._named():
            try:
                self._add(entries, bodies)
            except sqlite3.IntegrityError:
                self._add(self._unknown(entries), bodies)

    def newest(self, most: int, where: Where = EVERYTHING) -> list[Row]:
        """The last so many, the oldest of them first."""
        return self._rows(where, f"order by number desc limit {most:d}")[::-1]

    def after(self, number: int, most: int, where: Where = EVERYTHING) -> list[Row]:
        """Those that were kept after the row of this number, in order."""
        return self._rows(where.also("number > ?", number), f"order by number limit {most:d}")

    @property
    def last(self) -> int:
        """The number of the newest row; 0 when there is none."""
        with self._named():
            return int(self._db.rows("select coalesce(max(number), 0) from interactions")[0][0])

    def body(self, id_: str) -> Interaction | None:
        """The whole Interaction; None where only its row is kept."""
        with self._named():
            query = "select packed, data from bodies where number = (select number from interactions where id = ?)"
            found = self._db.rows(query, id_)
        if not found:
            return None
        packed, data = found[0]
        try:
            return _decode(zlib.decompress(data) if packed else data)
        except (zlib.error, msgspec.MsgspecError) as error:
            raise CannotRun(f"{self.path}: the body of {id_} cannot be read: {error}") from None

    def forget(self, before: int, most: int = 1000) -> int:
        """Take out the oldest that came before a moment (UTC nanoseconds), at most so many at once; says how many."""
        oldest = "(select number from interactions where id < ? order by id limit ?)"
        values = (first_id(before), most)
        with self._named(), self._db.transaction() as running:
            running.execute(f"delete from bodies where number in {oldest}", values)  # noqa: S608
            return running.execute(f"delete from interactions where number in {oldest}", values).rowcount  # noqa: S608

    def close(self) -> None:
        """Close it; twice is fine."""
        self._db.close()

    def _add(self, entries: Sequence[LogEntry], bodies: bool) -> None:
        rows = [row_values(entry) for entry in entries]
        texts = [_body(entry.interaction) for entry in entries] if bodies else []
        with self._db.transaction() as running:
            (first,) = running.execute("select coalesce(max(number), 0) + 1 from interactions").fetchone()
            _insert(running, _ROWS, [(number, *row) for number, row in enumerate(rows, first)])
            _insert(running, _BODIES, [(number, *text) for number, text in enumerate(texts, first)])

    def _unknown(self, entries: Sequence[LogEntry]) -> list[LogEntry]:
        """Those that are not kept yet, each once."""
        unknown = {entry.interaction.id: entry for entry in entries}
        for id_ in list(unknown):
            if self._db.rows("select 1 from interactions where id = ?", id_):
                del unknown[id_]
        return list(unknown.values())

    def _rows(self, where: Where, rest: str) -> list[Row]:
        columns = ", ".join(f'"{name}"' for name in COLUMNS)
        query = f"select number, {columns} from interactions where {where.sql} {rest}"  # noqa: S608
        with self._named():
            return [row_of(values) for values in self._db.rows(query, *where.values)]

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CannotRun(f"{self.path}: {(error.strerror or 'it failed').lower()}") from None
        except sqlite3.DatabaseError as error:
            raise CannotRun(f"{self.path}: {error}") from None


def first_id(moment: int) -> str:
    """What ids (UUIDv7) of this moment, in UTC nanoseconds, begin with: text that sorts before all of them."""
    digits = f"{max(moment, 0) // 1_000_000:012x}"
    return f"{digits[:8]}-{digits[8:]}"


def ago(seconds: float) -> int:
    """The moment so long ago, in UTC nanoseconds."""
    return time.time_ns() - round(seconds * 1e9)


def _body(interaction: Interaction) -> tuple[int, bytes]:
    data = _encode(interaction)
    return (0, data) if len(data) < PACKED_FROM else (1, zlib.compress(data, 1))


def _insert(running: sqlite3.Connection, head: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows by as few statements as there can be."""
    begin = 0
    for size in AT_ONCE:
        while len(rows) - begin >= size:
            chosen = rows[begin : begin + size]
            one = f"({', '.join('?' * len(chosen[0]))})"
            running.execute(head + ", ".join([one] * size), [value for row in chosen for value in row])
            begin += size
