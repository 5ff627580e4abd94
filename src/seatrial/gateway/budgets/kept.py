"""Accounts on disk: totals in SQLite, and beside them journals of what was booked since these were brought up.

A journal is appended to before anything else is done with a booking, so a process that is killed has forgotten nothing
that it had booked. Its sums go into the totals in one transaction that also notes its name: no booking counts twice.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from seatrial.core.errors import CannotRun
from seatrial.core.ids import new_id
from seatrial.store.database import PATIENCE, Database

NAME: Final = "budgets.sqlite3"
JOURNALS: Final = "budgets-*.journal"
_SCHEMA: Final = (
    "create table if not exists accounts (label text primary key, spent integer not null)",
    "create table if not exists reserved (label text, worker text, nanos integer, primary key (label, worker))",
    "create table if not exists folded (journal text primary key)",
)
BOOK: Final = "insert into accounts values (?, ?) on conflict do update set spent = spent + excluded.spent"
_line = msgspec.json.Decoder(list[tuple[str, int]])
_encode = msgspec.json.Encoder().encode


class Journal:
    """A new journal that only its process writes, and that is locked for as long as it lives.

    Args:
        folder: Of the store.

    Raises:
        CannotRun: It cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"budgets-{new_id()}.journal"
        self.sums: dict[str, int] = {}
        self.lines = 0
        self._file = hold(self.path)

    def add(self, entries: Sequence[tuple[str, int]]) -> None:
        """Append a booking: label and nano-units of each of its accounts.

        Raises:
            CannotRun: The disk is full, or gone.
        """
        for label, nanos in entries:
            self.sums[label] = self.sums.get(label, 0) + nanos
        self.lines += 1
        try:
            os.write(self._file, _encode(entries) + b"\n")
        except OSError as error:
            raise CannotRun(f"{self.path}: {(error.strerror or 'it failed').lower()}") from None

    def close(self) -> None:
        """Nothing more comes."""
        os.close(self._file)


class Kept:
    """The totals, open for one thread.

    Args:
        folder: Of the store; made where it is missing.
        patience: Seconds to wait for another process's write.

    Raises:
        CannotRun: The file cannot be opened.
    """

    def __init__(self, folder: Path, patience: float = PATIENCE) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o600))
            self.db = Database(folder / NAME, patience)
            with self.db.transaction() as running:
                for statement in _SCHEMA:
                    running.execute(statement)
        except (OSError, sqlite3.DatabaseError) as error:
            raise CannotRun(f"{folder / NAME}: {error}") from None

    def totals(self) -> dict[str, int]:
        """Nano-units of all accounts as they are now, with what stands in journals."""
        journals = {path.name: _sums(path) for path in self._journals()}
        with self.db.transaction() as running:
            found = dict(running.execute("select label, spent from accounts").fetchall())
            folded = {name for (name,) in running.execute("select journal from folded")}
        for name, sums in journals.items():
            if name not in folded:
                _add(found, sums)
        return found

    def fold(self, path: Path, sums: Mapping[str, int]) -> None:
        """Bring the totals up by a journal that nobody writes any more, and take it away."""
        with self.db.transaction() as running:
            if running.execute("insert or ignore into folded values (?)", (path.name,)).rowcount:
                running.executemany(BOOK, list(sums.items()))
        path.unlink(missing_ok=True)

    def fold_left(self) -> None:
        """Fold journals that processes have left behind which are no more."""
        for path in self._journals():
            with abandoned(path) as so:
                if so:
                    self.fold(path, _sums(path))
        there = {path.name for path in self._journals()}
        for (name,) in self.db.rows("select journal from folded"):
            if name not in there:
                self.db.write("delete from folded where journal = ?", name)

    def close(self) -> None:
        """Close it."""
        self.db.close()

    def _journals(self) -> list[Path]:
        return sorted(self.folder.glob(JOURNALS))


def hold(path: Path) -> int:
    """Make a file, and hold its lock for as long as it is open.

    Raises:
        CannotRun: It cannot be made.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CannotRun(f"{path}: {(error.strerror or 'it failed').lower()}") from None
    _lock(file)
    return file


@contextlib.contextmanager
def abandoned(path: Path) -> Iterator[bool]:
    """Whether no living process holds the lock of a file; nobody takes it inside the block."""
    try:
        file = os.open(path, os.O_RDWR)
    except OSError:
        yield False
        return
    try:
        yield _lock(file)
    finally:
        os.close(file)


def _lock(file: int) -> bool:
    """Lock a file for as long as it is open, if nobody else has; the system lets go of it when a process is killed."""
    try:
        import fcntl
    except ImportError:  # no such locks on this system: a second process may not use the store
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sums(path: Path) -> dict[str, int]:
    """What a journal adds; a last line that is not whole was never booked."""
    found: dict[str, int] = {}
    try:
        data = path.read_bytes()
    except OSError:
        return found
    for line in data.splitlines():
        with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
            for label, nanos in _line.decode(line):
                found[label] = found.get(label, 0) + nanos
    return found


def _add(totals: dict[str, int], more: Mapping[str, int]) -> None:
    for label, nanos in more.items():
        totals[label] = totals.get(label, 0) + nanos
