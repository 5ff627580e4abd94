"""What admins did: a table to which rows are only ever added (triggers refuse all else), and never a secret in it."""

import time
from pathlib import Path

import msgspec

from seatrial.gateway.keys.file import open_keys

LONGEST = 500
"""Characters of a detail."""


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done, or refused.

    `who` is the id of an admin key, or `cli:` with the name of a user of the machine; `source` an address; `what` is
    `keys.create`, `keys.rotate`, `keys.revoke`, `reload`, `drain`, `cache.clear`, ...; `about` an id or a name.
    """

    who: str
    what: str
    about: str = ""
    source: str = ""
    detail: str = ""
    at: int = 0
    number: int = 0


def write_act(store: Path, act: Act) -> None:
    """Add it, with the time.

    Raises:
        CannotRun: It cannot be written; then it must not be done, either.
    """
    database = open_keys(store)
    try:
        database.write(
            "insert into audit (at, who, source, what, about, detail) values (?, ?, ?, ?, ?, ?)",
            *(time.time_ns(), act.who, act.source, act.what, act.about[:LONGEST], act.detail[:LONGEST]),
        )
    finally:
        database.close()


def read_acts(store: Path, most: int = 100) -> list[Act]:
    """The last acts, the newest first."""
    database = open_keys(store)
    try:
        rows = database.rows(
            "select number, at, who, source, what, about, detail from audit order by number desc limit ?", most
        )
    finally:
        database.close()
    return [
        Act(number=number, at=at, who=who, source=source, what=what, about=about, detail=detail)
        for number, at, who, source, what, about, detail in rows
    ]
