"""Quantiles by linear interpolation (Hyndman and Fan 1996, definition 7: what numpy and R do unasked)."""

import math
from collections.abc import Iterable, Sequence


def quantile(sorted_values: Sequence[float], q: float) -> float:
    """The q-quantile of values that are sorted already.

    Args:
        sorted_values: At least one number, ascending.
        q: Share of the values below, 0 to 1.

    Raises:
        ValueError: No values, or q is not within 0 to 1.
    """
    if not sorted_values:
        raise ValueError("a quantile of no values does not exist")
    if not 0.0 <= q <= 1.0:
        raise ValueError(f"a quantile's share must lie within 0 to 1, not {q}")
    place = q * (len(sorted_values) - 1)
    below = math.floor(place)
    low = sorted_values[below]
    part = place - below
    if part == 0.0:
        return low
    high = sorted_values[below + 1]
    return low if low == high else low + (high - low) * part


def percentiles(values: Iterable[float], shares: Sequence[float] = (0.5, 0.9, 0.95, 0.99)) -> tuple[float, ...]:
    """Several quantiles of values in any order, one per share.

    Raises:
        ValueError: No values, or a share is not within 0 to 1.
    """
    ordered = sorted(values)
    return tuple(quantile(ordered, share) for share in shares)
