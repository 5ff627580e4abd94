"""The request for a deployment: the client's own bytes unless the model's name, a limit or the dialect must change."""

from typing import Any, Final

from seatrial.gateway.config import Dialect, Route
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.records.trace import trace_line
from seatrial.gateway.routing.live import Live
from seatrial.gateway.wire.anthropic import to_anthropic, to_openai
from seatrial.gateway.wire.bodies import Asked, changed, stops_in
from seatrial.gateway.wire.errors import bad_request
from seatrial.gateway.wire.headers import onward, without
from seatrial.gateway.wire.operations import TRANSLATED, Operation
from seatrial.gateway.wire.parcel import Parcel

MOST_STOPS: Final = 4
"""OpenAI takes no more."""
NEW_BOUND: Final = ("o1", "o3", "o4", "gpt-5")
"""OpenAI's models that refuse `max_tokens` and want `max_completion_tokens`."""


class Outgoing:
    """Requests for the deployments of one exchange; made once for each model name and dialect."""

    __slots__ = ("_made", "_onward")

    def __init__(self, exchange: Exchange) -> None:
        self._onward = onward(exchange.headers) + trace_line(exchange)
        self._made: dict[tuple[str | None, Dialect], Parcel] = {}

    def for_(self, live: Live, exchange: Exchange) -> Parcel:
        """The request.

        Raises:
            Refusal: What is asked cannot be said in the deployment's dialect.
        """
        model, dialect = live.deployment.model, live.deployment.dialect
        found = self._made.get((model, dialect))
        if found is None:
            found = self._made[model, dialect] = self._parcel(exchange, model, dialect)
        return found

    def fits(self, live: Live, exchange: Exchange) -> bool:
        """Whether the deployment speaks the dialect, or one that it can be translated into."""
        operation = exchange.operation
        return operation is None or operation.dialect == live.deployment.dialect or operation.name in TRANSLATED

    def _parcel(self, exchange: Exchange, model: str | None, dialect: Dialect) -> Parcel:
        operation, asked, route = exchange.operation, exchange.asked, exchange.route
        assert operation is not None  # noqa: S101  it is routed
        assert asked is not None  # noqa: S101
        assert route is not None  # noqa: S101
        body = exchange.body
        if changes := _changes(asked, route, operation, model, body):
            body = changed(body, changes)
        if operation.dialect == dialect:
            return Parcel(operation.path, self._onward, body)
        lines = without(self._onward, operation.dialect)
        other = TRANSLATED.get(operation.name)
        if other is None:
            raise bad_request(f"{exchange.path} is not known to what stands behind {route.name}.", "unsupported")
        body = to_anthropic(body) if dialect == "anthropic" else to_openai(body, _bound_for(model or asked.model))
        return Parcel(other.path, lines, body)


def _changes(asked: Asked, route: Route, operation: Operation, model: str | None, body: bytes) -> dict[str, Any]:
    """What must be said otherwise than the client did."""
    changes: dict[str, Any] = {}
    name = model or route.name  # a budget may have put another route in the place of what was asked for
    if name != asked.model:
        changes["model"] = name
    most = route.most_tokens
    if most is not None and operation.most is not None:
        fields = {
            "max_completion_tokens": asked.max_completion_tokens,
            "max_tokens": asked.max_tokens,
            "max_output_tokens": asked.max_output_tokens,
        }
        changes |= {name: most for name, value in fields.items() if value is not None and not 0 < value <= most}
        if asked.most_output is None:
            named = operation.most
            changes[_bound_for(name) if operation.name == "chat" else named] = most
    if route.most_n is not None and (asked.n or 1) > route.most_n:
        changes["n"] = route.most_n
    if route.stop and operation.stop is not None:
        stops = stops_in(body, operation.stop)
        wanted = [*route.stop, *(stop for stop in stops if stop not in route.stop)][:MOST_STOPS]
        if wanted != stops:
            changes[operation.stop] = wanted
    return changes


def _bound_for(model: str) -> str:
    """The field that bounds a chat's answer: the old one, which all servers know, unless the model refuses it."""
    return "max_completion_tokens" if model.rpartition("/")[2].startswith(NEW_BOUND) else "max_tokens"
