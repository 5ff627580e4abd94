"""What books of accounts do, be they in memory, in SQLite or in Redis, and the one rule they all keep.

The rule: a request gets in when all that is spent and set aside and the most that it may cost fit under the cap; or,
near the end of it, when nothing else is in flight and something is left. So what is spent passes the cap by one request
at the most, however many come at once.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec

from seatrial.gateway.budgets.budget import LEVELS, Account, Then, crossed


class State(NamedTuple):
    """An account in nano-units, and whether the request fits under its cap."""

    spent: int
    reserved: int
    fits: bool


class Reservation(msgspec.Struct, frozen=True):
    """What is set aside for one request, in each of its accounts."""

    accounts: tuple[Account, ...]
    most: int
    """Nano-units."""
    labels: tuple[str, ...]
    """Of the accounts, each once: budgets of one scope and period may share one."""


class Notice(msgspec.Struct, frozen=True):
    """A budget has reached a level."""

    account: Account
    level: int
    """Percent: 50, 80 or 100."""
    spent: int
    """Nano-units."""


class Book(Protocol):
    """Keeps accounts."""

    @property
    def at_once(self) -> bool:
        """Whether it books without waiting for anything, so that no booking can be broken off."""
        ...

    async def reserve(self, wanted: Reservation, firm: Collection[Then]) -> Sequence[State]:
        """Set the most that it may cost aside in all accounts; in none when one that is firm has no room.

        Args:
            wanted: The request's.
            firm: Budgets with these consequences must fit.

        Raises:
            Refusal: The book cannot be asked, and is to be closed then.
        """
        ...

    async def settle(self, held: Reservation, cost: int) -> Sequence[Notice]:
        """Book what it did cost, and let go of what was set aside; gives each level that was reached, once."""
        ...

    async def aclose(self) -> None:
        """Keep what is not kept yet."""
        ...


def reservation(accounts: Sequence[Account], most: int) -> Reservation:
    """For these accounts."""
    return Reservation(tuple(accounts), most, tuple(dict.fromkeys(each.label for each in accounts)))


def states_of(wanted: Reservation, sums: Mapping[str, tuple[int, int]]) -> list[State]:
    """The states of all accounts, from what is spent and set aside under their labels."""
    states, most = [], wanted.most
    for each in wanted.accounts:
        spent, reserved = sums[each.label]
        states.append(State(spent, reserved, fits(spent, reserved, most, each.budget.cap.nanos)))
    return states


def notices_of(held: Reservation, cost: int, spent: Mapping[str, int]) -> list[Notice]:
    """What to tell after a booking: each level that was reached by it.

    Args:
        held: The request's.
        cost: What was booked.
        spent: What is spent under its labels now.
    """
    notices = []
    for each in held.accounts:
        now, cap = spent[each.label], each.budget.cap.nanos
        if now * 100 >= LEVELS[0] * cap:
            notices += [Notice(each, level, now) for level in crossed(now - cost, now, cap)]
    return notices


def fits(spent: int, reserved: int, most: int, cap: int) -> bool:
    """The rule."""
    return spent + reserved + most <= cap or (reserved == 0 and spent < cap)


def refuses(states: Sequence[State], wanted: Reservation, firm: Collection[Then]) -> bool:
    """Whether a firm budget has no room."""
    return any(not state.fits and wanted.accounts[place].budget.then in firm for place, state in enumerate(states))
