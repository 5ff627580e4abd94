"""How much a deployment still allows, by the `x-ratelimit-*` headers of its replies and its own configured limits.

Source of the names: OpenAI's guide "Rate limits"; other vendors use them with plain seconds, or leave them out.
"""

from collections.abc import Callable

from seatrial.targets.durations import duration


class Headroom:
    """What is left of one thing that is limited a minute (requests, or tokens).

    Args:
        name: `requests` or `tokens`.
        clock: Seconds that only go up.
    """

    __slots__ = ("_clock", "_full_at", "_limit", "_limit_name", "_remaining", "_remaining_name", "_reset_name")

    def __init__(self, name: str, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._limit_name = f"x-ratelimit-limit-{name}".encode()
        self._remaining_name = f"x-ratelimit-remaining-{name}".encode()
        self._reset_name = f"x-ratelimit-reset-{name}".encode()
        self._limit: float | None = None
        self._remaining, self._full_at = 0.0, 0.0

    def learn(self, headers: list[tuple[bytes, bytes]]) -> None:
        """Read the headers of a reply; what is missing, negative or no number teaches nothing."""
        limit = remaining = reset = None
        for name, value in headers:
            if name == self._remaining_name:
                remaining = value
            elif name == self._limit_name:
                limit = value
            elif name == self._reset_name:
                reset = value
        if remaining is None or limit is None or not remaining.isdigit() or not limit.isdigit() or int(limit) == 0:
            return
        self._limit, self._remaining = float(limit), float(remaining)
        told = duration(reset.decode("latin-1")) if reset is not None else None
        self._full_at = self._clock() + (60.0 if told is None else told)

    def share(self) -> float:
        """What is left, from 0 to 1, as it grows back until it is full again; 1 where nothing is known."""
        if self._limit is None:
            return 1.0
        left = self._full_at - self._clock()
        if left <= 0:
            return 1.0
        return min(1.0, self._remaining / self._limit)

    def take(self, amount: float) -> None:
        """Something is sent that will use it up before the next headers come."""
        if self._limit is not None:
            self._remaining = max(0.0, self._remaining - amount)
