"""Accounts of several processes on one machine: one SQLite file, one transaction for each step, exact.

What a process has set aside stands under its own name; the file that it holds locked tells the others whether it lives.
They look only when there is no room: a process that was killed gives up what it had set aside at that moment.
"""

import os
from collections import deque
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection
from typing import Final

from seatrial.core.errors import CannotRun
from seatrial.core.ids import new_id
from seatrial.gateway.budgets.book import Notice, Reservation, State, notices_of, refuses, states_of
from seatrial.gateway.budgets.budget import Then
from seatrial.gateway.budgets.kept import BOOK, Kept, abandoned, hold
from seatrial.gateway.wire.errors import Refusal

_READ = (
    "select coalesce((select spent from accounts where label = ?1), 0), "
    "coalesce((select sum(nanos) from reserved where label = ?1), 0)"
)
_RESERVE = "insert into reserved values (?, ?, ?) on conflict do update set nanos = nanos + excluded.nanos"
_LET_GO = "update reserved set nanos = max(0, nanos - ?) where label = ? and worker = ?"
PATIENCE: Final = 2.0
"""Seconds that a step may wait for other processes."""
_ALIVE: Final = "budgets-*.alive"


class FileBook:
    """Keeps accounts in a file that other processes keep, too.

    Args:
        folder: Of the store.

    Raises:
        CannotRun: The store cannot be used.
    """

    at_once: Final = True

    def __init__(self, folder: Path) -> None:
        self._kept = Kept(folder, PATIENCE)
        self._kept.fold_left()
        self._owed: deque[tuple[Reservation, int]] = deque()
        self._worker = new_id()
        self._path = self._alive(self._worker)
        self._lock = hold(self._path)
        with self._kept.db.transaction() as running:
            self._bury(running)
        for path in folder.glob(_ALIVE):
            with abandoned(path) as so:
                if so:
                    path.unlink(missing_ok=True)

    async def reserve(self, wanted: Reservation, firm: Collection[Then]) -> Sequence[State]:
        """Set the most that it may cost aside in all accounts; in none when one that is firm has no room.

        Raises:
            Refusal: The file is busy for too long, or cannot be written (503).
        """
        try:
            return self._reserve(wanted, firm)
        except CannotRun:
            message = "The budgets cannot be looked up at this moment."
            raise Refusal(503, "api_error", "budgets_unavailable", message, headers=((b"retry-after", b"1"),)) from None

    def _reserve(self, wanted: Reservation, firm: Collection[Then]) -> Sequence[State]:
        with self._kept.db.transaction() as running:
            states = self._states(running, wanted)
            if refuses(states, wanted, firm) and self._bury(running):
                states = self._states(running, wanted)
            if not refuses(states, wanted, firm):
                values = [(each, self._worker, wanted.most) for each in wanted.labels]
                running.executemany(_RESERVE, values)
        return states

    async def settle(self, held: Reservation, cost: int) -> Sequence[Notice]:
        """Book what it did cost, and let go of what was set aside; gives each level that was reached, once."""
        self._owed.append((held, cost))
        return self._book_owed()

    async def aclose(self) -> None:
        """Book what is still owed; nothing is set aside by this process any more."""
        self._book_owed()
        with suppress(CannotRun):  # whoever comes next sees that this process is no more
            self._kept.db.write("delete from reserved where worker = ?", self._worker)
        self._kept.close()
        os.close(self._lock)
        with suppress(OSError):
            self._path.unlink()

    def _book_owed(self) -> list[Notice]:
        notices: list[Notice] = []
        with suppress(CannotRun):  # busy or full: it stays owed, and is booked with the next one
            while self._owed:
                notices += self._book(*self._owed[0])
                self._owed.popleft()
        return notices

    def _alive(self, worker: str) -> Path:
        return self._kept.folder / f"budgets-{worker}.alive"

    @staticmethod
    def _states(running: Connection, wanted: Reservation) -> list[State]:
        return states_of(wanted, {each: running.execute(_READ, (each,)).fetchone() for each in wanted.labels})

    def _book(self, held: Reservation, cost: int) -> list[Notice]:
        spent: dict[str, int] = {}
        with self._kept.db.transaction() as running:
            for each in held.labels:
                running.execute(_LET_GO, (held.most, each, self._worker))
                if cost:
                    running.execute(BOOK, (each, cost))
                    (spent[each],) = running.execute("select spent from accounts where label = ?", (each,)).fetchone()
        return notices_of(held, cost, spent) if cost else []

    def _bury(self, running: Connection) -> bool:
        """Let go of what processes had set aside that are no more; whether there was any."""
        buried = False
        rows = running.execute("select distinct worker from reserved where nanos > 0 and worker <> ?", (self._worker,))
        for (worker,) in rows.fetchall():
            path = self._alive(worker)
            with abandoned(path) as so:
                if so or not path.exists():
                    running.execute("delete from reserved where worker = ?", (worker,))
                    path.unlink(missing_ok=True)
                    buried = True
        return buried
