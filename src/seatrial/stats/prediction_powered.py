"""The mean of true values of which few are known, made precise by predictions of all of them.

Prediction-powered inference (Angelopoulos et al. 2023, Science 382, 669-674), with power tuning (PPI++, Angelopoulos,
Duchi and Zrnic 2023, arXiv 2311.01453): the mean prediction where the truth is unknown, put right by the mean error
where it is known. It asks nothing of the predictions, but the known items must be drawn at random from all.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from seatrial.stats.distributions import t_quantile, tail_of


class Known(NamedTuple):
    """An item whose truth is known; items of one cluster (repeats of a case) are not independent."""

    cluster: int
    truth: float
    predicted: float


class Unknown(NamedTuple):
    """An item of which there is a prediction only."""

    cluster: int
    predicted: float


class Rectified(NamedTuple):
    """The mean of all true values.

    `weight` is how much the predictions count: 0 leaves them out, 1 is the untuned estimate. `by_labels` and
    `by_answers` are the parts of the variance that more known and more unknown items would lessen.
    """

    mean: float
    low: float
    high: float
    se: float
    weight: float
    by_labels: float
    by_answers: float


def rectified_mean(
    known: Sequence[Known],
    unknown: Sequence[Unknown],
    *,
    weight: float | None = None,
    doubt: float = 0.0,
    confidence: float = 0.95,
) -> Rectified:
    """Mean of predictions where the truth is unknown, plus mean error where it is known.

    The spread is taken between clusters, with the finite-cluster factor and Student's t of the known clusters, as
    these are few. Without clusters and factor it is the paper's.

    Args:
        known: At least two clusters.
        unknown: The other items; none are needed.
        weight: How much predictions count, 0 to 1; None takes what makes the variance least.
        doubt: Known items that contradict their prediction by one unit, half of them up and half down, that are added
            to the spread: a few dozen known items without an error do not show that there is none.
        confidence: Two-sided.

    Raises:
        ValueError: Fewer than two known clusters, or a weight, doubt or confidence out of range.
    """
    tail = tail_of(confidence)
    clusters = len({item.cluster for item in known})
    if clusters < 2:
        raise ValueError("a rectified mean needs the truth of at least two clusters")
    if doubt < 0.0 or (weight is not None and not 0.0 <= weight <= 1.0):
        raise ValueError("the weight of predictions is 0 to 1, the doubt is not negative")
    truths = _sums((item.cluster, item.truth) for item in known)
    errors = _sums((item.cluster, item.predicted) for item in known)
    others = _sums((item.cluster, item.predicted) for item in unknown)
    if weight is None:
        weight = _least_variance(truths, errors, others)
    if not others.rows:
        weight = 0.0
    factor = clusters / (clusters - 1)
    corrections = _influences(truths, errors, -weight)
    predictions = {cluster: weight * each for cluster, each in _influences(others).items()}
    by_labels = factor * math.fsum(each * each for each in corrections.values()) + doubt / (truths.n + doubt) ** 2
    by_answers = factor * math.fsum(each * each for each in predictions.values())
    both = 2.0 * factor * math.fsum(each * predictions.get(cluster, 0.0) for cluster, each in corrections.items())
    se = math.sqrt(max(by_labels + by_answers + both, 0.0))
    mean = truths.mean + weight * (others.mean - errors.mean)
    half = -t_quantile(tail, clusters - 1) * se
    return Rectified(mean, mean - half, mean + half, se, weight, by_labels, by_answers)


class _Sums(NamedTuple):
    """Rows and sum of each cluster."""

    rows: dict[int, int]
    totals: dict[int, float]
    n: int
    mean: float


def _sums(items: Iterable[tuple[int, float]]) -> _Sums:
    rows: dict[int, int] = {}
    totals: dict[int, float] = {}
    for cluster, value in items:
        rows[cluster] = rows.get(cluster, 0) + 1
        totals[cluster] = totals.get(cluster, 0.0) + value
    n = sum(rows.values())
    return _Sums(rows, totals, n, math.fsum(totals.values()) / n if n else 0.0)


def _influences(first: _Sums, second: _Sums | None = None, factor: float = 0.0) -> dict[int, float]:
    """How far each cluster moves the mean of `first + factor * second`; the two are of the same rows."""
    found = {c: (first.totals[c] - rows * first.mean) / first.n for c, rows in first.rows.items()}
    if second is not None:
        for c, rows in second.rows.items():
            found[c] += factor * (second.totals[c] - rows * second.mean) / second.n
    return found


def _least_variance(truths: _Sums, errors: _Sums, others: _Sums) -> float:
    """The weight of PPI++: cov(truth, prediction) over the variance of the difference of mean predictions."""
    fixed = _influences(truths)
    moving = {cluster: -each for cluster, each in _influences(errors).items()}
    for cluster, each in _influences(others).items():
        moving[cluster] = moving.get(cluster, 0.0) + each
    spread = math.fsum(each * each for each in moving.values())
    if spread <= 0.0:
        return 0.0
    covariance = math.fsum(each * moving[cluster] for cluster, each in fixed.items())
    return min(max(-covariance / spread, 0.0), 1.0)
