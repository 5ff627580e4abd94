"""Exchanges that are over, for tests of what becomes of them."""

import json
from typing import Any

from seatrial.core.interaction import Usage
from seatrial.gateway.absent import Anyone
from seatrial.gateway.config import Deployment, Route
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.wire.bodies import read_request
from seatrial.gateway.wire.operations import OPERATIONS
from seatrial.targets.prices import Price

PRICE = Price.per_million({"input": 1, "output": 2})
DEPLOYMENT = Deployment(name="one", url="http://127.0.0.1/v1", model="m", price=PRICE)
ROUTE = Route(name="support", deployments=(DEPLOYMENT,))
SECOND = 10**9


def answered(text: str = "Hello", **fields: Any) -> Exchange:
    """A chat that was answered whole after 2 seconds, the first byte after 1; further fields of the exchange."""
    exchange = Exchange("/v1/chat/completions", [])
    exchange.started = 1_000 * SECOND
    message = {"role": "user", "content": "Hi"}
    exchange.body = json.dumps({"model": "support", "user": "anna", "messages": [message]}).encode()
    exchange.asked, exchange.operation = read_request(exchange.body), OPERATIONS[exchange.path]
    exchange.caller, exchange.route, exchange.deployment = Anyone("abcd", "p", "production"), ROUTE, DEPLOYMENT
    choice = {"index": 0, "message": {"content": text}, "finish_reason": "stop"}
    exchange.chunks = [json.dumps({"model": "m", "choices": [choice]}).encode()]
    exchange.moments, exchange.size = [exchange.started + SECOND], len(exchange.chunks[0])
    exchange.first, exchange.ended = exchange.moments[0], exchange.started + 2 * SECOND
    exchange.status, exchange.attempts, exchange.usage = 200, 1, Usage(10, 5)
    for name, value in fields.items():
        setattr(exchange, name, value)
    return exchange


def streamed(*tokens: str, **fields: Any) -> Exchange:
    """The same as a stream, a token each second."""
    frames = [{"choices": [{"index": 0, "delta": {"content": token}}]} for token in tokens]
    chunks = [b"data: " + json.dumps(frame).encode() + b"\n\n" for frame in frames]
    moments = [1_000 * SECOND + (place + 1) * SECOND for place in range(len(chunks))]
    return answered(chunks=chunks, moments=moments, size=sum(map(len, chunks)), ended=moments[-1], **fields)
