"""Where live traffic is written: the database when it takes it at once, else the spool, from which it follows later."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from seatrial.core.errors import CannotRun
from seatrial.store.live import LiveStore, ago
from seatrial.store.live_entry import LogEntry
from seatrial.store.log_spool import Spool

AGAIN: Final = 1.0
"""Seconds until a database that did not take something is asked again."""
HOUSEKEEPING: Final = 60.0
BATCH: Final = 1000


class InteractionLog:
    """Writes entries for one thread; opens its files when they are needed.

    Args:
        folder: Of the store.
        keep: Seconds that entries are kept; None: for ever.
        bodies: Whether what was asked and answered is kept, too.
        clock: Seconds that only go up.

    Attributes:
        keep: Seconds that entries are kept; None: for ever.
        bodies: Whether what was asked and answered is kept, too.
        written: Entries that the database holds.
        spooled: Entries that had to wait in a file.
        lost: Entries that were torn when a process stopped.
        trouble: Why the database does not take anything now; empty when it does.
    """

    def __init__(
        self,
        folder: Path,
        keep: float | None = None,
        *,
        bodies: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder, self.keep, self.bodies, self._clock = folder, keep, bodies, clock
        self._spool = Spool(folder)
        self._store: LiveStore | None = None
        self._again, self._tidied = 0.0, float("-inf")
        self.written = self.spooled = 0
        self.trouble = ""
        self._left_behind = True

    @property
    def lost(self) -> int:
        """Entries that were torn."""
        return self._spool.unreadable

    def write(self, entries: Sequence[LogEntry]) -> None:
        """Keep entries; with none, see to what waits.

        Raises:
            CannotRun: Neither the database nor the spool takes them; nothing of them is kept.
        """
        if self._clock() >= self._again and self._stored(entries):
            return
        if entries:
            self._spool.append(entries)
            self.spooled += len(entries)

    def close(self) -> None:
        """Close all files; what waits stays in the spool for the next process."""
        self._spool.close()
        if self._store is not None:
            self._store.close()
            self._store = None

    def _stored(self, entries: Sequence[LogEntry]) -> bool:
        taken = not entries
        try:
            store = self._opened()
            if entries:
                store.add(entries, bodies=self.bodies)
                self.written += len(entries)
                taken = True
            self._follow_up(store)
            self.trouble = ""
        except CannotRun as error:
            self._failed(error)
        return taken

    def _opened(self) -> LiveStore:
        if self._store is None:
            self._store = LiveStore(self._folder)
        return self._store

    def _follow_up(self, store: LiveStore) -> None:
        """What waited in the spool, and what is too old."""
        if self._left_behind or not self._spool.empty:
            for batch in self._spool.batches(BATCH):
                store.add(batch, bodies=self.bodies)
                self.written += len(batch)
            self._left_behind = False
        now = self._clock()
        if now - self._tidied >= HOUSEKEEPING:
            self._left_behind = True  # another process may have stopped since
            if self.keep is None or store.forget(ago(self.keep)) == 0:
                self._tidied = now

    def _failed(self, error: CannotRun) -> None:
        """It is opened anew next time: a file that was replaced or mended is then seen."""
        self.trouble = str(error)
        self._again = self._clock() + AGAIN
        if self._store is not None:
            self._store.close()
            self._store = None
