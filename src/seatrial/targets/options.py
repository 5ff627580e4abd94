"""How patiently and how often an endpoint is asked: small frozen values with the defaults."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import msgspec

from seatrial.core.errors import Mistake
from seatrial.targets.durations import duration


class Timeouts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds that each phase of one attempt may take.

    `connect`: name, TCP and TLS. `first_byte`: from the attempt's start, connecting included, to the first byte of the
    answer, or to its first token when it is streamed. `between_chunks`: between two reads after that. `total`: all.
    """

    connect: float = 10.0
    first_byte: float = 60.0
    between_chunks: float = 30.0
    total: float = 120.0


class Retries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often to try again what is safe to try again.

    `attempts` counts requests sent for one question; refusals for rate (429) do not use them up but `patience`: the
    seconds that one question waits for the rate limit, from its first refusal. Between attempts: a random part of
    `base` x 2^n seconds, at most `cap` (full jitter; Brooker, AWS Architecture Blog, 2015).
    """

    attempts: int = 4
    base: float = 0.5
    cap: float = 20.0
    patience: float = 600.0


class Options(msgspec.Struct, frozen=True):
    """All that is not the address."""

    timeouts: Timeouts = Timeouts()
    retries: Retries = Retries()
    max_bytes: int = 16 * 1024 * 1024
    """The largest answer that is read."""


class Nature(msgspec.Struct, frozen=True):
    """Chance and time, so that tests can put their own in."""

    random: Callable[[], float] = random.random
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic


T = TypeVar("T", Timeouts, Retries)


def options_from(settings: Mapping[str, Any]) -> Options:
    """Read the keys `timeouts`, `retries` and `max_bytes` of a target's settings; `retries` may be a plain number.

    Raises:
        Mistake: A value is not what it should be.
    """
    retries = settings.get("retries") or {}
    if isinstance(retries, int):
        retries = {"attempts": retries}
    size = settings.get("max_bytes", Options().max_bytes)
    if not isinstance(size, int) or size <= 0:
        raise Mistake("must be a whole number of bytes above 0", key="max_bytes")
    timeouts = _read(Timeouts, settings.get("timeouts") or {}, "timeouts")
    return Options(timeouts, _read(Retries, retries, "retries"), size)


def _read(kind: type[T], values: Any, key: str) -> T:
    if not isinstance(values, Mapping):
        raise Mistake(f"must be a mapping with {', '.join(kind.__struct_fields__)}", key=key)
    plain = {name: duration(value) if isinstance(value, str) else value for name, value in values.items()}
    try:
        made = msgspec.convert(plain, kind)
    except msgspec.ValidationError as error:
        raise Mistake(f"{error}; allowed are {', '.join(kind.__struct_fields__)}", key=key) from None
    for name in kind.__struct_fields__:
        lowest_allowed = name in ("base", "cap", "patience")
        value = getattr(made, name)
        if not (value > 0 or (lowest_allowed and value == 0)):
            raise Mistake(f"{value} is too small; it must be above 0", key=f"{key}.{name}")
    return made
