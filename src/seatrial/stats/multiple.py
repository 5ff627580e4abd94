"""Many comparisons at once: adjusted p-values and confidences.

An adjusted p-value may be held against alpha directly.
"""

from collections.abc import Sequence


def holm(pvalues: Sequence[float]) -> list[float]:
    """Adjusted p-values in the given order that bound the chance of any false alarm (Holm 1979).

    Valid however the comparisons depend on each other.

    Raises:
        ValueError: A p-value is not within 0 to 1.
    """
    m = len(pvalues)
    adjusted = [0.0] * m
    largest = 0.0
    for rank, index in enumerate(_ascending(pvalues)):
        largest = max(largest, min(1.0, (m - rank) * pvalues[index]))
        adjusted[index] = largest
    return adjusted


def benjamini_hochberg(pvalues: Sequence[float]) -> list[float]:
    """Adjusted p-values in the given order that bound the share of false alarms among alarms (1995).

    Valid for comparisons that are independent or positively dependent.

    Raises:
        ValueError: A p-value is not within 0 to 1.
    """
    m = len(pvalues)
    adjusted = [0.0] * m
    smallest = 1.0
    for rank, index in reversed(list(enumerate(_ascending(pvalues), start=1))):
        smallest = min(smallest, pvalues[index] * m / rank)
        adjusted[index] = smallest
    return adjusted


def bonferroni_confidence(confidence: float, m: int) -> float:
    """The confidence each of m intervals needs for all of them together to have `confidence`.

    Raises:
        ValueError: m is less than 1, or the confidence is not between 0 and 1.
    """
    if m < 1:
        raise ValueError(f"a number of comparisons must be at least 1, not {m}")
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"a confidence must lie between 0 and 1, not {confidence}")
    return 1.0 - (1.0 - confidence) / m


def _ascending(pvalues: Sequence[float]) -> list[int]:
    for p in pvalues:
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"a p-value must lie within 0 to 1, not {p}")
    return sorted(range(len(pvalues)), key=pvalues.__getitem__)
