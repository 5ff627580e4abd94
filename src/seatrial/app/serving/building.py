"""Puts a House together from the file: routes, live deployments, and the stages that are configured."""

import asyncio
from urllib.parse import urlsplit

from seatrial.app.serving.access_log import AccessLog
from seatrial.app.serving.budgets import budgets_of
from seatrial.app.serving.caches import cache_of, cache_rules
from seatrial.app.serving.counting import Counting
from seatrial.app.serving.guarding import guards_of
from seatrial.app.serving.keys import Keys, check_door, door_of
from seatrial.app.serving.limits import limit_rules
from seatrial.app.serving.reading import GatewayConfig
from seatrial.app.serving.records import Records, keep_of
from seatrial.app.serving.schema import MOST_CACHE
from seatrial.app.serving.tls import server_tls
from seatrial.gateway.cache.exact import Shelf
from seatrial.gateway.cache.memory import Memory
from seatrial.gateway.config import Deployment, Limits
from seatrial.gateway.guards.stage import Guarded
from seatrial.gateway.routing.course import Courier, Way
from seatrial.gateway.routing.crowd import Crowd
from seatrial.gateway.routing.live import Live
from seatrial.gateway.stages import Guards, House
from seatrial.gateway.upstream.pool import Pool
from seatrial.gateway.upstream.tls import client_context
from seatrial.targets.proxy import proxy_for

Origin = tuple[str, str | None]
"""Scheme, host and port; and the file of its authorities."""


class Building:
    """Makes Houses of configurations, and keeps what outlives a reload: connections, and what is known of deployments.

    Args:
        keys: Of this process.
        host: What the server listens on.
        log: Takes a line about each request, if anything does.

    Attributes:
        lives: The deployments of the last House.
        crowd: Who is in flight.
        counting: Limits, costs and budgets.
        shelf: Answers that are given again.
        records: What is over and waits to be kept; None before the first House.
    """

    def __init__(self, keys: Keys, host: str, log: AccessLog | None = None) -> None:
        self._keys, self._host, self._log = keys, host, log
        self.lives: dict[Deployment, Live] = {}
        self.counting = Counting()
        self.shelf = Shelf(Memory(MOST_CACHE))
        self.crowd = Crowd()
        self.records: Records | None = None
        self._pools: dict[Origin, Pool] = {}
        self._retired: list[Pool] = []
        self._guarded: list[Guarded] = []

    def house(self, config: GatewayConfig) -> House:
        """The House of a configuration; deployments that were there before keep what is known of them.

        Raises:
            Mistake: The configuration cannot be; the last House stays as it was.
        """
        check(config, self._host)
        lives = {each: self._live(each) for route in config.routes.values() for each in route.deployments}
        ways = {name: Way(route, [lives[each] for each in route.deployments]) for name, route in config.routes.items()}
        recorder = self._recorded(config).queue
        limiter, ledger = self.counting.stages(config)
        house = House(
            routes=config.routes,
            courier=Courier(ways, self.crowd),
            door=door_of(config, self._keys),
            limiter=limiter,
            ledger=ledger,
            cache=cache_of(config, self.shelf),
            guards=self._guards(config),
            recorder=recorder if self._log is None else self._log.around(recorder),
            limits=Limits(body=config.model.max_body, record=config.model.max_record),
        )
        self.lives = lives
        self.crowd.bound(config.model.max_in_flight)
        self._retire({_origin(each) for each in lives})
        return house

    async def aclose(self) -> None:
        """Close all connections and write what waits."""
        await asyncio.gather(*(pool.aclose() for pool in (*self._pools.values(), *self._retired)))
        await asyncio.gather(*(guards.aclose() for guards in self._guarded))
        await self.counting.aclose()
        if self.records is not None:
            await self.records.aclose()
        if self._log is not None:
            await self._log.aclose()

    def _recorded(self, config: GatewayConfig) -> Records:
        if self.records is None:
            self.records = Records(config)
        else:
            self.records.renew(config)
        return self.records

    def _guards(self, config: GatewayConfig) -> Guards:
        guards = guards_of(config)
        if isinstance(guards, Guarded):
            self._guarded.append(guards)  # requests that are in may still ask those of before
        return guards

    def _live(self, deployment: Deployment) -> Live:
        found = self.lives.get(deployment)
        if found is None:
            origin = _origin(deployment)
            pool = self._pools.get(origin)
            if pool is None:
                tls = client_context(deployment.ca) if origin[0].startswith("https:") else None
                pool = self._pools[origin] = Pool(origin[0], tls=tls, proxy=proxy_for(deployment.url))
            found = Live(deployment, pool)
        return found

    def _retire(self, used: set[Origin]) -> None:
        """Connections to origins that are no more used close when the requests on them are over."""
        self._retired = [pool for pool in self._retired if pool.open]
        for origin in set(self._pools) - used:
            pool = self._pools.pop(origin)
            pool.retire()
            self._retired.append(pool)


def check(config: GatewayConfig, host: str) -> None:
    """Find what is wrong with the stages of a file, before anything is changed or opened for them.

    Args:
        config: The file.
        host: What the server listens on.

    Raises:
        Mistake: Something is.
    """
    check_door(config, host)
    server_tls(config)
    limit_rules(config)
    budgets_of(config)
    guards_of(config)
    cache_rules(config)
    keep_of(config)


def _origin(deployment: Deployment) -> Origin:
    parts = urlsplit(deployment.url)
    return f"{parts.scheme}://{parts.netloc}", deployment.ca
