"""Strategies: which of several deployments is asked. Each is a callable of those that could be."""

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
INPUTS: Final = 3
"""Input tokens for each token of output, in the price by which deployments are compared."""


class Weighted:
    """In turns, exactly in proportion to the weights: the smooth weighted round robin of nginx.

    Each turn every candidate gains its weight, and the one that has most pays the weight of all.
    """

    __slots__ = ("_gained",)

    def __init__(self) -> None:
        self._gained: dict[Live, float] = {}

    def __call__(self, candidates: Sequence[Live]) -> Live:
        """The one whose turn it is."""
        gained, total = self._gained, 0.0
        best, most = candidates[0], float("-inf")
        for live in candidates:
            weight = live.deployment.weight
            total += weight
            has = gained[live] = gained.get(live, 0.0) + weight
            if has > most:
                best, most = live, has
        gained[best] -= total
        return best


def least_busy(candidates: Sequence[Live]) -> Live:
    """The one with the least in flight, for its weight."""
    return _least(candidates, lambda live: (_load(live), 0.0))


def least_latency(candidates: Sequence[Live]) -> Live:
    """The one that was fastest of late.

    One whose latency is not known, or was measured too long ago, is asked by one request at a time: so all are known,
    and one that got better is found again, at the price of a request now and then.
    """
    known = [(live, live.latency) for live in candidates]
    for live, latency in known:
        if latency is None and not live.busy:
            return live
    best = min((latency for _, latency in known if latency is not None), default=0.0)
    near = [live for live, latency in known if latency is not None and latency <= best * (1 + NEARLY)]
    return least_busy(near or candidates)


def cheapest(candidates: Sequence[Live]) -> Live:
    """The one whose tokens cost least; one without a price comes last."""
    return _least(candidates, lambda live: (_price(live), _load(live)))


def by_headroom(candidates: Sequence[Live]) -> Live:
    """The one that has the largest share of its limits left."""
    return _least(candidates, lambda live: (-live.room, _load(live)))


def strategy(name: Balance) -> Strategy:
    """A strategy of its own for one route."""
    return Weighted() if name == "weighted" else _STRATEGIES[name]


def roomy(candidates: Sequence[Live]) -> Sequence[Live]:
    """Those that are not near their limit; all, when all are."""
    found = [live for live in candidates if live.room > SCARCE]
    return found or candidates


_STRATEGIES: Final[dict[str, Strategy]] = {
    "least-busy": least_busy,
    "least-latency": least_latency,
    "cheapest": cheapest,
    "by-headroom": by_headroom,
}


def _load(live: Live) -> float:
    return (live.busy + 1) / live.deployment.weight


def _price(live: Live) -> float:
    known = live.deployment.price
    return float("inf") if known is None else float(known.input * INPUTS + known.output)


def _least(candidates: Sequence[Live], of: Callable[[Live], tuple[float, float]]) -> Live:
    """The smallest; among equals by chance."""
    values = [of(live) for live in candidates]
    best = min(values)
    return random.choice([live for live, value in zip(candidates, values, strict=True) if value == best])  # noqa: S311
