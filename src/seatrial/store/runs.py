"""The embedded store: a folder `.seatrial` with one journal a run and a catalogue of them.

The journals are the truth. The catalogue (SQLite) only makes lists fast and can be thrown away at any time: it is built
again from the journals when it is missing, damaged or of an older make.
"""

import contextlib
import sqlite3
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from types import TracebackType

import msgspec

from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.run import RunState
from seatrial.store.database import Database
from seatrial.store.lock import is_locked
from seatrial.store.record import Counts, RunRecord, summarise

SCHEMA = 1
_TABLE = """
create table runs (
    id text primary key, at integer not null, plan text not null, state text not null, record blob not null
) strict
"""
_NEWEST = "select record from runs order by at desc, id desc limit ?"
_FITTING = r"""
select record from runs where id = ? or id like ? || '%' escape '\' or id like '%' || ? escape '\'
or id like '%-' || ? || '%' escape '\'
order by at desc limit 6
"""
_UNFINISHED = "select record from runs where plan = ? and state = 'interrupted' order by at desc, id desc"
_PUT = "insert or replace into runs (id, at, plan, state, record) values (?, ?, ?, ?, ?)"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(RunRecord).decode


class RunStore:
    """The runs of one folder; safe under several processes at once. Close it, or use it as a context manager."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self._db = folder, database

    @classmethod
    def open(cls, folder: str | Path) -> "RunStore":
        """Open the store in this folder, which is made when it is missing.

        Raises:
            CannotRun: The folder or the catalogue cannot be made or written.
            Mistake: The catalogue was written by a newer Seatrial.
        """
        folder = Path(folder)
        try:
            (folder / "runs").mkdir(parents=True, exist_ok=True)
            if not (folder / ".gitignore").exists():
                (folder / ".gitignore").write_text("*\n")
        except OSError as error:
            raise CannotRun(f"{folder}: the folder for runs could not be made: {error.strerror or error}") from error
        path = folder / "seatrial.db"
        try:
            store = cls(folder, Database(path))
            store._settle()
        except sqlite3.DatabaseError:
            # Whatever this file is, it can be built again.
            with contextlib.suppress(OSError):
                for each in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
                    each.unlink(missing_ok=True)
            store = cls(folder, Database(path))
            store._settle()
        return store

    def __enter__(self) -> "RunStore":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the catalogue."""
        self._db.close()

    def path(self, run: str) -> Path:
        """The journal of the run with this whole id."""
        return self.folder / "runs" / f"{run}.jsonl"

    def add(self, record: RunRecord) -> None:
        """Put a run into the catalogue, or replace what it says of it."""
        self._db.write(_PUT, *_row(record))

    def update(
        self,
        run: str,
        *,
        state: RunState | None = None,
        readiness: str | None = None,
        counts: Counts | None = None,
    ) -> None:
        """Change what the catalogue says of a run; what is None stays as it is."""
        given = {"state": state, "readiness": readiness, "counts": counts}
        changes = {name: value for name, value in given.items() if value is not None}
        with self._db.transaction() as db:
            for (record,) in db.execute("select record from runs where id = ?", (run,)).fetchall():
                db.execute(_PUT, _row(msgspec.structs.replace(_decode(record), **changes)))

    def list(self, most: int = 1_000) -> tuple[RunRecord, ...]:
        """The newest runs first; a run that says `running` really has a process at work on it."""
        self._settle_dead()
        return self._records(_NEWEST, most)

    def find(self, text: str) -> RunRecord:
        """The run that a person means: `last`, or the beginning, the end or a part of an id (lists show its last part).

        Raises:
            Mistake: No run or several fit.
        """
        self._settle_dead()
        if text == "last":
            newest = self._records(_NEWEST, 1)
            if not newest:
                raise Mistake("there is no run yet; `seatrial check` makes one", path=self.folder)
            return newest[0]
        pattern = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        found = self._records(_FITTING, text, pattern, pattern, pattern) if text else ()
        exact = [record for record in found if record.id == text]
        if len(exact or found) == 1:
            return (exact or found)[0]
        raise Mistake(self._which(text, [record.id for record in found]))

    def unfinished(self, plan: str) -> tuple[RunRecord, ...]:
        """Runs of this plan that did not come to their end and that nobody is at work on, newest first."""
        self._settle_dead()
        return self._records(_UNFINISHED, plan)

    def rebuild(self) -> None:
        """Make the catalogue again from the journals."""
        records = [record for run in sorted(self._journals()) if (record := self._summary(run)) is not None]
        with self._db.transaction() as db:
            db.execute("drop table if exists runs")
            db.execute(_TABLE)
            db.execute(f"pragma user_version = {SCHEMA:d}")
            db.executemany(_PUT, map(_row, records))

    def _records(self, query: str, *values: object) -> tuple[RunRecord, ...]:
        return tuple(_decode(row[0]) for row in self._db.rows(query, *values))

    def _settle(self) -> None:
        version = self._db.version
        if version > SCHEMA:
            self.close()
            raise Mistake(
                f"written by a newer Seatrial (catalogue {version}, this one reads {SCHEMA}); upgrade Seatrial",
                path=self._db.path,
            )
        if version < SCHEMA:
            self.rebuild()
            return
        known = {str(id) for (id,) in self._db.rows("select id from runs")}
        there = self._journals()
        self._read(there - known)
        for gone in known - there:
            self._db.write("delete from runs where id = ?", gone)
        self._settle_dead()

    def _settle_dead(self) -> None:
        for (id,) in self._db.rows("select id from runs where state = 'running'"):
            if not is_locked(self.path(str(id))):
                self._read([str(id)])

    def _read(self, runs: Iterable[str]) -> None:
        for run in runs:
            record = self._summary(run)
            if record is not None:
                self.add(record)

    def _summary(self, run: str) -> RunRecord | None:
        try:
            record = summarise(self.path(run))
        except CannotRun:
            return None  # One journal that cannot be read must not keep the others from being listed.
        if record is None or record.id != run:
            return None
        if record.state == "running" and not is_locked(self.path(run)):
            return msgspec.structs.replace(record, state="interrupted")
        return record

    def _journals(self) -> set[str]:
        return {path.stem for path in (self.folder / "runs").glob("*.jsonl")}

    def _which(self, text: str, fitting: Iterable[str]) -> str:
        if fitting:
            return f"several runs fit `{text}`: {', '.join(fitting)}; give more of the id"
        ids = [str(id) for (id,) in self._db.rows("select id from runs order by at desc limit 1000")]
        if not ids:
            return f"there is no run `{text}`, nor any other yet; `seatrial check` makes one"
        near = get_close_matches(text, ids, n=3, cutoff=0.5) or ids[:3]
        return f"there is no run `{text}`; did you mean {', '.join(near)}? `seatrial runs` lists all"


def _row(record: RunRecord) -> tuple[object, ...]:
    return record.id, record.at, record.plan, record.state, _encode(record)
