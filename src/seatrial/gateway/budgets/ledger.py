"""The ledger of requests: what each cost, and budgets that are set aside before and booked after."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from seatrial.gateway.budgets.accounts import Accounts
from seatrial.gateway.budgets.book import Book, Notice, Reservation, State, refuses, reservation
from seatrial.gateway.budgets.budget import Account, Then
from seatrial.gateway.budgets.cap import ends_in
from seatrial.gateway.config import Route
from seatrial.gateway.costs.bound import most_cost
from seatrial.gateway.costs.prices import Prices
from seatrial.gateway.costs.untold import untold_usage
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.wire.errors import Refusal
from seatrial.targets.prices import Price, cost

_FIRST: Final[frozenset[Then]] = frozenset({"block", "downgrade"})
_SECOND: Final[frozenset[Then]] = frozenset({"block"})
TAG: Final = "budget"
INLINE: Final = 64 * 1024
"""Bytes of an answer whose tokens are counted at once; those of longer ones in a thread."""


class BudgetLedger:
    """Prices every request, and holds those with budgets to them.

    Args:
        routes: All there are: fallbacks and cheaper ones are priced, too.
        prices: Of their deployments.
        accounts: Which budgets a request comes under.
        book: Where they are kept.
        notify: Told when a budget reaches a level.
        clock: UTC nanoseconds.
    """

    def __init__(
        self,
        routes: Mapping[str, Route],
        prices: Prices,
        accounts: Accounts,
        book: Book,
        notify: Callable[[Notice], None],
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._routes, self._prices, self._accounts, self._book = routes, prices, accounts, book
        self._notify, self._clock = notify, clock
        self._dearest: dict[str, Price] = {}
        self._settling: set[asyncio.Task[None]] = set()

    async def reserve(self, exchange: Exchange) -> None:
        """Set aside what it may cost at the most; may change the route to a cheaper one.

        Raises:
            Refusal: The budget does not allow it (429).
        """
        now = self._clock()
        accounts = self._accounts.of(exchange, now)
        if not accounts:
            return
        wanted = await self._wanted(exchange, accounts)
        states = await self._book.reserve(wanted, _FIRST)
        short = [accounts[place] for place, state in enumerate(states) if not state.fits]
        if refuses(states, wanted, _FIRST):
            if refuses(states, wanted, _SECOND):
                raise _refused(wanted, states, now)
            wanted = await self._downgraded(exchange, short, now)
        elif short:
            exchange.tags[TAG] = "over"
        exchange.reserved = wanted

    async def settle(self, exchange: Exchange) -> None:
        """Price it and book it; goes on by itself where whoever waits for it is cancelled."""
        held, exchange.reserved = exchange.reserved, None
        slow = self._slow(exchange)
        if not slow:
            self._price(exchange)
            if held is None or self._book.at_once:
                await self._settled(exchange, held, slow)
                return
        task = asyncio.ensure_future(self._settled(exchange, held, slow))
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)
        await asyncio.shield(task)

    async def aclose(self) -> None:
        """Wait for what is being booked; the book stays open."""
        await asyncio.gather(*self._settling, return_exceptions=True)

    async def _settled(self, exchange: Exchange, held: Reservation | None, slow: bool) -> None:
        if slow and exchange.deployment is not None:
            await self._prices.look((exchange.deployment,))
            if exchange.usage is None:
                exchange.usage = await asyncio.to_thread(untold_usage, exchange)
            self._price(exchange)
        if held is None:
            return
        nanos = exchange.cost.nanos if exchange.cost is not None else 0
        for notice in await self._book.settle(held, nanos):
            self._notify(notice)

    def _slow(self, exchange: Exchange) -> bool:
        """Whether its price must be looked up first, or much be read to count its tokens."""
        if exchange.deployment is None:
            return False
        long = exchange.usage is None and exchange.size > INLINE
        return long or not self._prices.looked((exchange.deployment,))

    def _price(self, exchange: Exchange) -> None:
        if exchange.deployment is None or exchange.cost is not None:
            return
        if exchange.usage is None:
            exchange.usage = untold_usage(exchange)
        exchange.cost = cost(exchange.usage, self._prices.known(exchange.deployment))

    async def _wanted(self, exchange: Exchange, accounts: tuple[Account, ...]) -> Reservation:
        """The reservation of a request on its route as it is now."""
        route = exchange.route
        assert route is not None  # noqa: S101  it is routed
        price = self._dearest.get(route.name)
        if price is None:
            routes = [route, *(self._routes[name] for name in route.fallback)]
            await self._prices.look(each for one in routes for each in one.deployments)
            price = self._dearest[route.name] = self._prices.dearest(routes)
        most = most_cost(exchange, price)
        for each in accounts:
            if most and each.budget.cap.currency != price.currency:
                raise _foreign(each, price.currency)
        return reservation(accounts, most)

    async def _downgraded(self, exchange: Exchange, short: Sequence[Account], now: int) -> Reservation:
        """The reservation on the cheaper route of the first budget that names one.

        Raises:
            Refusal: A budget that blocks has no room for that either.
        """
        to = next(each.budget.to for each in short if each.budget.then == "downgrade")
        assert exchange.route is not None  # noqa: S101  it is routed
        if to is not None and exchange.route.name != to:
            exchange.tags[TAG] = "downgraded"
            exchange.tags["asked"] = exchange.route.name
            exchange.route = self._routes[to]
        wanted = await self._wanted(exchange, self._accounts.of(exchange, now))
        states = await self._book.reserve(wanted, _SECOND)
        if refuses(states, wanted, _SECOND):
            raise _refused(wanted, states, now)
        return wanted


def _refused(wanted: Reservation, states: Sequence[State], now: int) -> Refusal:
    """429: used up (come again when it begins anew), or all of the rest is set aside for requests in flight."""
    pairs = [pair for pair in zip(wanted.accounts, states, strict=True) if pair[0].budget.then == "block"]
    full = next((each for each, state in pairs if not state.fits and state.spent >= each.budget.cap.nanos), None)
    if full is None:
        each = next(each for each, state in pairs if not state.fits)
        message = f"What is left of {_named(each)} is set aside for requests in flight; come again in a second."
        return Refusal(429, "requests", "budget_reserved", message, headers=((b"retry-after", b"1"),))
    seconds = int(ends_in(full.budget.cap.every, now)) + 1
    headers = ((b"retry-after", b"%d" % seconds), (b"x-should-retry", b"false"))
    message = f"{_named(full).capitalize()} is used up; it begins anew with the next {full.budget.cap.every} (UTC)."
    return Refusal(429, "insufficient_quota", "insufficient_quota", message, headers=headers)


def _foreign(each: Account, currency: str) -> Refusal:
    message = f"{_named(each).capitalize()} is in another currency than what is asked costs ({currency})."
    return Refusal(429, "insufficient_quota", "budget_currency", message, headers=((b"x-should-retry", b"false"),))


def _named(each: Account) -> str:
    kind = each.budget.scope.kind
    whose = "all clients" if kind == "all" else f"this {kind}"
    return f"the budget of {whose}, {each.budget.cap},"
