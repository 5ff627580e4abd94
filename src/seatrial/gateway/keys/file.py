"""The file in which keys, what was done to them, and wishes to all workers are kept: SQLite, shared by processes."""

import os
import sqlite3
from pathlib import Path

from seatrial.core.errors import CannotRun
from seatrial.store.database import Database

NAME = "keys.sqlite3"
VERSION = 1
_TABLES = (
    "create table if not exists keys (id text primary key, record blob not null) without rowid",
    "create table if not exists secrets (hash blob primary key, key text not null, ends integer) without rowid",
    "create table if not exists control (name text primary key, value text not null) without rowid",
    (
        "create table if not exists audit (number integer primary key autoincrement, at integer not null,"
        " who text not null, source text not null, what text not null, about text not null, detail text not null)"
    ),
    "create trigger if not exists audit_stays before delete on audit begin select raise(abort, 'append only'); end",
    "create trigger if not exists audit_is_so before update on audit begin select raise(abort, 'append only'); end",
    f"pragma user_version = {VERSION}",
)


def open_keys(store: Path) -> Database:
    """The file in the folder of the store; both are made where they are missing, for their owner alone.

    Raises:
        CannotRun: It cannot be opened, is no database, or was written by a later version of Seatrial.
    """
    path = store / NAME
    try:
        store.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        database = Database(path)
    except OSError as error:
        raise CannotRun(f"{path}: {(error.strerror or 'it failed').lower()}") from None
    except sqlite3.DatabaseError as error:
        raise CannotRun(f"{path}: {error}") from None
    try:
        _migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def _migrate(database: Database) -> None:
    found = database.version
    if found > VERSION:
        raise CannotRun(f"{database.path} was written by a later version of Seatrial; use that one")
    if found < VERSION:
        with database.transaction() as running:
            for statement in _TABLES:
                running.execute(statement)
