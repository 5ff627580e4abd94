"""The course of one request: deployments of its route, tries again within a budget, then the fallbacks."""

import asyncio
import random
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Final, cast

import msgspec

from seatrial.gateway.config import Priority
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.routing.asking import Bodies, Outcome, ask, is_good
from seatrial.gateway.routing.crowd import Crowd, priority_of
from seatrial.gateway.routing.hedge import hedged
from seatrial.gateway.routing.live import Answered, Live
from seatrial.gateway.routing.outcome import REFUSED_KEY
from seatrial.gateway.routing.retrying import pause
from seatrial.gateway.routing.way import Way
from seatrial.gateway.upstream.patience import Patience
from seatrial.gateway.upstream.reply import UpstreamError
from seatrial.gateway.wire.errors import Refusal, too_many, upstream_failed

__all__ = ["Answered", "Bodies", "Courier", "Way"]
PRIORITY: Final = b"x-seatrial-priority"


class Courier:
    """Gets a request answered.

    Args:
        ways: All routes by name, fallbacks among them.
        crowd: Who is in flight; None: without a bound.
    """

    def __init__(self, ways: Mapping[str, Way], crowd: Crowd | None = None) -> None:
        self._ways = ways
        self.crowd = crowd or Crowd()

    async def answer(self, exchange: Exchange, bodies: Bodies) -> Answered:
        """The first good reply; else the last bad one as it came. Whoever has it says `done`.

        Args:
            exchange: The request; attempts and deployment are written into it.
            bodies: Makes the request for a deployment.

        Raises:
            Refusal: No deployment gave any reply, or there is too much to do.
        """
        route, crowd = exchange.route, self.crowd
        assert route is not None  # noqa: S101  it is routed
        crowd.enter(_priority(exchange) if crowd.most is not None else "normal")
        began = asyncio.get_running_loop().time()
        try:
            way = self._ways[route.name]
            way.budget.asked()
            live = way.choose(exchange, (), ()) if route.hedge is None else None
            if live is not None and not bodies.fits(live, exchange):
                live = None
            outcome = None if live is None else await ask(live, exchange, bodies, route.patience)
            if is_good(outcome):  # nearly always: all that follows is made only when it is needed
                answered = _marked(cast("Answered", outcome), exchange)
            else:
                chain = [way, *(self._ways[name] for name in route.fallback)]
                course = _Course(exchange, bodies, chain, began)
                answered = await course.run(live, outcome)
        except BaseException:
            crowd.leave()
            raise
        return self._held(answered)

    async def pinned(self, exchange: Exchange, bodies: Bodies) -> Answered:
        """The reply of the first deployment of the route, asked once: only it knows the files and batches it was given.

        Raises:
            Refusal: It gave no reply, or there is too much to do.
        """
        assert exchange.route is not None  # noqa: S101  it is routed
        self.crowd.enter(_priority(exchange) if self.crowd.most is not None else "normal")
        try:
            began = asyncio.get_running_loop().time()
            answered = await _Course(exchange, bodies, [self._ways[exchange.route.name]], began).once()
        except BaseException:
            self.crowd.leave()
            raise
        return self._held(answered)

    async def warm(self) -> None:
        """Open the connections that are configured to be there before the first request."""
        wanted = {live: way.route.patience for way in self._ways.values() for live in way.lives if live.deployment.warm}
        asked = (live.pool.warm(live.deployment.warm, patience) for live, patience in wanted.items())
        await asyncio.gather(*asked)

    def _held(self, answered: Answered) -> Answered:
        """It is in flight until it is done; an error that was read already is."""
        if answered.body is None:
            answered.leave = self.crowd.leave
        else:
            self.crowd.leave()
        return answered


