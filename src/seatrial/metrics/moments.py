"""Sums over cases that can be added and taken away, so that a slice's rest costs nothing to know."""

import math

from seatrial.stats.clustered import ClusteredMean
from seatrial.stats.paired import difference_of_clustered, fisher_exact


class Moments:
    """Cases with `n` rows that sum to `s` each: what a clustered mean and Fisher's test need of them."""

    __slots__ = ("cases", "mostly_one", "n", "nn", "ns", "s", "ss")

    def __init__(self) -> None:
        self.cases = self.mostly_one = self.n = self.nn = 0
        self.s = self.ns = self.ss = 0.0

    def add(self, rows: int, total: float) -> None:
        """Take a case."""
        self.cases += 1
        self.mostly_one += 2 * total > rows
        self.n += rows
        self.nn += rows * rows
        self.s += total
        self.ns += rows * total
        self.ss += total * total

    def without(self, part: "Moments") -> "Moments":
        """What is left when some of these cases go."""
        rest = Moments()
        for name in self.__slots__:
            setattr(rest, name, getattr(self, name) - getattr(part, name))
        return rest

    @property
    def mean(self) -> float:
        """The mean over rows."""
        return self.s / self.n

    @property
    def se(self) -> float:
        """The clustered standard error of the mean (see `stats.clustered`); infinite for one case."""
        if self.cases < 2:
            return math.inf
        squares = self.ss - 2 * self.mean * self.ns + self.mean**2 * self.nn
        # What is left of equal numbers after rounding is no variance.
        squares = 0.0 if squares < 1e-12 * max(self.ss, 1e-300) else squares
        return math.sqrt(squares * self.cases / (self.cases - 1)) / self.n


def p_of_difference(a: Moments, b: Moments, of_rates: bool) -> float:
    """The two-sided p-value of no difference between cases of a and others of b.

    Rates of cases that have one row each are held together by Fisher's exact test, and so are rates of which one side
    shows no variance (a case then counts as what most of its rows are); all else by the clustered means, though never
    below what a permutation of the cases could give: a few cases that are all alike prove little.
    """
    plain = a.n == a.cases and b.n == b.cases
    if of_rates and (plain or min(a.se, b.se) == 0):
        return fisher_exact(a.mostly_one, a.cases - a.mostly_one, b.mostly_one, b.cases - b.mostly_one)
    return max(difference_of_clustered(_mean(a), _mean(b)).p, fisher_exact(a.cases, 0, 0, b.cases))


def _mean(of: Moments) -> ClusteredMean:
    return ClusteredMean(of.mean, of.se, of.cases, of.n, -math.inf, math.inf)
