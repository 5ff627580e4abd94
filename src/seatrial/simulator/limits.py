"""Requests and tokens a minute as two buckets that fill again, and the headers that tell a client about them."""

import time
from collections.abc import Callable
from typing import NamedTuple

from seatrial.simulator.schema import Limits

_ROUNDING = 1e-6  # who waited exactly as long as told must be let in, whatever the sums of fractions lost


class Refusal(NamedTuple):
    """Why a request is refused: `requests` or `tokens`, the limit, and the seconds until there is room."""

    unit: str
    limit: int
    wait: float


class _Bucket:
    """Holds up to `size`, filled at `size` a minute."""

    def __init__(self, size: int, now: float) -> None:
        self.size, self.level, self._at = size, float(size), now

    def refill(self, now: float) -> None:
        self.level = min(self.size, self.level + (now - self._at) * self.size / 60)
        self._at = now

    def wait(self, amount: float) -> float:
        return max(0.0, (amount - self.level) * 60 / self.size)


class RateLimits:
    """The limits of one server.

    Args:
        limits: Their sizes; None for a server without limits, which sends no such headers.
        clock: Seconds that only grow.
    """

    def __init__(self, limits: Limits | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets = {} if limits is None else {"requests": limits.rpm, "tokens": limits.tpm}
        self._levels = {unit: _Bucket(size, clock()) for unit, size in self._buckets.items()}

    def take(self, tokens: int) -> Refusal | None:
        """Take one request of so many tokens out of the buckets, or say why it can not be."""
        now = self._clock()
        amounts = {"requests": 1.0, "tokens": float(tokens)}
        for unit, bucket in self._levels.items():
            bucket.refill(now)
            if bucket.level + _ROUNDING < amounts[unit]:
                return Refusal(unit, bucket.size, bucket.wait(amounts[unit]))
        for unit, bucket in self._levels.items():
            bucket.level -= amounts[unit]
        return None

    def headers(self) -> dict[str, str]:
        """The x-ratelimit-* headers; resets are durations until the bucket is full again."""
        now = self._clock()
        found: dict[str, str] = {}
        for unit, bucket in self._levels.items():
            bucket.refill(now)
            found[f"x-ratelimit-limit-{unit}"] = str(bucket.size)
            found[f"x-ratelimit-remaining-{unit}"] = str(int(bucket.level))
            found[f"x-ratelimit-reset-{unit}"] = duration(bucket.wait(bucket.size))
        return found


def duration(seconds: float) -> str:
    """A duration as OpenAI writes it: `9ms`, `1s`, `1.5s`, `6m0s`."""
    milliseconds = round(seconds * 1000)
    if milliseconds < 1000:
        return f"{milliseconds}ms"
    minutes, rest = divmod(milliseconds, 60_000)
    plain = f"{rest / 1000:.3f}".rstrip("0").rstrip(".")
    return f"{minutes}m{plain}s" if minutes else f"{plain}s"
