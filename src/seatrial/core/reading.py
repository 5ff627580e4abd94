"""A Reading: what a Metric says of a Batch, with its uncertainty."""

from typing import Literal

import msgspec

Direction = Literal["up", "down"]
"""Which way is better."""


class Reading(msgspec.Struct, frozen=True, omit_defaults=True):
    """A value with its interval.

    `value` is None when nothing could be measured (`note` says why); `low` and `high` are None where the interval has
    no end on that side. `n` is how many rows the value stands on and `asked` how many were asked; `clusters` how many
    independent cases. Rates are 0 to 1, durations seconds, costs units of `unit`.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    asked: int = 0
    clusters: int = 0
    not_judged: int = 0
    unit: str = ""
    direction: Direction = "up"
    confidence: float = 0.95
    method: str = ""
    slice: tuple[tuple[str, str], ...] = ()
    p: float | None = None
    """Adjusted p-value where the Reading is one of many comparisons."""
    note: str = ""
