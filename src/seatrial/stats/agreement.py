"""Agreement of judges: Krippendorff's alpha for any number of them with gaps, Cohen's kappa for two."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from itertools import combinations
from typing import Literal

Level = Literal["nominal", "ordinal", "interval", "ratio"]


def krippendorff_alpha(units: Sequence[Sequence[float | None]], level: Level = "nominal") -> float | None:
    """1 - observed over expected disagreement (Krippendorff 2011, "Computing Krippendorff's alpha-reliability").

    1 is entire agreement, 0 what chance would give, below 0 systematic disagreement. None when it does not exist: no
    unit has two values, or all values are equal. Level "ratio" compares every pair of distinct values; the others are
    linear in the number of values.

    Args:
        units: For each judged thing the values that the judges gave, None where one gave none.
        level: What differences mean: unequal or not (nominal), ranks, distances, or distances over sums (of values
            that are not negative).

    Raises:
        ValueError: The level is unknown, or a value is negative on level "ratio".
    """
    if level not in ("nominal", "ordinal", "interval", "ratio"):
        raise ValueError(f'the level is one of nominal, ordinal, interval and ratio, not "{level}"')
    present = ([value for value in unit if value is not None] for unit in units)
    paired = [unit for unit in present if len(unit) > 1]
    counts = Counter(value for unit in paired for value in unit)
    if len(counts) < 2:
        return None
    if level == "ratio" and min(counts) < 0:
        raise ValueError("values on a ratio scale cannot be negative")
    if level == "ordinal":
        ranks = _middle_ranks(counts)
        paired = [[ranks[value] for value in unit] for unit in paired]
        counts = Counter({ranks[value]: count for value, count in counts.items()})
    expected = _disagreement(counts, level)
    if expected == 0.0:
        return None
    observed = math.fsum(_disagreement(Counter(unit), level) / (len(unit) - 1) for unit in paired)
    return 1.0 - (counts.total() - 1) * observed / expected


def cohen_kappa(a: Sequence[Hashable], b: Sequence[Hashable]) -> float | None:
    """Agreement of two judges beyond chance (Cohen 1960); None when both gave one and the same value only.

    Raises:
        ValueError: There are no values, or the lengths differ.
    """
    n = len(a)
    if n == 0:
        raise ValueError("agreement about nothing does not exist")
    agreed = sum(x == y for x, y in zip(a, b, strict=True))
    of_a, of_b = Counter(a), Counter(b)
    by_chance = sum(count * of_b[value] for value, count in of_a.items())
    return None if by_chance == n * n else (agreed * n - by_chance) / (n * n - by_chance)


def _disagreement(counts: Counter[float], level: Level) -> float:
    """Sum of the squared difference over all ordered pairs of values."""
    if level == "nominal":
        return float(counts.total() ** 2 - sum(count * count for count in counts.values()))
    if level == "ratio":
        pairs = combinations(counts.items(), 2)
        return 2.0 * math.fsum(m * n * ((x - y) / (x + y)) ** 2 for (x, m), (y, n) in pairs)
    middle = math.fsum(_repeated(counts)) / counts.total()
    return 2.0 * counts.total() * math.fsum(count * (value - middle) ** 2 for value, count in counts.items())


def _repeated(counts: Counter[float]) -> Iterable[float]:
    return (value * count for value, count in counts.items())


def _middle_ranks(counts: Counter[float]) -> dict[float, float]:
    """The middle of each value's ranks: the ordinal difference of two values is the distance of these."""
    ranks: dict[float, float] = {}
    below = 0
    for value in sorted(counts):
        ranks[value] = below + counts[value] / 2.0
        below += counts[value]
    return ranks
