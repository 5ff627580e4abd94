"""Whether a deployment should be asked: a circuit breaker by outcomes, rests that it asked for itself, and alarms.

The breaker after Nygard, "Release It!" (2007): closed until too many requests fail, open for a while that doubles up to
a bound, then exactly one request goes through to try (half open).
"""

from collections.abc import Callable
from typing import Final

FAILURES: Final = 5
"""So many in a row open the breaker; so does a share of `TOO_MANY` among the last."""
TOO_MANY: Final = 0.6
SMOOTH: Final = 0.1
"""Weight of the newest outcome in the share of failures."""
FIRST_REST: Final = 1.0
LONGEST_REST: Final = 60.0
LONGEST_ASKED: Final = 3600.0
"""The longest rest that a provider may ask for at once."""
ALARM_REST: Final = 60.0
QUOTA_REST: Final = 600.0


class Health:
    """The state of one deployment.

    Args:
        clock: Seconds that only go up.

    Attributes:
        alarm: What a person has to mend: `unauthorised` (its key is refused), `quota` (it is not paid for).
    """

    __slots__ = (
        *("_clock", "_failures", "_limited", "_open_until", "_rest", "_resting_until", "_share", "_trying"),
        "alarm",
    )

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures, self._share, self._rest = 0, 0.0, FIRST_REST
        self._open_until: float | None = None
        self._trying = False
        self._resting_until = 0.0
        self._limited = 0
        self.alarm: str | None = None

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

    def began(self) -> bool:
        """A request goes there; whether it is the one that tries, half open. It must be told how that one ends."""
        if self._open_until is None or self._trying:
            return False
        self._trying = True
        return True

    def succeeded(self, trial: bool = False) -> None:
        """It answered as it should."""
        self._failures = self._limited = 0
        self._share -= SMOOTH * self._share
        self.alarm = None
        if trial:
            self._open_until, self._rest, self._trying, self._share = None, FIRST_REST, False, 0.0

    def failed(self, trial: bool = False) -> None:
        """It did not answer, or with an error of its own."""
        self._failures += 1
        self._share += SMOOTH * (1 - self._share)
        if trial:
            self._trying = False
            self._rest = min(self._rest * 2, LONGEST_REST)
            self._open_until = self._clock() + self._rest
        elif self._open_until is None and (self._failures >= FAILURES or self._share >= TOO_MANY):
            self._open_until = self._clock() + self._rest

    def gave_up(self, trial: bool = False) -> None:
        """The request was withdrawn, or says nothing about the deployment: nothing was learnt."""
        if trial:
            self._trying = False

    def rest(self, seconds: float | None, trial: bool = False) -> None:
        """It has enough to do: it asked for a pause (`Retry-After`), or for None said nothing of how long."""
        self.gave_up(trial)
        now = self._clock()
        if seconds is None:
            if now < self._resting_until:
                return  # one of many that were on their way: the pause is long enough
            seconds = min(FIRST_REST * 2**self._limited, LONGEST_REST)
        self._limited = min(self._limited + 1, 10)
        self._resting_until = max(self._resting_until, now + min(seconds, LONGEST_ASKED))

    def alarmed(self, what: str, seconds: float, trial: bool = False) -> None:
        """No request can do well there until a person mends it; it is tried again after so long."""
        self.gave_up(trial)
        self.alarm = what
        self._resting_until = max(self._resting_until, self._clock() + seconds)
