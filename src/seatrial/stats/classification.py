"""How well a classifier's answers and scores agree with the truth: counts by class, ranking, calibration."""

import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from seatrial.stats.distributions import tail_of
from seatrial.stats.quantiles import quantile

_DRAWS = 2_000


class Confusion(NamedTuple):
    """How often each pair of (truth, answer) came; classes in alphabetical order."""

    classes: tuple[str, ...]
    counts: dict[tuple[str, str], int]

    @property
    def n(self) -> int:
        """How many pairs there are."""
        return sum(self.counts.values())

    @property
    def accuracy(self) -> float:
        """The share of pairs that agree; NaN of none."""
        return _ratio(sum(count for (truth, answer), count in self.counts.items() if truth == answer), self.n)

    def precision(self, of: str) -> float:
        """Of those answered so, the share that is so; NaN when none was."""
        return _ratio(self._hits(of), sum(count for (_, answer), count in self.counts.items() if answer == of))

    def recall(self, of: str) -> float:
        """Of those that are so, the share answered so; NaN when none is."""
        return _ratio(self._hits(of), sum(count for (truth, _), count in self.counts.items() if truth == of))

    def f1(self, of: str) -> float:
        """2 hits / (answered so + are so): the harmonic mean of precision and recall; NaN when neither occurs."""
        both = sum(count * ((truth == of) + (answer == of)) for (truth, answer), count in self.counts.items())
        return _ratio(2 * self._hits(of), both)

    @property
    def macro_f1(self) -> float:
        """The mean of F1 over all classes that occur as truth or as answer; NaN of none."""
        return _ratio(math.fsum(self.f1(each) for each in self.classes), len(self.classes))

    @property
    def kappa(self) -> float:
        """Agreement beyond chance (Cohen 1960); NaN when chance alone agrees always."""
        truths, answers = Counter[str](), Counter[str]()
        for (truth, answer), count in self.counts.items():
            truths[truth] += count
            answers[answer] += count
        chance = _ratio(sum(truths[each] * answers[each] for each in self.classes), self.n**2)
        return _ratio(self.accuracy - chance, 1 - chance)

    def _hits(self, of: str) -> int:
        return self.counts.get((of, of), 0)


def confusion(pairs: Iterable[tuple[str, str]]) -> Confusion:
    """Count pairs of (truth, answer)."""
    counts = dict(Counter(pairs))
    return Confusion(tuple(sorted({each for pair in counts for each in pair})), counts)


def roc_auc(scores: Sequence[float], positives: Sequence[bool]) -> float:
    """Area under the ROC curve: how often a positive has the higher score than a negative, ties counting half.

    The Mann-Whitney statistic over the product of the counts (Hanley and McNeil 1982); NaN without both classes.

    Raises:
        ValueError: Lengths differ.
    """
    ranks = total = 0.0
    seen = 0
    ordered = sorted(zip(scores, positives, strict=True))
    while seen < len(ordered):
        end = seen
        while end < len(ordered) and ordered[end][0] == ordered[seen][0]:
            end += 1
        hits = sum(positive for _, positive in ordered[seen:end])
        ranks += hits * (seen + end + 1) / 2
        total += hits
        seen = end
    return _ratio(ranks - total * (total + 1) / 2, total * (len(ordered) - total))


def average_precision(scores: Sequence[float], positives: Sequence[bool]) -> float:
    """Area under the precision-recall curve as a sum of steps: precision at each threshold times the gain in recall.

    Equal scores are one threshold, as scikit-learn defines it; NaN without a positive.

    Raises:
        ValueError: Lengths differ.
    """
    ordered = sorted(zip(scores, positives, strict=True), key=lambda pair: -pair[0])
    found = gained = 0
    area = 0.0
    for i, (score, positive) in enumerate(ordered):
        gained += positive
        if i + 1 == len(ordered) or ordered[i + 1][0] != score:
            area += gained * (found + gained) / (i + 1)
            found, gained = found + gained, 0
    return _ratio(area, found)


def calibration_error(confidences: Sequence[float], right: Sequence[float], bins: int = 10) -> float:
    """Expected calibration error: the mean distance of confidence and accuracy over bins of equal width.

    Naeini et al. 2015, Guo et al. 2017. Zero at best; a small Batch has some even when all is well. NaN of none.

    Raises:
        ValueError: Lengths differ.
    """
    gaps = [0.0] * bins
    for confidence, correct in zip(confidences, right, strict=True):
        gaps[_bin(confidence, bins)] += confidence - correct
    return _ratio(math.fsum(map(abs, gaps)), len(confidences))


def calibration_noise(
    confidences: Sequence[float], clusters: Sequence[int], confidence: float = 0.95, bins: int = 10
) -> float:
    """The calibration error that confidences without any fault stay below, with half of what the confidence leaves.

    A bin's gap is its true gap plus noise, so by the triangle inequality the calibration error less this is a lower
    bound of the true one. The noise of a bin is taken as normal; rows of one cluster come out alike.

    Raises:
        ValueError: There is no row, lengths differ, or a confidence that is none.
    """
    tail = tail_of(confidence)
    shares: dict[tuple[int, int], float] = {}
    for stated, cluster in zip(confidences, clusters, strict=True):
        within = min(1.0, max(0.0, stated))
        key = _bin(stated, bins), cluster
        shares[key] = shares.get(key, 0.0) + math.sqrt(within * (1.0 - within))
    variances = [0.0] * bins
    for (place, _), share in shares.items():
        variances[place] += share * share
    errors = [math.sqrt(variance) for variance in variances if variance]
    draw = random.Random(0)  # noqa: S311  statistics, no secret
    found = sorted(math.fsum(abs(draw.gauss(0.0, error)) for error in errors) for _ in range(_DRAWS))
    return quantile(found, 1.0 - tail) / len(confidences)


def _bin(confidence: float, bins: int) -> int:
    return min(bins - 1, max(0, int(confidence * bins)))


def brier_score(confidences: Sequence[float], right: Sequence[float]) -> float:
    """The mean squared distance of confidence and outcome (Brier 1950); NaN of none.

    Raises:
        ValueError: Lengths differ.
    """
    total = math.fsum((confidence - correct) ** 2 for confidence, correct in zip(confidences, right, strict=True))
    return _ratio(total, len(confidences))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
