"""What a run will cost, before it is made: always an estimate."""

from collections.abc import Iterable

import msgspec

from seatrial.core.interaction import Money, Usage
from seatrial.core.request import Request
from seatrial.targets.prices import Price, cost
from seatrial.targets.tokens import TokenCount

USUAL_OUTPUT = 300
"""Tokens of an answer where no `max_tokens` bounds it."""
_BOUNDS = ("max_completion_tokens", "max_tokens")


class Estimate(msgspec.Struct, frozen=True):
    """Requests and tokens, and their cost where a price is known."""

    requests: int
    input: int
    output: int
    cost: Money | None


def estimate(
    requests: Iterable[Request],
    price: Price | None,
    *,
    model: str | None = None,
    system: str | None = None,
    output: int | None = None,
) -> Estimate:
    """Add up what requests will take.

    Args:
        requests: Read once, one at a time.
        price: The model's price; without it the cost is None.
        model: Picks the vocabulary that tokens are counted with.
        system: A prompt that goes in front of each request.
        output: The Target's own bound of an answer's tokens; a request's `max_tokens` goes before it.
    """
    count, asked, told = TokenCount(model), 0, 0
    front, number = count(system or ""), 0
    for request in requests:
        number += 1
        asked += count.of_request(request) + front
        if request.kind != "embedding":
            told += _bound(request) or output or USUAL_OUTPUT
    return Estimate(number, asked, told, cost(Usage(asked, told, estimated=True), price))


def _bound(request: Request) -> int | None:
    given = (request.params.get(key) for key in _BOUNDS)
    return next((value for value in given if isinstance(value, int) and value > 0), None)
