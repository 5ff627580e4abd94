"""Strategies: which of several deployments is asked. Each is a function of those that could be."""

import random
from collections.abc import Callable, Sequence
from typing import Final

from seatrial.gateway.config import Balance
from seatrial.gateway.routing.live import Live

Strategy = Callable[[Sequence[Live]], Live]
NEARLY: Final = 0.1
"""Latencies within this share of the best count as equal, so that not all traffic runs to one place."""
SCARCE: Final = 0.05
"""Below this share of its limit a deployment is asked only when all others are as full."""


def pick(strategy: Balance, candidates: Sequence[Live]) -> Live:
    """One of at least one candidate; those near their limit are left alone while others are not."""
    if len(candidates) == 1:
        return candidates[0]
    roomy = [live for live in candidates if live.room > SCARCE]
    return _STRATEGIES[strategy](roomy or candidates)


def weighted(candidates: Sequence[Live]) -> Live:
    """By chance, in proportion to the weights."""
    total = sum(live.deployment.weight for live in candidates)
    point = random.random() * total  # noqa: S311  no secret
    for live in candidates:
        point -= live.deployment.weight
        if point < 0:
            return live
    return candidates[-1]


def least_busy(candidates: Sequence[Live]) -> Live:
    """The one with the least in flight, for its weight."""
    return _least(candidates, lambda live: (live.busy + 1) / max(live.deployment.weight, 1e-9))


def least_latency(candidates: Sequence[Live]) -> Live:
    """The one that was fastest of late; those that nobody asked yet come first, so that all are known."""
    best = min(live.latency or 0.0 for live in candidates)
    near = [live for live in candidates if (live.latency or 0.0) <= best * (1 + NEARLY)]
    return least_busy(near)


def cheapest(candidates: Sequence[Live]) -> Live:
    """The one whose tokens cost least; one without a price comes last."""

    def price(live: Live) -> float:
        known = live.deployment.price
        return float("inf") if known is None else known.input + known.output

    return _least(candidates, price)


def by_headroom(candidates: Sequence[Live]) -> Live:
    """The one that has the largest share of its limits left."""
    return _least(candidates, lambda live: -live.room)


_STRATEGIES: Final[dict[Balance, Strategy]] = {
    "weighted": weighted,
    "least-busy": least_busy,
    "least-latency": least_latency,
    "cheapest": cheapest,
    "by-headroom": by_headroom,
}


def _least(candidates: Sequence[Live], of: Callable[[Live], float]) -> Live:
    """The smallest; among equals by chance."""
    values = [of(live) for live in candidates]
    best = min(values)
    return random.choice([live for live, value in zip(candidates, values, strict=True) if value == best])  # noqa: S311
