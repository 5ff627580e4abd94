"""A gateway with a scripted provider behind it, whose records can be looked at."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gateway_support import Within, config, gateway
from upstream import Upstream, until

from seatrial.gateway.exchange import Exchange

ONCE = "retry: {attempts: 1}"
CHAT = {"model": "support", "messages": [{"role": "user", "content": "Hi"}]}
MESSAGE: dict[str, Any] = {**CHAT, "max_tokens": 100}


@dataclass
class Kept:
    """A recorder that keeps everything."""

    exchanges: list[Exchange] = field(default_factory=list)

    def put(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)


@dataclass
class Served:
    """The gateway, the provider and the records."""

    door: Within
    upstream: Upstream
    kept: Kept

    async def record(self) -> Exchange:
        """The only record."""
        await until(lambda: bool(self.kept.exchanges))
        (exchange,) = self.kept.exchanges
        return exchange

    async def failure(self) -> str:
        """The kind of failure of the only record."""
        failure = (await self.record()).failure
        return "" if failure is None else str(failure.kind)

    async def idle(self) -> None:
        """Wait until nothing is in flight: no connection in use, no place taken."""
        lives = list(self.door.application.building.lives.values())
        await until(lambda: all(live.pool.open == live.pool.idle and live.busy == 0 for live in lives))


@asynccontextmanager
async def served(
    folder: Path, *scripts: Any, dialect: str = "openai", served: str = ONCE, target: str = "", gateway_: str = ""
) -> AsyncIterator[Served]:
    """A gateway with one deployment."""
    async with Upstream(*scripts) as upstream:
        text = config(upstream.url, served=served, gateway=gateway_, target=target)
        text = text.replace("{target: one}", f"{{target: one, dialect: {dialect}}}")
        async with gateway(text, folder) as door:
            plane = door.application.plane
            assert plane is not None
            kept = Kept()
            plane.house = replace(plane.house, recorder=kept)
            yield Served(door, upstream, kept)
