"""The stage: a reply that was given to the same request is given again, in memory of this process."""

import time
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from seatrial.gateway.asgi import Headers
from seatrial.gateway.cache.canonical import key_of
from seatrial.gateway.cache.entry import Entry
from seatrial.gateway.cache.flight import Flight
from seatrial.gateway.cache.memory import Memory
from seatrial.gateway.cache.rule import Rule
from seatrial.gateway.cache.wish import wish_of
from seatrial.gateway.cache.worth import headers_again, worth_keeping
from seatrial.gateway.config import Route
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.stages import Kept

TAG: Final = "cache"
"""On the record and in `x-seatrial-cache`: `hit`, `miss`, `stale` or `joined`."""


class Sought(NamedTuple):
    """What a request looked for: its flight is None where nobody waits for it."""

    key: bytes
    route: Route
    tags: tuple[str, ...]
    forgotten: int
    flight: Flight | None


class Shelf:
    """What all configurations of one process share: kept answers, and requests in flight.

    Args:
        memory: Where answers are kept.
        clock: Monotonic seconds.

    Attributes:
        counts: Requests by how they met the cache.
    """

    def __init__(self, memory: Memory, clock: Callable[[], float] = time.monotonic) -> None:
        self.memory, self.clock = memory, clock
        self.flights: dict[bytes, Flight] = {}
        self.counts = {"hit": 0, "miss": 0, "stale": 0, "joined": 0}

    def clear(self, model: str | None = None, tag: str | None = None, prefix: str | None = None) -> int:
        """Forget what is of a model, has a tag, and has a tag that begins so; gives how many answers that were.

        Also what is being fetched now is not kept: it may be as old as what is to be forgotten.
        """
        self.flights.clear()
        return self.memory.clear(model, tag, prefix)

    def stats(self) -> dict[str, int]:
        """Plain numbers: requests by how they met the cache, bytes taken and allowed, requests in flight."""
        memory = self.memory
        return {**self.counts, "bytes": memory.size, "most_bytes": memory.most, "in_flight": len(self.flights)}


class ExactCache:
    """Finds and keeps.

    Args:
        rules: By the names of routes; those without are always asked.
        shelf: Of the process.
    """

    def __init__(self, rules: Mapping[str, Rule], shelf: Shelf) -> None:
        self._rules, self._shelf = rules, shelf

    async def find(self, exchange: Exchange) -> Kept | None:
        """A reply to the same request, from memory or from another request in flight; None: ask, then `keep`."""
        exchange.sought = None
        route = exchange.route
        rule = self._rules.get(route.name) if route is not None else None
        if route is None or rule is None:
            return None
        wish = wish_of(exchange.headers)
        key = None if wish.skip else key_of(exchange, rule, wish)
        if key is None:
            return None
        shelf = self._shelf
        sought = Sought(key, route, rule.tags + wish.tags, shelf.memory.forgotten, None)
        if wish.fresh:
            return self._asks(exchange, sought)
        entry, flight = shelf.memory.get(key), shelf.flights.get(key)
        if entry is not None and (age := entry.age) > rule.ttl:
            if flight is not None and age <= rule.ttl + rule.stale:
                return self._found(exchange, "stale", entry)
            entry = None
        if entry is not None:
            return self._found(exchange, "hit", entry)
        if flight is None:
            flight = shelf.flights[key] = Flight()
            return self._asks(exchange, sought._replace(flight=flight))
        return await self._join(exchange, sought, flight)

    async def keep(self, exchange: Exchange, headers: Headers) -> None:
        """What the request came to, be it good or not: others may be waiting for it. Called once after each None."""
        sought: Sought | None = exchange.sought
        if sought is None:
            return
        exchange.sought = None
        entry, shelf = None, self._shelf
        if worth_keeping(exchange, headers, sought.route):
            again = headers_again(headers)
            entry = Entry(exchange.status, again, exchange.chunks, sought.route.name, sought.tags, shelf.clock)
            if sought.forgotten == shelf.memory.forgotten:
                shelf.memory.put(sought.key, entry)
        flight = sought.flight
        if flight is None:
            return
        if entry is None and exchange.failure is None and not headers:
            flight.left()
        else:
            flight.landed(entry)
        self._over(sought.key, flight)

    async def _join(self, exchange: Exchange, sought: Sought, flight: Flight) -> Kept | None:
        """Wait for another request's answer; whoever leads in the place of one that left has the flight.

        Who has waited too long begins a new flight, so that those who come later do not wait as long again.
        """
        try:
            entry, leads = await flight.join(sought.route.patience.first_byte)
        finally:
            self._over(sought.key, flight)
        if entry is not None:
            return self._found(exchange, "joined", entry)
        if leads:
            return self._asks(exchange, sought._replace(flight=flight))
        if self._shelf.flights.get(sought.key) is flight:
            flight = self._shelf.flights[sought.key] = Flight()
            return self._asks(exchange, sought._replace(flight=flight))
        return self._asks(exchange, sought)

    def _over(self, key: bytes, flight: Flight) -> None:
        """Nobody else joins a flight that is over."""
        if flight.over and self._shelf.flights.get(key) is flight:
            del self._shelf.flights[key]

    def _found(self, exchange: Exchange, how: str, entry: Entry) -> Kept:
        exchange.tags[TAG] = how
        self._shelf.counts[how] += 1
        return entry

    def _asks(self, exchange: Exchange, sought: Sought) -> Kept | None:
        exchange.sought = sought
        exchange.tags[TAG] = "miss"
        self._shelf.counts["miss"] += 1
        return None
