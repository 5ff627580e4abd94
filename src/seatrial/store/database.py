"""SQLite as the store uses it: write-ahead log, patient with other processes, every failure one clear sentence."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seatrial.core.errors import CannotRun

PATIENCE = 30.0
"""Seconds to wait for another process's write."""


class Database:
    """An open SQLite file.

    Args:
        path: The file.
        patience: Seconds to wait for another process's write.

    Raises:
        CannotRun: The file cannot be opened or written.
        sqlite3.DatabaseError: The file is no database (only from the constructor).
    """

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self.path = path
        with self._named():
            self._db = sqlite3.connect(path, timeout=patience, isolation_level=None)
        try:
            with self._named():
                self._db.execute("pragma journal_mode = wal")
                self._db.execute("pragma synchronous = normal")
        except BaseException:
            self._db.close()
            raise

    @property
    def version(self) -> int:
        """The schema's number as the file holds it; 0 for a new file."""
        with self._named():
            (row,) = self._db.execute("pragma user_version").fetchall()
        return int(row[0])

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self._named():
            return self._db.execute(query, values).fetchall()

    def write(self, query: str, *values: object) -> None:
        """One statement in a transaction of its own."""
        with self.transaction():
            self._db.execute(query, values)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, alone among the writers of all processes."""
        with self._named():
            self._db.execute("begin immediate")
            try:
                yield self._db
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def close(self) -> None:
        """Close it; twice is fine."""
        self._db.close()

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise CannotRun(f"{self.path}: {error}") from error
