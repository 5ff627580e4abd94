"""The course of one request: deployments of its route, tries again within a budget, then the fallbacks."""

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from seatrial.gateway.config import Retry, Route
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.routing.balance import pick
from seatrial.gateway.routing.live import Live
from seatrial.gateway.upstream.reply import Reply, UpstreamError
from seatrial.gateway.wire.errors import Refusal, upstream_failed
from seatrial.targets.durations import LONGEST_WAIT, duration, until

TRY_AGAIN: Final = frozenset({408, 409, 429, 500, 502, 503, 504, 529})
"""Statuses that official clients try again, too; 529 is Anthropic's "overloaded"."""
ERROR_BODY: Final = 1024 * 1024


class Bodies(Protocol):
    """What goes to a deployment for a request."""

    def for_(self, live: Live, exchange: Exchange) -> tuple[bytes, bytes]:
        """The body, byte for byte the client's unless something must change; and the client's header lines."""
        ...


class RetryBudget:
    """How many tries again there may be: a share of the requests of late, and a few always.

    After Finagle's retry budgets: every request puts in `share` of a try, up to a bound; a try again takes out one.
    """

    __slots__ = ("_balance", "_share")

    def __init__(self, share: float, few: float = 10.0) -> None:
        self._share, self._balance = share, few

    def asked(self) -> None:
        """A request came."""
        self._balance = min(self._balance + self._share, 100.0)

    def take(self) -> bool:
        """Whether there may be one more try."""
        if self._balance < 1:
            return False
        self._balance -= 1
        return True


class Way:
    """A route in use: its deployments, and what its tries again have left."""

    __slots__ = ("budget", "lives", "route")

    def __init__(self, route: Route, lives: Sequence[Live]) -> None:
        self.route, self.lives = route, tuple(lives)
        self.budget = RetryBudget(route.retry.budget)


class Answered:
    """A reply of a deployment, to be relayed: `body` is set where it was read already (an error's)."""

    __slots__ = ("body", "live", "reply", "sent")

    def __init__(self, live: Live, reply: Reply, sent: float, body: bytes | None = None) -> None:
        self.live, self.reply, self.sent, self.body = live, reply, sent, body


class Courier:
    """Gets a request answered.

    Args:
        ways: All routes by name, fallbacks among them.
    """

    def __init__(self, ways: Mapping[str, Way]) -> None:
        self._ways = ways

    async def answer(self, exchange: Exchange, path: bytes, bodies: Bodies) -> Answered:
        """The first good reply; else the last bad one as it came.

        Args:
            exchange: The request; attempts and deployment are written into it.
            path: Behind the base of a deployment.
            bodies: Makes the body for a deployment.

        Raises:
            Refusal: No deployment gave any reply.
        """
        assert exchange.route is not None  # noqa: S101  it is routed
        last: Answered | UpstreamError | None = None
        for name in (exchange.route.name, *exchange.route.fallback):
            way = self._ways[name]
            way.budget.asked()
            last = await self._try(way, exchange, path, bodies, last)
            if isinstance(last, Answered) and last.body is None:
                return last
        if isinstance(last, Answered):
            return last
        if last is None:
            raise self._none_left(exchange.route)
        raise upstream_failed(last.kind, last.what)

    async def _try(
        self, way: Way, exchange: Exchange, path: bytes, bodies: Bodies, last: "Answered | UpstreamError | None"
    ) -> "Answered | UpstreamError | None":
        """Ask deployments of one route, each once before any twice."""
        tried: list[Live] = []
        for attempt in range(way.route.retry.attempts):
            live = self._choose(way, tried)
            if live is None or (attempt and not way.budget.take()):
                return last
            if attempt:
                await asyncio.sleep(_pause(way.route.retry, attempt, again=live in tried))
            tried.append(live)
            last = await self._ask(live, way, exchange, path, bodies)
            if isinstance(last, Answered) and last.body is None:
                return last
            if isinstance(last, UpstreamError) and last.kind == "too_large":
                return last
        return last

    async def _ask(
        self, live: Live, way: Way, exchange: Exchange, path: bytes, bodies: Bodies
    ) -> "Answered | UpstreamError":
        body, extra = bodies.for_(live, exchange)
        exchange.attempts += 1
        exchange.deployment = live.deployment
        exchange.waited = time.time_ns() - exchange.started
        sent = time.monotonic()
        try:
            reply = await live.send(path, body, extra, way.route.patience)
        except UpstreamError as error:
            return error
        if reply.status not in TRY_AGAIN:
            live.health.succeeded()
            return Answered(live, reply, sent)
        try:
            told = await reply.body(ERROR_BODY)
        except UpstreamError as error:
            live.health.failed()
            live.done()
            return error
        _learn(live, reply)
        live.done()
        return Answered(live, reply, sent, told)

    @staticmethod
    def _choose(way: Way, tried: Sequence[Live]) -> Live | None:
        """A deployment that may be asked now, one that was not tried yet before any other."""
        able = [live for live in way.lives if live.health.available() and not live.full]
        fresh = [live for live in able if live not in tried] if tried else able
        return pick(way.route.balance, fresh or able) if able else None

    def _none_left(self, route: Route) -> Refusal:
        waits = [live.health.wait() for name in (route.name, *route.fallback) for live in self._ways[name].lives]
        seconds = str(max(1, int(min(waits, default=1) + 0.999))).encode()
        return Refusal(
            503,
            "api_error",
            "no_deployment",
            f"No deployment of {route.name} can be asked now.",
            headers=((b"retry-after", seconds),),
        )


def _learn(live: Live, reply: Reply) -> None:
    """An error to try again says how the deployment is: too busy is not broken."""
    wait = retry_after(reply)
    if reply.status in (429, 503, 529) and wait is not None:
        live.health.rest(wait)
        live.health.gave_up()
    elif reply.status == 429:
        live.health.rest(1.0)
        live.health.gave_up()
    else:
        live.health.failed()


def retry_after(reply: Reply) -> float | None:
    """Seconds, by `retry-after-ms`, else `retry-after` (RFC 9110, section 10.2.3); None when neither says anything."""
    exact, rough = reply.header(b"retry-after-ms"), reply.header(b"retry-after")
    if exact is not None and (milliseconds := duration(exact.decode("latin-1"))) is not None:
        return min(milliseconds / 1000, LONGEST_WAIT)
    return until(rough.decode("latin-1"), time.time()) if rough is not None else None


def _pause(retry: Retry, attempt: int, *, again: bool) -> float:
    """Full jitter (Brooker, "Exponential Backoff and Jitter", 2015); another deployment need not be waited for."""
    if not again:
        return 0.0
    return random.uniform(0, min(retry.cap, retry.base * 2 ** (attempt - 1)))  # noqa: S311  no secret
