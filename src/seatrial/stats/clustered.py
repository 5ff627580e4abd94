"""Means and rates of rows that belong together: repeats of one case, questions on one text.

Rows of a cluster are not independent, so the spread is taken between clusters (Miller 2024, arXiv 2411.00640, section
2.2), with the finite-cluster factor C / (C - 1) and Student's t with C - 1 degrees of freedom. Per cluster only its
number of rows and its sum are kept.
"""

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from seatrial.stats.distributions import t_quantile, tail_of
from seatrial.stats.intervals import Interval, wilson


class ClusteredMean(NamedTuple):
    """A mean with its clustered standard error; of one cluster nothing is known, so the error is infinite."""

    mean: float
    se: float
    clusters: int
    n: int
    low: float
    high: float


class ClusteredRate(NamedTuple):
    """A rate, its interval and the number of independent rows that would say as much."""

    rate: float
    interval: Interval
    n_eff: float


class ClusterSums:
    """Rows and sum of every cluster; sums of parts merge into the sums of the whole.

    Clusters are numbered from 0, without large holes: they are places in two arrays, because dictionaries of a hundred
    thousand cases would be most of the memory of a run.
    """

    __slots__ = ("_rows", "_sums", "clusters", "n")

    def __init__(self) -> None:
        self._rows, self._sums = array("q"), array("d")
        self.n = 0
        self.clusters = 0

    def add(self, cluster: int, value: float, rows: int = 1) -> None:
        """Take `rows` rows, at least one, of a cluster whose values sum to `value`.

        Raises:
            ValueError: The cluster's number is negative.
        """
        if cluster >= len(self._rows):
            more = cluster + 1 - len(self._rows)
            self._rows.extend([0] * more)
            self._sums.extend([0.0] * more)
        elif cluster < 0:
            raise ValueError("clusters are numbered from 0")
        self.clusters += not self._rows[cluster]
        self._rows[cluster] += rows
        self._sums[cluster] += value
        self.n += rows

    def merge(self, other: "ClusterSums") -> None:
        """Take all rows of another; a cluster that both know stays one cluster."""
        for cluster, rows, total in other:
            self.add(cluster, total, rows)

    def __iter__(self) -> Iterator[tuple[int, int, float]]:
        """Each cluster that has rows: its number, its rows and their sum."""
        for cluster, rows in enumerate(self._rows):
            if rows:
                yield cluster, rows, self._sums[cluster]

    def mean(self, confidence: float = 0.95) -> ClusteredMean:
        """Mean over rows and its clustered interval.

        Raises:
            ValueError: There are no rows, a value is not a finite number, or the confidence is not between 0 and 1.
        """
        tail = tail_of(confidence)
        n, clusters = self.n, self.clusters
        mean, se = self._mean_and_error(n, clusters)
        half = -t_quantile(tail, clusters - 1) * se if clusters > 1 else math.inf
        return ClusteredMean(mean, se, clusters, n, mean - half, mean + half)

    def effective_n(self) -> float:
        """How many independent rows would give a rate the same standard error; see the function of this name.

        Raises:
            ValueError: There are no rows, or a value is not a finite number.
        """
        n, clusters = self.n, self.clusters
        mean, se = self._mean_and_error(n, clusters)
        if mean in (0.0, 1.0):
            return float(clusters)
        # Rows of a cluster can at most agree entirely; then unequal clusters count as this many equal ones.
        fewest = n * n / sum(rows * rows for rows in self._rows)
        return float(n) if se == 0.0 else min(max(mean / se * ((1.0 - mean) / se), fewest), float(n))

    def rate(self, confidence: float = 0.95) -> ClusteredRate:
        """Rate over rows with a Wilson interval of its effective size; see `clustered_rate`.

        Raises:
            ValueError: There are no rows, a value is not within 0 to 1, or the confidence is not between 0 and 1.
        """
        tail = tail_of(confidence)
        n, clusters = self.n, self.clusters
        rate, _ = self._mean_and_error(n, clusters)
        if not all(0.0 <= total <= rows for rows, total in zip(self._rows, self._sums, strict=True)):
            raise ValueError("a rate is of values within 0 to 1")
        size = self.effective_n()
        if 1 < clusters < n:
            size *= (t_quantile(tail, n - 1) / t_quantile(tail, clusters - 1)) ** 2
        return ClusteredRate(rate, wilson(rate * size, size, confidence), size)

    def _mean_and_error(self, n: int, clusters: int) -> tuple[float, float]:
        if n == 0:
            raise ValueError("a mean of no rows does not exist")
        mean = math.fsum(self._sums) / n
        if not math.isfinite(mean):
            raise ValueError("a mean is of finite numbers only")
        if clusters < 2:
            return mean, math.inf
        apart = math.hypot(*(total - rows * mean for rows, total in zip(self._rows, self._sums, strict=True)))
        return mean, apart * math.sqrt(clusters / (clusters - 1)) / n


