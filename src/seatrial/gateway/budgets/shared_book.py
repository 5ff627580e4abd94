"""Accounts of several processes on any number of machines, in Redis: one round trip for each step, exact."""

import asyncio
from collections import deque
from collections.abc import Collection, Sequence
from hashlib import blake2b
from typing import Final

from seatrial.gateway.budgets.book import Notice, Reservation, State, notices_of
from seatrial.gateway.budgets.budget import Then
from seatrial.gateway.budgets.scripts import RESERVE, SETTLE, SPENT
from seatrial.gateway.limits.shared import Gone, Shared
from seatrial.gateway.limits.together import unavailable


class SharedBook:
    """Keeps accounts in Redis. While it is gone, requests pass or are refused; what they cost is booked later.

    Args:
        shared: The Redis.
    """

    at_once: Final = False

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._owed: deque[tuple[Reservation, int, int]] = deque()
        self._unasked: set[int] = set()

    async def reserve(self, wanted: Reservation, firm: Collection[Then]) -> Sequence[State]:
        """Set the most that it may cost aside in all accounts; in none when one that is firm has no room.

        Raises:
            Refusal: Redis is gone, and nothing is to pass then (503).
        """
        try:
            told = await self._shared.run(RESERVE, _names(wanted), _arguments(wanted, firm))
        except Gone:
            if self._shared.gone == "closed":
                raise unavailable("budgets") from None
            self._unasked.add(id(wanted))
            return [State(0, 0, True)] * len(wanted.accounts)
        except asyncio.CancelledError:  # it may have been set aside
            self._shared.loose(self._book(wanted, wanted.most, 0))
            raise
        parts = zip(told[::3], told[1::3], told[2::3], strict=True)
        return [State(int(spent), int(reserved), bool(ok)) for spent, reserved, ok in parts]

    async def settle(self, held: Reservation, cost: int) -> Sequence[Notice]:
        """Book what it did cost, and let go of what was set aside; gives each level that was reached, once."""
        most = 0 if id(held) in self._unasked else held.most
        self._unasked.discard(id(held))
        return [*await self._book_owed(), *await self._book(held, most, cost)]

    async def aclose(self) -> None:
        """Try once more to book what is owed."""
        await self._book_owed()

    async def _book_owed(self) -> list[Notice]:
        notices: list[Notice] = []
        for _ in range(len(self._owed)):
            notices += await self._book(*self._owed.popleft())
            if self._shared.away:
                break
        return notices

    async def _book(self, held: Reservation, most: int, cost: int) -> list[Notice]:
        try:
            told = await self._shared.run(SETTLE, _names(held), [most, cost])
        except Gone:
            self._owed.append((held, most, cost))
            return []
        spent = dict(zip(held.labels, map(int, told), strict=True))
        return notices_of(held, cost, spent) if cost else []


def name_of(label: str) -> str:
    """How an account is named in Redis: hashed, as labels name projects and keys."""
    return "budget:" + blake2b(label.encode(), digest_size=16).hexdigest()


async def spent_in(shared: Shared, labels: Sequence[str]) -> dict[str, int]:
    """Nano-units of each account that Redis knows.

    Raises:
        Gone: It cannot be asked now.
    """
    if not labels:
        return {}
    told = await shared.run(SPENT, [name_of(label) for label in labels], [])
    return {label: int(spent) for label, spent in zip(labels, told, strict=True) if spent}


def _names(wanted: Reservation) -> list[str]:
    return [name_of(label) for label in wanted.labels]


def _arguments(wanted: Reservation, firm: Collection[Then]) -> list[str | int]:
    found: list[str | int] = [wanted.most, len(wanted.accounts)]
    places = {label: place for place, label in enumerate(wanted.labels, 2)}
    for each in wanted.accounts:
        found += (places[each.label], each.budget.cap.nanos, int(each.budget.then in firm))
    return found
