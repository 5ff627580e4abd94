"""The most that a request may cost, before it is asked: what a budget sets aside for it."""

from typing import Final

from seatrial.gateway.exchange import Exchange
from seatrial.targets.prices import Price

MOST_OUTPUT: Final = 16_384
"""Tokens of an answer that nobody bounds: more than nearly all models write at once."""
TEXT: Final = 64 * 1024
"""Bytes of a body up to which each may be a token; larger ones hold images or files, or long plain text."""
_MILLION: Final = 1_000_000


def most_cost(exchange: Exchange, price: Price) -> int:
    """Nano-units.

    A token is at least a byte in every vocabulary that is built on bytes, so no input can have more tokens than bytes.

    Args:
        exchange: The request, with its route.
        price: The most that a token may cost there.
    """
    asked, route, size = exchange.asked, exchange.route, len(exchange.body)
    given = size if size <= TEXT else TEXT + (size - TEXT) // 4
    written = 0
    if asked is not None and writes(exchange):
        bounds = [bound for bound in (asked.most_output, route.most_tokens if route else None) if bound is not None]
        answers = asked.n or 1
        if route is not None and route.most_n is not None:
            answers = min(answers, route.most_n)
        written = max(0, min(bounds, default=MOST_OUTPUT)) * max(1, answers)
    return -(-(given * price.input + written * price.output) // _MILLION)


def writes(exchange: Exchange) -> bool:
    """Whether the answer is written by the model (those of embeddings are not)."""
    return exchange.operation is None or exchange.operation.most is not None