class RepeatVariance(NamedTuple):
    """Where the spread of repeated cases comes from: `variance` of the mean = (between + within * inverse) / cases.

    `between` is the variance of the cases' true means, `within` the mean variance of one case's repeats (NaN when no
    case was repeated: the two cannot be told apart), `inverse` the mean of 1 / repeats.
    """

    between: float
    within: float
    inverse: float
    cases: int
    variance: float


def cluster_sums(values: Iterable[float], clusters: Sequence[int]) -> ClusterSums:
    """Rows and sums by cluster; clusters are numbered by first appearance where their numbers have large holes.

    Raises:
        ValueError: The two are not equally long.
    """
    found = ClusterSums()
    if clusters and not 0 <= min(clusters) <= max(clusters) <= 4 * len(clusters):
        numbers = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
        clusters = [numbers[cluster] for cluster in clusters]
    for value, cluster in zip(values, clusters, strict=True):
        found.add(cluster, value)
    return found


def clustered_mean(values: Sequence[float], clusters: Sequence[int], confidence: float = 0.95) -> ClusteredMean:
    """Mean over rows, its clustered standard error and interval (Student's t with C - 1 degrees of freedom).

    Args:
        values: One finite number per row.
        clusters: The cluster of each row.
        confidence: Two-sided.

    Raises:
        ValueError: There are no rows, the lengths differ, a value is not finite, or the confidence is no confidence.
    """
    return cluster_sums(values, clusters).mean(confidence)


def effective_n(values: Sequence[float], clusters: Sequence[int]) -> float:
    """Independent rows that would say as much: p (1 - p) / SE^2 with the clustered SE (Korn and Graubard 1998).

    At most the number of rows, at least (sum m)^2 / sum m^2 for clusters of m rows (their number, if equally large):
    so much is left when the rows of each cluster agree entirely. The number of clusters when p is 0 or 1.

    Raises:
        ValueError: There are no rows, the lengths differ, or a value is not finite.
    """
    return cluster_sums(values, clusters).effective_n()


def clustered_rate(values01: Sequence[float], clusters: Sequence[int], confidence: float = 0.95) -> ClusteredRate:
    """A rate with the Wilson interval of its effective size, shrunk by t (Korn and Graubard 1998, Survey Methodology).

    The effective size is multiplied by (t of n - 1 / t of C - 1)^2. When every cluster has one row this is Wilson's
    interval. Values between 0 and 1 may stand for partial success; then the interval is wider than it need be.

    Raises:
        ValueError: There are no rows, the lengths differ, a value is not within 0 to 1, or the confidence is none.
    """
    return cluster_sums(values01, clusters).rate(confidence)


def repeat_variance(per_case_values: Sequence[Sequence[float]]) -> RepeatVariance:
    """Splits the variance of a mean over repeated cases into that between cases and that within them.

    The mean is that of the cases' means, so every case weighs the same (Miller 2024, arXiv 2411.00640, section 3.1).

    Args:
        per_case_values: For each case its repeats, at least one; cases may differ in how many.

    Raises:
        ValueError: There are fewer than two cases, or a case has no value.
    """
    cases = len(per_case_values)
    if cases < 2 or not all(per_case_values):
        raise ValueError("variance between cases needs at least two cases with at least one value each")
    observed = _variance([math.fsum(values) / len(values) for values in per_case_values])
    inverse = math.fsum(1.0 / len(values) for values in per_case_values) / cases
    repeated = [_variance(values) for values in per_case_values if len(values) > 1]
    if not repeated:
        return RepeatVariance(observed, math.nan, inverse, cases, observed / cases)
    within = math.fsum(repeated) / len(repeated)
    between = max(0.0, observed - within * inverse)
    return RepeatVariance(between, within, inverse, cases, (between + within * inverse) / cases)


def intraclass_correlation(values: Sequence[float], clusters: Sequence[int]) -> float | None:
    """How much rows of a cluster agree beyond chance: the analysis-of-variance estimate ICC(1) (Fisher 1925).

    1 when they agree entirely, about 0 when the cluster says nothing. None when there is one cluster only, no cluster
    has two rows, or all values are equal.

    Raises:
        ValueError: The lengths differ.
    """
    groups: dict[int, array[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        groups.setdefault(cluster, array("d")).append(value)
    n, c = len(values), len(groups)
    if c < 2 or n == c:
        return None
    mean = math.fsum(values) / n
    between = math.fsum(len(g) * (math.fsum(g) / len(g) - mean) ** 2 for g in groups.values()) / (c - 1)
    within = math.fsum(_variance(g) * (len(g) - 1) for g in groups.values() if len(g) > 1) / (n - c)
    size = (n - sum(len(g) ** 2 for g in groups.values()) / n) / (c - 1)
    spread = between + (size - 1.0) * within
    return None if spread == 0.0 else (between - within) / spread


def design_effect(m: float, icc: float) -> float:
    """1 + (m - 1) ICC: how many times the variance of independent rows clusters of m rows have (Kish 1965)."""
    return 1.0 + (m - 1.0) * icc


def _variance(values: Sequence[float]) -> float:
    middle = math.fsum(values) / len(values)
    return math.fsum((value - middle) ** 2 for value in values) / (len(values) - 1)
