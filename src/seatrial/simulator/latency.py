"""When each token is due: a queue with a service rate, then the first token, then one token after the other."""

import time
from collections.abc import Callable
from typing import NamedTuple

from seatrial.simulator.schema import Latency


class Pace(NamedTuple):
    """The clock times of one answer, in the seconds of the model's clock.

    Attributes:
        arrived: When the request came.
        served: When the queue let it through.
        first: Seconds from there to the first token.
        between: Seconds from one token to the next.
    """

    arrived: float
    served: float
    first: float
    between: float

    def due(self, token: int) -> float:
        """When a token (counted from 0) is due."""
        return self.served + self.first + max(0, token) * self.between

    def slower(self, factor: float, delay: float) -> "Pace":
        """The same pace with every wait multiplied, and the first token delayed."""
        return Pace(self.arrived, self.served, self.first * factor + delay, self.between * factor)


class LatencyModel:
    """A single virtual server: each request occupies it for 1/rate seconds, the next one waits until it is free.

    Args:
        latency: The persona's speed.
        clock: Seconds that only grow.
    """

    def __init__(self, latency: Latency, clock: Callable[[], float] = time.monotonic) -> None:
        self._latency, self._clock = latency, clock
        self._free_at = clock()

    def pace(self, draw: float) -> Pace:
        """The pace of a request that arrives now.

        Args:
            draw: A number in [0, 1) that decides the jitter: 0 gives 1 - jitter, 1 gives 1 + jitter.
        """
        now = self._clock()
        factor = 1 + self._latency.jitter * (2 * draw - 1)
        served = now
        if self._latency.queue is not None:
            served = max(now, self._free_at)
            self._free_at = served + 1 / self._latency.queue.rate
        return Pace(now, served, self._latency.first_token * factor, self._latency.inter_token * factor)
