"""The tables of live traffic, and the way from each version of them to the next."""

import sqlite3
import time

from seatrial.core.errors import CannotRun
from seatrial.store.database import Database

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        (
            "create table interactions (number integer primary key, id text not null unique, at integer not null,"
            " route text not null, operation text not null, deployment text, model text, key text, project text,"
            " environment text, user text, session text, status integer not null, failure text, latency real not null,"
            " waited real not null, first_token real, input integer, output integer, cached integer,"
            " estimated integer not null, cost integer, currency text, served_by text not null,"
            " attempts integer not null, tags text not null)"
        ),
        "create table bodies (number integer primary key, packed integer not null, data blob not null)",
    ),
)
"""Each brings the tables one version on; what was released is never changed, only added to."""
VERSION = len(MIGRATIONS)
_LIST = "create table if not exists migrations (version integer primary key, at integer not null)"


def migrate(database: Database) -> None:
    """Bring the tables to this version.

    Raises:
        CannotRun: A later version of Seatrial wrote them.
    """
    if database.version == VERSION:
        return
    with database.transaction() as running:
        found = _version(running)
        if found > VERSION:
            raise CannotRun(f"{database.path} was written by a later version of Seatrial; use that one")
        running.execute(_LIST)
        for number, statements in enumerate(MIGRATIONS[found:], found + 1):
            for statement in statements:
                running.execute(statement)
            running.execute("insert into migrations values (?, ?)", (number, time.time_ns()))
            running.execute(f"pragma user_version = {number}")


def _version(running: sqlite3.Connection) -> int:
    (row,) = running.execute("pragma user_version").fetchall()
    return int(row[0])
