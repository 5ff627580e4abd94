"""How much more often some rows fail than others, when rows of one case belong together.

Repeats of a case are not independent. Each side counts as many rows as would say as much if they were (Rao and Scott
1992, Biometrics 48: counts divided by their design effect; here by `ClusterSums.effective_n`), and the two sides are
then held together by Fisher's exact test. Without repeats nothing is divided. A side of few cases cannot tell how much
its repeats agree, so they are taken to agree at least as much as those of all rows do.
"""

import math
from array import array
from collections import Counter
from itertools import compress
from typing import Final, NamedTuple

from seatrial.metrics.patterns.records import Share
from seatrial.metrics.patterns.rows import Rows, Table
from seatrial.stats.clustered import ClusterSums
from seatrial.stats.distributions import normal_cdf
from seatrial.stats.intervals import wilson
from seatrial.stats.paired import difference_of_rates, fisher_exact

_HARDLY: Final = 0.05
"""Above this p-value nobody cares for its digits."""
_MANY: Final = 1_000
"""Expected in every cell, so that the normal distribution gives what Fisher's test does."""
_FEW: Final = 30
"""Cases, below which their own agreement is not believed."""
_DIGITS = bytes(1 if value == 49 else 0 for value in range(256))


class Side(NamedTuple):
    """Rows, how many of them failed, and how many independent rows would say as much."""

    n: int
    failed: int
    size: float

    @property
    def rate(self) -> float:
        """The failure rate; 0 without rows."""
        return self.failed / self.n if self.n else 0.0


class Difference(NamedTuple):
    """Failure rate inside minus outside, its 95 % interval, the two-sided p-value, and the standardised size."""

    difference: float
    low: float
    high: float
    p: float
    z: float


class Outcomes:
    """Counts failures in sets of rows."""

    def __init__(self, table: Table) -> None:
        self.n, self.failed, self.all = table.n, table.failed, table.all
        self._clusters = table.clusters
        self.plain = len(table.names) == table.n
        """Whether no case has a second row."""
        self._agreement = 0.0 if self.plain or not self.n else _agreement(self._sums(self.all, self.failed))

    def count(self, rows: Rows) -> tuple[int, int]:
        """Rows and failures."""
        return rows.bit_count(), (rows & self.failed).bit_count()

    def side(self, rows: Rows) -> Side:
        """Rows, failures and effective size."""
        n, failed = self.count(rows)
        if self.plain or n == 0:
            return Side(n, failed, float(n))
        sums = self._sums(rows, self.failed)
        size = sums.effective_n()
        if sums.clusters < _FEW:
            size = min(size, n / (1.0 + (_mates(sums) - 1.0) * self._agreement))
        return Side(n, failed, size)

    def share(self, rows: Rows, of: Rows) -> Share:
        """How many of the rows `of` are in `rows`, with the clustered interval."""
        n, count = of.bit_count(), (of & rows).bit_count()
        if self.plain or n == 0:
            low, high = wilson(count, n)
        else:
            low, high = self._sums(of, rows).rate().interval
        return Share(count, n, low, high)

    def _sums(self, rows: Rows, ones: Rows) -> ClusterSums:
        """Rows of each cluster, and how many of them are among `ones`."""
        counts = _by_cluster(self._clusters, rows)
        hits = _by_cluster(self._clusters, rows & ones)
        sums = ClusterSums()
        # Numbered anew, as effective sizes take memory and time for the largest number.
        for number, (cluster, n) in enumerate(counts.items()):
            sums.add(number, hits[cluster], n)
        return sums


def compared(inside: Side, outside: Side) -> Difference:
    """Both sides held together; nothing is known (p 1) where one has no rows."""
    if not inside.n or not outside.n:
        return Difference(0.0, -1.0, 1.0, 1.0, 0.0)
    a, b = inside.size, outside.size
    found = difference_of_rates(outside.rate * b, b, inside.rate * a, a)
    return Difference(*found, p_of(inside, outside), standardised(inside.rate * a, a, outside.rate * b, b))


def p_of(inside: Side, outside: Side) -> float:
    """The two-sided p-value of equal failure rates, by Fisher's exact test where its digits count."""
    a, b = max(1, round(inside.size)), max(1, round(outside.size))
    x, y = round(inside.rate * a), round(outside.rate * b)
    quick = quick_p(x, a, y, b)
    share = (x + y) / (a + b)
    expected = min(a, b) * min(share, 1.0 - share)
    return quick if quick > _HARDLY or expected >= _MANY else fisher_exact(x, a - x, y, b - y)


def quick_p(x: float, a: float, y: float, b: float) -> float:
    """The p-value of x of a against y of b by the normal distribution, with Yates's correction (1934)."""
    share = (x + y) / (a + b)
    spread = share * (1.0 - share) * (1.0 / a + 1.0 / b)
    if spread <= 0.0:
        return 1.0
    apart = max(0.0, abs(x / a - y / b) - 0.5 * (1.0 / a + 1.0 / b))
    return min(1.0, 2.0 * normal_cdf(-apart / math.sqrt(spread)))


def standardised(x: float, a: float, y: float, b: float) -> float:
    """The difference of x / a and y / b over its standard error when both are one rate; 0 when nothing varies."""
    share = (x + y) / (a + b)
    spread = share * (1.0 - share) * (1.0 / a + 1.0 / b)
    return (x / a - y / b) / math.sqrt(spread) if spread > 0.0 else 0.0


def _mates(sums: ClusterSums) -> float:
    """Rows of the case of a row, itself included, on average over rows."""
    return sum(rows * rows for _, rows, _ in sums) / sums.n


def _agreement(sums: ClusterSums) -> float:
    """How much outcomes of one case agree, 0 to 1: the intraclass correlation that makes this design effect."""
    more = _mates(sums) - 1.0
    return min(1.0, max(0.0, (sums.n / sums.effective_n() - 1.0) / more)) if more > 0.0 else 0.0


def _by_cluster(clusters: "array[int]", rows: Rows) -> Counter[int]:
    chosen = bin(rows)[:1:-1].encode().translate(_DIGITS)
    return Counter(compress(clusters, chosen))
