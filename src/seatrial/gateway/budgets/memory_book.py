"""Accounts of one process that is alone: in memory, with every booking in a journal before it counts."""

import asyncio
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from seatrial.core.errors import CannotRun
from seatrial.gateway.budgets.book import Notice, Reservation, State, notices_of, refuses, states_of
from seatrial.gateway.budgets.budget import Then
from seatrial.gateway.budgets.kept import Journal, Kept

FOLDED_AFTER: Final = 50_000
"""Bookings after which a new journal is begun."""


class MemoryBook:
    """Keeps accounts in memory.

    Args:
        folder: Of the store.

    Attributes:
        trouble: Why bookings are not kept at this moment; empty when they are.

    Raises:
        CannotRun: The store cannot be used.
    """

    at_once: Final = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        kept = Kept(folder)
        try:
            kept.fold_left()
            self._spent = kept.totals()
        finally:
            kept.close()
        self._reserved: dict[str, int] = {}
        self._journal = Journal(folder)
        self._folding: asyncio.Task[None] | None = None
        self.trouble = ""

    async def reserve(self, wanted: Reservation, firm: Collection[Then]) -> Sequence[State]:
        """Set the most that it may cost aside in all accounts; in none when one that is firm has no room."""
        spent, reserved = self._spent, self._reserved
        states = states_of(wanted, {each: (spent.get(each, 0), reserved.get(each, 0)) for each in wanted.labels})
        if not refuses(states, wanted, firm):
            for each in wanted.labels:
                reserved[each] = reserved.get(each, 0) + wanted.most
        return states

    async def settle(self, held: Reservation, cost: int) -> Sequence[Notice]:
        """Book what it did cost, and let go of what was set aside; gives each level that was reached, once."""
        spent, reserved = self._spent, self._reserved
        for each in held.labels:
            left = reserved.pop(each, 0) - held.most  # what costs nothing is not kept apart from nothing
            if left:
                reserved[each] = left
        if not cost:
            return ()
        for each in held.labels:
            spent[each] = spent.get(each, 0) + cost
        self._keep([(each, cost) for each in held.labels])
        return notices_of(held, cost, spent)

    async def aclose(self) -> None:
        """Bring the totals up."""
        if self._folding is not None:
            await self._folding
        await asyncio.to_thread(self._fold, self._journal)

    def _keep(self, entries: list[tuple[str, int]]) -> None:
        """A full disk stops nobody: what is spent counts on in memory, and goes to disk when there is room."""
        try:
            self._journal.add(entries)
        except CannotRun as error:
            self.trouble = str(error)
            return
        self.trouble = ""
        if self._journal.lines >= FOLDED_AFTER and (self._folding is None or self._folding.done()):
            full, self._journal = self._journal, Journal(self._folder)
            self._folding = asyncio.create_task(asyncio.to_thread(self._fold, full))

    def _fold(self, journal: Journal) -> None:
        kept = Kept(self._folder)
        try:
            kept.fold(journal.path, journal.sums)
        finally:
            kept.close()
            journal.close()
