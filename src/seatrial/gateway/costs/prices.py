"""Unit prices of deployments: their own, else the price list's, looked up once for each model and never on the loop."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from seatrial.gateway.config import Deployment, Route
from seatrial.targets.prices import Found, Price, find_price

Find = Callable[[str | None, str], Found]
FREE: Final = Price(0, 0, 0)


class Prices:
    """What tokens cost at deployments.

    Args:
        find: Looks a model up that has no price of its own; may be slow.
    """

    __slots__ = ("_find", "_found", "_looking")

    def __init__(self, find: Find = find_price) -> None:
        self._find = find
        self._found: dict[tuple[str | None, str], Price | None] = {}
        self._looking: dict[tuple[str | None, str], asyncio.Future[Found]] = {}

    def known(self, deployment: Deployment) -> Price | None:
        """Its price, as far as it was looked up."""
        return deployment.price or self._found.get((deployment.model, deployment.url))

    async def look(self, deployments: Iterable[Deployment]) -> None:
        """Look up those that have no price of their own; each model once, however many requests wait for it."""
        for each in deployments:
            label = (each.model, each.url)
            if each.price is not None or label in self._found:
                continue
            looking = self._looking.get(label)
            if looking is None:
                looking = self._looking[label] = asyncio.ensure_future(asyncio.to_thread(self._find, *label))
            try:
                self._found[label] = (await asyncio.shield(looking)).price
            finally:
                if looking.done():  # a failure is told to whoever waits, and is not kept
                    self._looking.pop(label, None)

    def looked(self, deployments: Iterable[Deployment]) -> bool:
        """Whether all of them are known, or known to have no price."""
        found = self._found
        return all(each.price is not None or (each.model, each.url) in found for each in deployments)

    def dearest(self, routes: Iterable[Route]) -> Price:
        """The most that a token may cost on any of these routes; free where nothing has a price."""
        prices = [price for route in routes for each in route.deployments if (price := self.known(each))]
        if not prices:
            return FREE
        dearest_in = max(max(price.input, price.cached) for price in prices)
        return Price(dearest_in, max(price.output for price in prices), dearest_in, prices[0].currency)
