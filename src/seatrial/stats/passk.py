"""pass@k and pass^k from n tries of which c were right.

pass@k: at least one of k tries is right (Chen et al. 2021, arXiv 2107.03374). pass^k: all k are right (Yao et al. 2024,
arXiv 2406.12045). Both are unbiased over all ways to draw k of the n tries, and do not exist when n < k.
"""

import math


def pass_at_k(n: int, c: int, k: int) -> float | None:
    """1 - C(n - c, k) / C(n, k), or None when n < k.

    Raises:
        ValueError: c is not within 0 to n, or k is less than 1.
    """
    _check(n, c, k)
    if n < k:
        return None
    if c == 0 or n - c < k:
        return 1.0 if c else 0.0
    # k factors 1 - c / (n - j), or c factors 1 - k / (n - j): the same number.
    few, many = min(k, c), max(k, c)
    return -math.expm1(math.fsum(math.log1p(-many / (n - j)) for j in range(few)))


def pass_hat_k(n: int, c: int, k: int) -> float | None:
    """C(c, k) / C(n, k), or None when n < k.

    Raises:
        ValueError: c is not within 0 to n, or k is less than 1.
    """
    _check(n, c, k)
    if n < k:
        return None
    if c < k:
        return 0.0
    few, many = min(k, n - c), max(k, n - c)
    return math.exp(math.fsum(math.log1p(-many / (n - j)) for j in range(few)))


def _check(n: int, c: int, k: int) -> None:
    if not 0 <= c <= n:
        raise ValueError(f"{c} right of {n} tries are not possible")
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
