"""Whether a deployment should be asked: a circuit breaker by outcomes, and rests that it asked for itself.

The breaker after Nygard, "Release It!" (2007): closed until `failures` in a row, open for a while that doubles up to a
bound, then one request goes through to try (half open).
"""

from collections.abc import Callable

FAILURES = 5
FIRST_REST = 1.0
LONGEST_REST = 60.0


class Health:
    """The state of one deployment.

    Args:
        clock: Seconds that only go up.
    """

    __slots__ = ("_clock", "_failures", "_open_until", "_rest", "_resting_until", "_trying")

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures, self._rest = 0, FIRST_REST
        self._open_until: float | None = None
        self._trying = False
        self._resting_until = 0.0

    @property
    def state(self) -> str:
        """`closed` (well), `open` (not asked), `half open` (one may try) or `resting` (it asked for a pause)."""
        if self._clock() < self._resting_until:
            return "resting"
        if self._open_until is None:
            return "closed"
        return "half open" if self._clock() >= self._open_until else "open"

    def available(self) -> bool:
        """Whether a request may go there now."""
        if not self._resting_until and self._open_until is None:
            return True
        now = self._clock()
        if now < self._resting_until:
            return False
        self._resting_until = 0.0
        return self._open_until is None or (now >= self._open_until and not self._trying)

    def wait(self) -> float:
        """Seconds until it may be asked again; 0 when it may be now."""
        return max(0.0, max(self._resting_until, self._open_until or 0.0) - self._clock())

    def began(self) -> None:
        """A request goes there: half open, it is the one that tries."""
        if self._open_until is not None:
            self._trying = True

    def succeeded(self) -> None:
        """It answered as it should."""
        self._failures = 0
        if self._open_until is not None:
            self._open_until, self._rest, self._trying = None, FIRST_REST, False

    def failed(self) -> None:
        """It did not answer, or with an error of its own."""
        self._failures += 1
        if self._trying or self._failures >= FAILURES:
            if self._open_until is not None:
                self._rest = min(self._rest * 2, LONGEST_REST)
            self._open_until = self._clock() + self._rest
            self._trying = False

    def gave_up(self) -> None:
        """The request was withdrawn: nothing was learnt."""
        self._trying = False

    def rest(self, seconds: float) -> None:
        """It asked to be left alone (`Retry-After`)."""
        self._resting_until = max(self._resting_until, self._clock() + min(seconds, 3600.0))
