"""Routes over scripted upstreams, without the server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from upstream import Upstream, until

from seatrial.gateway.absent import Anyone
from seatrial.gateway.config import Deployment, Retry, Route
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.routing.asking import Bodies
from seatrial.gateway.routing.course import Courier
from seatrial.gateway.routing.crowd import Crowd
from seatrial.gateway.routing.live import Answered, Live
from seatrial.gateway.routing.way import Way
from seatrial.gateway.upstream.patience import Patience
from seatrial.gateway.upstream.pool import Pool
from seatrial.gateway.wire.bodies import read_request
from seatrial.gateway.wire.parcel import Parcel

BODY = b'{"model":"support","messages":[]}'
QUICK = Patience(connect=2, first_byte=2, between=2, total=10)
SOON = Retry(attempts=3, base=0.01, cap=0.3)


class Clock:
    """Seconds that go up when a test says so."""

    def __init__(self, now: float = 100.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class AsTheyAre(Bodies):
    """The client's bytes for every deployment."""

    def for_(self, live: Live, exchange: Exchange) -> Parcel:
        return Parcel(b"/chat/completions", b"content-type: application/json\r\n", exchange.body)


def live(name: str = "one", clock: Clock | None = None, **more: Any) -> Live:
    """A deployment that is never asked."""
    deployment = Deployment(name=name, url="http://127.0.0.1:9/v1", **more)
    return Live(deployment, Pool("http://127.0.0.1:9"), clock or Clock())


def exchange(route: Route, *headers: tuple[bytes, bytes], body: bytes = BODY, caller: Any = None) -> Exchange:
    """A request that was let in."""
    made = Exchange("/v1/chat/completions", list(headers))
    made.body, made.asked, made.route, made.caller = body, read_request(body), route, caller or Anyone()
    return made


class Routed:
    """Routes in use; `support` is the one that is asked."""

    def __init__(self, routes: dict[str, tuple[Route, list[Live]]], crowd: Crowd | None) -> None:
        self.route = routes["support"][0]
        self.lives = {each.deployment.name: each for _, lives in routes.values() for each in lives}
        self.courier = Courier({name: Way(route, lives) for name, (route, lives) in routes.items()}, crowd)
        self.last: Exchange | None = None

    async def begin(self, *headers: tuple[bytes, bytes], **more: Any) -> Answered:
        self.last = exchange(self.route, *headers, **more)
        return await self.courier.answer(self.last, AsTheyAre())

    async def ask(self, *headers: tuple[bytes, bytes], **more: Any) -> tuple[int, bytes, str]:
        """Status, body and deployment of the answer; everything is given back."""
        answered = await self.begin(*headers, **more)
        if answered.body is not None:
            return answered.reply.status, answered.body, answered.live.deployment.name
        try:
            body = await answered.reply.body(1 << 20)
        finally:
            answered.done(self.last)
        return answered.reply.status, body, answered.live.deployment.name

    @property
    def quiet(self) -> bool:
        """Whether nothing is held any more: no place, no connection in use, nobody in flight."""
        lives = self.lives.values()
        idle = all(each.busy == 0 and each.places.waiting == 0 and each.pool.open == each.pool.idle for each in lives)
        return idle and self.courier.crowd.inside == 0


@asynccontextmanager
async def routed(
    *upstreams: Upstream, fallback: Upstream | None = None, crowd: Crowd | None = None, each: Any = (), **how: Any
) -> AsyncIterator[Routed]:
    """A route with a deployment (`one`, `two`, ...) for each upstream; at the end nothing may be held.

    Args:
        upstreams: Running ones.
        fallback: Stands behind the route `spare`, as the deployment `spare`.
        crowd: Who is in flight.
        each: Mappings with further fields of the deployments, in their order.
        how: Further fields of the route.
    """
    names = ("one", "two", "three", "four")
    more = [*each, *({} for _ in upstreams)]
    lives = [_over(upstream, name, **fields) for upstream, name, fields in zip(upstreams, names, more, strict=False)]
    given = {"retry": SOON, "patience": QUICK} | how
    deployments = tuple(each.deployment for each in lives)
    routes = {"support": (Route(name="support", deployments=deployments, **given), lives)}
    if fallback is not None:
        spare = _over(fallback, "spare")
        routes["spare"] = (Route(name="spare", deployments=(spare.deployment,), **given), [spare])
        routes["support"] = (msgspec.structs.replace(routes["support"][0], fallback=("spare",)), lives)
    made = Routed(routes, crowd)
    yield made
    await until(lambda: made.quiet)
    for each_live in made.lives.values():
        await each_live.pool.aclose()


def _over(upstream: Upstream, name: str, **more: Any) -> Live:
    import time

    return Live(Deployment(name=name, url=f"{upstream.url}/v1", **more), Pool(upstream.url), time.monotonic)
