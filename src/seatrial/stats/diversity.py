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
    return 1 - _pairs(counts) / (n * (n - 1)) if n > 1 else None


def simpson_resampled(drawn: Iterable[tuple[Hashable, Hashable]]) -> float | None:
    """The same of (source, item) where a source may be drawn several times: pairs of one source do not count.

    In resamples with replacement an item meets itself; counted, that would pass for sameness.
    """
    drawn = list(drawn)
    sources, items = (Counter(side).values() for side in zip(*drawn, strict=True)) if drawn else ((), ())
    itself, n = _pairs(sources), len(drawn)
    pairs = n * (n - 1) - itself
    return 1 - (_pairs(items) - itself) / pairs if pairs else None


def _pairs(counts: Iterable[int]) -> int:
    return sum(count * (count - 1) for count in counts)
