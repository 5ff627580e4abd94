"""How much a deployment still allows: by the rate-limit headers of its replies, and by its own configured limits.

Source of the names: OpenAI's guide "Rate limits" and Anthropic's "Rate limits"; other vendors use OpenAI's with plain
seconds, or leave them out. Both describe token buckets: what was used grows back evenly.
"""

import time
from collections.abc import Callable, Mapping

from seatrial.targets.durations import duration, until

Told = Mapping[bytes, bytes]


def told(headers: list[tuple[bytes, bytes]]) -> Told | None:
    """The rate-limit headers among those of a reply; None where there are none."""
    found = {name: value for name, value in headers if b"-ratelimit-" in name}
    return found or None


class Headroom:
    """What is left of one thing that is limited a minute (requests, or tokens).

    Args:
        name: `requests` or `tokens`.
        clock: Seconds that only go up.
        per_minute: What is known to be allowed, if anything.
    """

    __slots__ = ("_at", "_clock", "_grows", "_left", "_limit", "_names", "_own", "_own_at", "_own_left")

    def __init__(self, name: str, clock: Callable[[], float], per_minute: int | None = None) -> None:
        self._clock = clock
        forms = [f"x-ratelimit-{{}}-{name}", f"anthropic-ratelimit-{name}-{{}}"]
        self._names = [[form.format(what).encode() for what in ("limit", "remaining", "reset")] for form in forms]
        self._limit = self._left = self._grows = self._at = 0.0
        self._own = float(per_minute or 0)
        self._own_left, self._own_at = self._own, clock()

    def learn(self, headers: Told) -> None:
        """Read the headers of a reply; what is missing, negative or no number teaches nothing."""
        for limit_name, remaining_name, reset_name in self._names:
            limit, remaining = headers.get(limit_name, b""), headers.get(remaining_name, b"")
            if not (limit.isdigit() and remaining.isdigit() and len(limit) < 19 and len(remaining) < 19):
                continue
            if int(limit) == 0:
                continue
            self._limit, self._at = float(limit), self._clock()
            self._left = min(float(remaining), self._limit)
            seconds = _seconds(headers.get(reset_name))
            self._grows = (self._limit - self._left) / max(seconds, 0.001)

    def share(self) -> float:
        """What is left, from 0 to 1; 1 where nothing is known."""
        if not self._limit and not self._own:
            return 1.0
        now, found = self._clock(), 1.0
        if self._limit:
            found = min(1.0, max(0.0, self._left + (now - self._at) * self._grows) / self._limit)
        if self._own:
            found = min(found, max(0.0, self._grown(now)) / self._own)
        return found

    def take(self, amount: float) -> None:
        """Something is sent that will use it up before the next headers come; negative gives back."""
        if self._limit:
            self._left = min(self._left - amount, self._limit)
        if self._own:
            now = self._clock()
            self._own_left, self._own_at = min(self._grown(now) - amount, self._own), now

    def _grown(self, now: float) -> float:
        return min(self._own, self._own_left + (now - self._own_at) * self._own / 60.0)


def _seconds(reset: bytes | None) -> float:
    """Seconds until all of it is there again: a duration or a moment; a minute where it is not said."""
    if reset is None:
        return 60.0
    text = reset.decode("latin-1")
    seconds = duration(text)
    if seconds is None or seconds > 1e6:
        seconds = until(text, time.time())
    return 60.0 if seconds is None else seconds
