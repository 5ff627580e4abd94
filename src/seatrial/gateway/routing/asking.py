"""One request to one deployment, until the head and the first byte of its reply are there."""

import time
from typing import Final, Protocol

from seatrial.gateway.exchange import Exchange
from seatrial.gateway.routing.live import Answered, Live
from seatrial.gateway.routing.outcome import learn, may_be_mended, misfit
from seatrial.gateway.upstream.patience import Patience
from seatrial.gateway.upstream.reply import UpstreamError
from seatrial.gateway.wire.parcel import Parcel

ERROR_BODY: Final = 1024 * 1024
Outcome = Answered | UpstreamError


class Bodies(Protocol):
    """What goes to a deployment for a request."""

    def for_(self, live: Live, exchange: Exchange) -> Parcel:
        """The body, byte for byte the client's unless something must change; and the client's header lines.

        Raises:
            Refusal: What is asked cannot be said to this deployment.
        """
        ...

    def fits(self, live: Live, exchange: Exchange) -> bool:
        """Whether it can be said to this deployment, as far as that is known without making it."""
        return True


def is_good(outcome: Outcome | None) -> bool:
    """Whether it is to be relayed; all else may be mended by another deployment, or another try."""
    return isinstance(outcome, Answered) and outcome.body is None


async def ask(live: Live, exchange: Exchange, bodies: Bodies, patience: Patience) -> Outcome:
    """Ask a deployment; what comes of it is told to its health, and on any way out but a good one nothing is held.

    Raises:
        Refusal: What is asked cannot be said to it.
    """
    parcel = bodies.for_(live, exchange)
    exchange.attempts += 1
    exchange.deployment = live.deployment
    trial = live.health.began()
    if not live.places.free():
        try:
            await live.places.wait(exchange.caller.project if exchange.caller is not None else "", patience.first_byte)
        except UpstreamError as error:
            live.health.gave_up(trial)
            return error
        except BaseException:
            live.health.gave_up(trial)
            raise
    sent = time.time_ns()
    exchange.waited = sent - exchange.started
    live.tokens.take(exchange.estimate)
    try:
        reply = await live.send(parcel, patience)
    except UpstreamError as error:
        live.health.failed(trial)
        live.tokens.take(-exchange.estimate)
        live.done()
        return error
    except BaseException:
        live.health.gave_up(trial)
        live.done()
        raise
    return await _judged(Answered(live, reply, sent, trial, exchange.estimate), exchange)


async def _judged(answered: Answered, exchange: Exchange) -> Outcome:
    """What the reply is; an error that may be mended is read to its end."""
    live, reply, health = answered.live, answered.reply, answered.live.health
    why = misfit(reply)
    if why is None and not may_be_mended(reply.status):
        health.succeeded(answered.trial)
        answered.trial = False
        exchange.deployment, exchange.waited = live.deployment, answered.sent - exchange.started
        return answered
    try:
        if why is not None:
            raise UpstreamError("bad_response", why)
        answered.body = await reply.body(ERROR_BODY)
    except UpstreamError as error:
        reply.abort()
        health.failed(answered.trial)
        live.done()
        return error
    except BaseException:
        reply.abort()
        health.gave_up(answered.trial)
        live.done()
        raise
    answered.again = learn(answered)
    live.done()
    return answered
