"""How different things are from each other."""

from collections import Counter
from collections.abc import Hashable, Iterable


def simpson(items: Iterable[Hashable]) -> float | None:
    """The chance that two different draws are unequal: 1 - sum c (c - 1) / (n (n - 1)), None of fewer than two.

    Simpson's index (Nature 163, 1949) in its unbiased form: unlike a count of different items, it does not depend on
    how many were drawn.
    """
    counts = Counter(items).values()
    n = sum(counts)
    return 1 - sum(count * (count - 1) for count in counts) / (n * (n - 1)) if n > 1 else None
