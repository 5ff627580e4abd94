"""Requests for tests of limits and budgets, without a server."""

from dataclasses import dataclass
from typing import Any

from seatrial.core.interaction import Usage
from seatrial.gateway.config import Deployment, Route, Terms
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.wire.bodies import Asked
from seatrial.targets.prices import Price

DOLLAR = 1_000_000_000
"""Nanos."""


@dataclass(frozen=True)
class Caller:
    key: str = "k1"
    project: str = "p1"
    environment: str = "production"
    terms: Terms = Terms()  # noqa: RUF009  it is frozen

    def may_ask(self, route: str) -> bool:
        return True


def deployment(name: str = "one", price: tuple[float, float] | None = (1, 2), **more: Any) -> Deployment:
    """One upstream with a price per million tokens in and out."""
    found = None if price is None else Price.per_million({"input": price[0], "output": price[1]})
    return Deployment(name=name, url="http://127.0.0.1:1/v1", price=found, **more)


def route(name: str = "support", *deployments: Deployment, **more: Any) -> Route:
    return Route(name=name, deployments=deployments or (deployment(),), **more)


def exchange(caller: Caller | None = None, *, tokens: int = 10, user: str | None = None, **more: Any) -> Exchange:
    """A request that came in and was routed."""
    made = Exchange("/v1/chat/completions", [])
    made.caller, made.route = caller or Caller(), more.pop("route", None) or route()
    made.asked = Asked(model=made.route.name, user=user, **more)
    made.body = b"{}"
    made.estimate = tokens
    return made


def answered(made: Exchange, tokens_in: int, tokens_out: int, **more: Any) -> Exchange:
    """It was answered by the first deployment."""
    assert made.route is not None
    made.deployment, made.attempts, made.status = made.route.deployments[0], 1, 200
    made.usage = Usage(tokens_in, tokens_out, **more)
    return made
