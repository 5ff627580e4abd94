"""Answers kept for the next time the same thing is asked of the same Target; one SQLite file, only on request."""

import sqlite3
from pathlib import Path

import msgspec

from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.interaction import Interaction
from seatrial.store.database import Database

SCHEMA = 1
_TABLE = "create table if not exists answers (key blob primary key, at integer not null, interaction blob not null)"
_INDEX = "create index if not exists answers_by_age on answers (at)"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Interaction).decode


class AnswerCache:
    """Interactions by key. It holds at most `most` of them: the oldest go when it is closed.

    Raises:
        CannotRun: The file cannot be opened or written, or is no database.
        Mistake: It was written by a newer Seatrial.
    """

    def __init__(self, path: str | Path, most: int = 1_000_000) -> None:
        self.path, self._most, self._open = Path(path), most, True
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = Database(self.path)
            version = self._db.version
        except OSError as error:
            raise CannotRun(f"{path}: the cache could not be made: {error.strerror or error}") from error
        except sqlite3.DatabaseError as error:
            raise CannotRun(f"{path}: no cache of answers ({error}); delete it") from error
        if version > SCHEMA:
            self._db.close()
            raise Mistake("written by a newer Seatrial; delete it or upgrade Seatrial", path=self.path)
        with self._db.transaction() as db:
            db.execute(_TABLE)
            db.execute(_INDEX)
            db.execute(f"pragma user_version = {SCHEMA}")

    def get(self, key: bytes) -> Interaction | None:
        """The Interaction kept under this key; one that cannot be read any more counts as none."""
        for (kept,) in self._db.rows("select interaction from answers where key = ?", key):
            try:
                return _decode(kept)
            except msgspec.MsgspecError:
                return None
        return None

    def put(self, key: bytes, interaction: Interaction) -> None:
        """Keep an Interaction, in place of an older one."""
        self._db.write(
            "insert or replace into answers values (?, ?, ?)", key, interaction.timing.ended, _encode(interaction)
        )

    def close(self) -> None:
        """Let the oldest go beyond the limit, and close; twice is fine."""
        if not self._open:
            return
        self._open = False
        try:
            (row,) = self._db.rows("select count(*) from answers")
            surplus = int(row[0]) - self._most
            if surplus > 0:
                oldest = "delete from answers where key in (select key from answers order by at limit ?)"
                self._db.write(oldest, surplus)
        finally:
            self._db.close()


class CacheOnDemand:
    """An AnswerCache that is opened by its first use: most runs ask no judge and need no file."""

    def __init__(self, path: str | Path) -> None:
        self._path = path
        self._cache: AnswerCache | None = None

    def get(self, key: bytes) -> Interaction | None:
        """As `AnswerCache.get`.

        Raises:
            CannotRun: The file cannot be opened or read.
        """
        return self._opened().get(key)

    def put(self, key: bytes, interaction: Interaction) -> None:
        """As `AnswerCache.put`.

        Raises:
            CannotRun: The file cannot be opened or written.
        """
        self._opened().put(key, interaction)

    def close(self) -> None:
        """Close what was opened; a later use opens it again."""
        if self._cache is not None:
            self._cache.close()
            self._cache = None

    def _opened(self) -> AnswerCache:
        if self._cache is None:
            self._cache = AnswerCache(self._path)
        return self._cache
