"""When and how soon something is tried again."""

import random
import time
from typing import Final

from seatrial.gateway.config import Retry
from seatrial.gateway.upstream.reply import Reply
from seatrial.targets.durations import LONGEST_WAIT, duration, until

FEW: Final = 10.0
"""Tries again that are always allowed, so that a quiet route may try again, too."""
MOST_SAVED: Final = 100.0


class RetryBudget:
    """How many tries again there may be: a share of the requests of late, and a few always.

    After Finagle's retry budgets: every request puts in `share` of a try, up to a bound; a try again takes out one.

    Args:
        share: How many tries again each request allows.
    """

    __slots__ = ("_balance", "_share")

    def __init__(self, share: float) -> None:
        self._share, self._balance = share, FEW if share else 0.0

    def asked(self) -> None:
        """A request came."""
        self._balance = min(self._balance + self._share, MOST_SAVED)

    def take(self) -> bool:
        """Whether there may be one more try."""
        if self._balance < 1:
            return False
        self._balance -= 1
        return True


def retry_after(reply: Reply) -> float | None:
    """Seconds, by `retry-after-ms`, else `retry-after` (RFC 9110, section 10.2.3); None when neither says anything."""
    exact, rough = reply.header(b"retry-after-ms"), reply.header(b"retry-after")
    if exact is not None and (milliseconds := duration(exact.decode("latin-1"))) is not None:
        return min(milliseconds / 1000, LONGEST_WAIT)
    return until(rough.decode("latin-1"), time.time()) if rough is not None else None


def pause(retry: Retry, attempt: int) -> float:
    """Full jitter (Brooker, "Exponential Backoff and Jitter", 2015) before the same deployment is asked once more."""
    return random.uniform(0, min(retry.cap, retry.base * 2 ** (attempt - 1)))  # noqa: S311  no secret
