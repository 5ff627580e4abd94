"""Interactions of live traffic at the terminal: chosen, in order, and followed as they come."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from seatrial.app.serving.schema import STORE
from seatrial.app.yaml_places import read_yaml
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Interaction
from seatrial.store.live import NAME, LiveStore, ago, first_id
from seatrial.store.live_entry import Row
from seatrial.store.live_filter import EVERYTHING, Where, read_filter
from seatrial.targets.durations import duration

EVERY: Final = 0.5
"""Seconds between two looks while following."""
AT_ONCE: Final = 1000
PATIENCE: Final = 10.0


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which Interactions: `where` in the filter's language, `since` a duration such as `1h`."""

    where: str | None = None
    failed: bool = False
    since: str | None = None


class Shown(msgspec.Struct, frozen=True):
    """A row, with its whole Interaction where that was asked for and is kept."""

    row: Row
    body: Interaction | None = None


class Interactions:
    """The live log of a file's gateway, for reading.

    Args:
        config: The file that holds `gateway:`; only where its store is, is read.
        asked: Which of them.
        bodies: Whether what was said is read, too.

    Raises:
        Mistake: There is no such log, or the filter cannot be understood.
        CannotRun: The log cannot be read.
    """

    def __init__(self, config: Path, asked: Asked, *, bodies: bool = False) -> None:
        self._where, self._bodies = condition(asked), bodies
        folder = store_of(config)
        if not (folder / NAME).exists():
            raise Mistake("no requests are kept here yet; `seatrial serve` keeps them", path=folder)
        self._store = LiveStore(folder, PATIENCE)
        self._last = self._store.last

    def newest(self, most: int) -> list[Shown]:
        """The last so many, the newest last."""
        rows = self._store.newest(most, self._where)
        self._last = max([self._last, *(row.number for row in rows)])
        return [self._shown(row) for row in rows]

    def follow(self) -> Iterator[Shown]:
        """Those that come from now on, for ever."""
        while True:
            if self._store.last < self._last:  # all were too old and forgotten: numbers begin anew
                self._last = 0
            rows = self._store.after(self._last, AT_ONCE, self._where)
            for row in rows:
                self._last = row.number
                yield self._shown(row)
            if len(rows) < AT_ONCE:
                time.sleep(EVERY)

    def close(self) -> None:
        """Close the log."""
        self._store.close()

    def _shown(self, row: Row) -> Shown:
        return Shown(row, self._store.body(row.id) if self._bodies else None)


def store_of(config: Path) -> Path:
    """The folder in which a file's gateway keeps what it keeps.

    Raises:
        Mistake: The file cannot be read, or has no `gateway:`.
    """
    raw: Any = read_yaml(config).root.data
    gateway = raw.get("gateway") if isinstance(raw, dict) else None
    if not isinstance(gateway, dict):
        raise Mistake("there is no `gateway:` in it; see `seatrial serve --help`", path=config)
    store = gateway.get("store", STORE)
    return config.absolute().parent / str(store)


def condition(asked: Asked) -> Where:
    """What is asked for as one condition.

    Raises:
        Mistake: It cannot be understood.
    """
    found = EVERYTHING if asked.where is None else read_filter(asked.where)
    if asked.failed:
        found = found.also("failure is not null")
    if asked.since is not None:
        seconds = duration(asked.since)
        if seconds is None:
            raise Mistake(f"--since is a duration such as 15m, 1h or 7d; {asked.since[:40]!r} was found")
        found = found.also("id >= ?", first_id(ago(seconds)))
    return found
