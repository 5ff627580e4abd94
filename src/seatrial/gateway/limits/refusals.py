"""How a limit says no, and what it tells of itself: OpenAI's error and its `x-ratelimit-*` headers.

Source: OpenAI's guide "Rate limits", and what its API sends: types `requests` and `tokens`, code
`rate_limit_exceeded`, resets as durations (`9ms`, `1s`, `6m0s`) until the whole amount is there again.
"""

from collections.abc import Sequence
from math import ceil, isinf
from typing import Final

from seatrial.gateway.limits.meter import Meter
from seatrial.gateway.wire.errors import Refusal

_NAMES: Final = tuple(
    (what, tuple(f"x-ratelimit-{part}-{what}".encode() for part in ("limit", "remaining", "reset")))
    for what in ("requests", "tokens")
)
Left = tuple[Meter, int, float]
"""A meter, how many may still come, seconds until it is whole."""


def refused(meter: Meter, wait: float, count: int) -> Refusal:
    """429: no room under a limit.

    Args:
        meter: The limit.
        wait: Seconds until there is room; infinite when there never will be.
        count: Tokens that the request may take.
    """
    if meter.what == "concurrency":
        message = f"{meter.amount} requests of {meter.owner} are in flight, and more may not be at the same time."
        return Refusal(429, "requests", "concurrency_exceeded", message, headers=_later(wait))
    bound = f"The limit of {meter.owner} is {meter.amount:,} {meter.what} a minute"
    if isinf(wait):
        message = f"{bound}, and this request alone may take {count:,}: make it shorter, or set `max_tokens` lower."
        return Refusal(429, meter.what, "rate_limit_exceeded", message, headers=((b"x-should-retry", b"false"),))
    message = f"{bound}; come again in {span(wait)}."
    return Refusal(429, meter.what, "rate_limit_exceeded", message, headers=_later(wait))


def headers_of(lefts: Sequence[Left]) -> list[tuple[bytes, bytes]]:
    """`x-ratelimit-{limit,remaining,reset}-{requests,tokens}` of the scarcest limit of each."""
    found: list[tuple[bytes, bytes]] = []
    for what, (limit, remaining, reset) in _NAMES:
        least, scarcest = 2.0, None
        for left in lefts:
            meter = left[0]
            if meter.what == what and left[1] < least * meter.amount:
                least, scarcest = left[1] / meter.amount, left
        if scarcest is not None:
            found += (
                (limit, b"%d" % scarcest[0].amount),
                (remaining, b"%d" % scarcest[1]),
                (reset, span(scarcest[2]).encode()),
            )
    return found


def span(seconds: float) -> str:
    """`9ms`, `1s`, `6m0s`: rounded up."""
    if seconds <= 0.999:
        return f"{ceil(seconds * 1000)}ms"
    whole = ceil(seconds)
    return f"{whole}s" if whole < 60 else f"{whole // 60}m{whole % 60}s"


def _later(wait: float) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"retry-after", b"%d" % max(1, ceil(wait))), (b"retry-after-ms", b"%d" % max(1, ceil(wait * 1000))))
