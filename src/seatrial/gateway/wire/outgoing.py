"""The body for a deployment: the client's own bytes unless the model's name or a limit must change."""

from typing import Any

from seatrial.gateway.exchange import Exchange
from seatrial.gateway.routing.live import Live
from seatrial.gateway.wire.bodies import changed
from seatrial.gateway.wire.headers import onward


class Outgoing:
    """Bodies for the deployments of one request; made once for each model name."""

    __slots__ = ("_made", "_onward")

    def __init__(self, exchange: Exchange) -> None:
        self._onward = onward(exchange.headers)
        self._made: dict[str | None, bytes] = {}

    def for_(self, live: Live, exchange: Exchange) -> tuple[bytes, bytes]:
        """The body and the client's header lines that go on."""
        model = live.deployment.model
        found = self._made.get(model)
        if found is None:
            found = self._made[model] = _body(exchange, model)
        return found, self._onward


def _body(exchange: Exchange, model: str | None) -> bytes:
    asked, route = exchange.asked, exchange.route
    assert asked is not None  # noqa: S101  it is routed
    assert route is not None  # noqa: S101
    changes: dict[str, Any] = {}
    if model is not None and model != asked.model:
        changes["model"] = model
    if route.most_tokens is not None and (asked.most_output is None or asked.most_output > route.most_tokens):
        changes["max_completion_tokens" if asked.max_completion_tokens is not None else "max_tokens"] = (
            route.most_tokens
        )
    if route.most_n is not None and (asked.n or 1) > route.most_n:
        changes["n"] = route.most_n
    return changed(exchange.body, changes) if changes else exchange.body