class _Course:
    """One request on its way from deployment to deployment."""

    __slots__ = ("_bodies", "_chain", "_deadline", "_exchange", "_last", "_story", "_tried", "_useless")

    def __init__(self, exchange: Exchange, bodies: Bodies, chain: Sequence[Way], began: float) -> None:
        self._exchange, self._bodies, self._chain = exchange, bodies, chain
        self._deadline = began + chain[0].route.patience.total
        self._last: Outcome | None = None
        self._tried: list[Live] = []
        lives = [live for way in chain for live in way.lives]
        unfit = [live for live in lives if not bodies.fits(live, exchange)]
        self._useless = unfit if len(unfit) < len(lives) else []  # if none fits, the first one asked says why
        self._story: list[str] = []

    async def run(self, live: Live | None, outcome: Outcome | None) -> Answered:
        """The first good reply, else the last.

        Args:
            live: The deployment that was asked already, if any was.
            outcome: What came of it.
        """
        if live is not None and outcome is not None:
            self._tried.append(live)
            self._note(live, outcome)
        for way in self._chain:
            if way is not self._chain[0]:
                way.budget.asked()
            found = await self._along(way)
            if found is not None:
                if way is not self._chain[0]:
                    self._exchange.tags["fallback"] = way.route.name
                return self._told(found)
        return self._told(self._ended())

    async def once(self) -> Answered:
        """The reply of the first deployment that the caller may reach, whatever it is."""
        way = self._chain[0]
        reached = [live for live in way.open_to(self._exchange) if live not in self._useless]
        if reached:
            outcome = await ask(reached[0], self._exchange, self._bodies, way.route.patience)
            self._note(reached[0], outcome)
            if isinstance(outcome, Answered) and is_good(outcome):
                return self._told(outcome)
        return self._told(self._ended())

    async def _along(self, way: Way) -> Answered | None:
        """Ask deployments of one route, each once before any twice."""
        retry = way.route.retry
        for attempt in range(1 if self._tried and way is self._chain[0] else 0, retry.attempts):
            if isinstance(self._last, UpstreamError) and self._last.kind == "too_large":
                return None
            if attempt and not way.budget.take():
                return None
            live = way.choose(self._exchange, self._tried, self._useless)
            if live is None:
                live = await self._rested(way) if attempt and way is self._chain[-1] else None
            elif live in self._tried:
                await asyncio.sleep(pause(retry, attempt or 1))
                if not live.health.available():
                    continue
            patience = self._patience(way)
            if live is None or patience is None:
                return None
            self._tried.append(live)
            outcome = await self._asked(live, way, patience)
            if isinstance(outcome, Answered) and is_good(outcome):
                return outcome
        return None

    async def _asked(self, live: Live, way: Way, patience: Patience) -> Outcome:
        delay = way.route.hedge
        if delay is None:
            return self._note(live, await ask(live, self._exchange, self._bodies, patience))
        outcome = await hedged(
            ask(live, self._exchange, self._bodies, patience), lambda: self._beside(way, patience), delay
        )
        return self._note(outcome.live if isinstance(outcome, Answered) else live, outcome)

    def _beside(self, way: Way, patience: Patience) -> Coroutine[Any, Any, Outcome] | None:
        """Another deployment for the same request, while the first is silent."""
        other = way.choose(self._exchange, self._tried, self._useless)
        if other is None or other in self._tried or not way.budget.take():
            return None
        self._tried.append(other)
        self._exchange.tags["hedged"] = other.deployment.name
        return ask(other, self._exchange, self._bodies, patience)

    def _note(self, live: Live, outcome: Outcome) -> Outcome:
        """Keep what came of a try that was not good."""
        if is_good(outcome):
            return outcome
        self._last = outcome
        if isinstance(outcome, Answered):
            self._story.append(f"{live.deployment.name} {outcome.reply.status}")
            if not outcome.again:
                self._useless.append(live)
        else:
            self._story.append(f"{live.deployment.name} {outcome.kind}")
        return outcome

    async def _rested(self, way: Way) -> Live | None:
        """All have failed and rest: wait, if it is short, for the one that may be asked first."""
        wait = way.wait(self._exchange, self._useless)
        if wait is None or wait > way.route.retry.cap:
            return None
        wait += random.uniform(0, way.route.retry.base)  # noqa: S311  not all at the same moment
        if asyncio.get_running_loop().time() + wait >= self._deadline:
            return None
        await asyncio.sleep(wait)
        return way.choose(self._exchange, self._tried, self._useless)

    def _patience(self, way: Way) -> Patience | None:
        """How long this try may take, so that all of them keep the time that the request has; None: it is over."""
        if not self._tried:
            return way.route.patience
        left = self._deadline - asyncio.get_running_loop().time()
        return msgspec.structs.replace(way.route.patience, total=left) if left > 0 else None

    def _told(self, answered: Answered) -> Answered:
        """Write into the record what happened on the way."""
        if self._story:
            self._exchange.tags["tried"] = "; ".join(self._story)
        return _marked(answered, self._exchange)

    def _ended(self) -> Answered:
        """The last bad reply.

        Raises:
            Refusal: There is none, or it is about the gateway's own key.
        """
        last, exchange = self._last, self._exchange
        if self._story:
            exchange.tags["tried"] = "; ".join(self._story)
        if last is None:
            raise self._nobody()
        if isinstance(last, UpstreamError):
            exchange.fail(last.kind, last.what)
            if last.kind == "rate_limited":
                raise too_many(f"All that may be in flight is in flight: {last.what}.", "deployment_full", 1.0)
            raise upstream_failed(last.kind, last.what)
        status = last.reply.status
        if status in REFUSED_KEY:  # its message may quote the key, and a client would take it for its own
            exchange.fail(
                "quota" if status == 402 else "unauthorised", "the provider refused the gateway's key", status
            )
            message = f"The provider refused the gateway's own key (status {status})."
            raise Refusal(502, "api_error", "upstream_unauthorised", message)
        return last

    def _nobody(self) -> Refusal:
        """Why no deployment could be asked at all."""
        exchange, name = self._exchange, self._chain[0].route.name
        waits = [wait for way in self._chain if (wait := way.wait(exchange)) is not None]
        if not waits:
            return Refusal(
                403,
                "invalid_request_error",
                "environment_not_allowed",
                f"No deployment of {name} is for the environment of this key.",
            )
        if min(waits) <= 0:
            return too_many(f"All deployments of {name} have all they may have in flight.", "deployment_full", 1.0)
        seconds = str(max(1, int(min(waits) + 0.999))).encode()
        message = f"No deployment of {name} can be asked now."
        return Refusal(503, "api_error", "no_deployment", message, headers=((b"retry-after", seconds),))


def _marked(answered: Answered, exchange: Exchange) -> Answered:
    """The region goes into the record."""
    if answered.live.deployment.region:
        exchange.tags["region"] = answered.live.deployment.region
    return answered


def _priority(exchange: Exchange) -> Priority:
    allowed = exchange.caller.terms.priority if exchange.caller is not None else "normal"
    return priority_of(allowed, exchange.header(PRIORITY))
