"""How far a judge and people agree: share, kappa, alpha, sensitivity and specificity, each with its interval."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from seatrial.core.reading import Reading
from seatrial.stats.clustered import ClusterSums
from seatrial.stats.distributions import t_quantile, tail_of
from seatrial.stats.intervals import wilson
from seatrial.stats.paired import fisher_exact
from seatrial.stats.rogan_gladen import Tally


class Pair(NamedTuple):
    """What a person and the judge say of one answer, 1 or 0 or a score; answers to one case are one cluster."""

    case: int
    truth: float
    said: float


class _Sums(NamedTuple):
    """All that kappa and alpha are made of; sums of parts add up to the sums of the whole."""

    n: float = 0.0
    truth: float = 0.0
    said: float = 0.0
    squares: float = 0.0
    apart: float = 0.0

    def plus(self, other: "_Sums", sign: float = 1.0) -> "_Sums":
        return _Sums(*(a + sign * b for a, b in zip(self, other, strict=True)))


def tally(hits: Iterable[tuple[int, bool]]) -> tuple[Reading, Tally]:
    """A share over rows of (case, hit), and the tally of its effective size."""
    found = ClusterSums()
    for case, hit in hits:
        found.add(case, float(hit))
    if not found.n:
        return Reading("", None, unit="rate", note="no such labels"), Tally(0.0, 0.0)
    rate, (low, high), size = found.rate()
    reading = Reading("", rate, low, high, n=found.n, clusters=found.clusters, unit="rate", method="Wilson")
    return reading, Tally(rate * size, size)


def p_of_difference(one: Iterable[tuple[int, bool]], other: Iterable[tuple[int, bool]]) -> float:
    """The p-value of two shares over rows of (case, hit) being the same: Fisher's exact test.

    It is of effective sizes, as repeats of a case are no further evidence.
    """
    (_, a), (_, b) = tally(one), tally(other)
    hits, n = (round(a.hits), round(b.hits)), (round(a.n), round(b.n))
    return fisher_exact(hits[0], n[0] - hits[0], hits[1], n[1] - hits[1])


def cohen_kappa(pairs: Sequence[Pair]) -> Reading:
    """Agreement of verdicts beyond chance (Cohen 1960), with a jackknife interval over cases."""
    return _measured("kappa", pairs, _kappa)


def krippendorff_alpha(pairs: Sequence[Pair]) -> Reading:
    """Krippendorff's alpha of person and judge, with a jackknife interval over cases.

    With two values an answer it is a ratio of sums, the same for verdicts (nominal) as for scores (interval).
    """
    return _measured("alpha", pairs, _alpha)


def _kappa(sums: _Sums) -> float | None:
    one, other = sums.truth / sums.n, sums.said / sums.n
    chance = one * other + (1.0 - one) * (1.0 - other)
    return None if chance >= 1.0 else 1.0 - sums.apart / sums.n / (1.0 - chance)


def _alpha(sums: _Sums) -> float | None:
    values = 2.0 * sums.n
    spread = values * sums.squares - (sums.truth + sums.said) ** 2
    return None if spread <= 1e-12 * values * sums.squares else 1.0 - (values - 1.0) * sums.apart / spread


def _measured(name: str, pairs: Sequence[Pair], measure: Callable[[_Sums], float | None]) -> Reading:
    parts: dict[int, _Sums] = {}
    for case, truth, said in pairs:
        own = _Sums(1.0, truth, said, truth * truth + said * said, (truth - said) ** 2)
        parts[case] = parts.get(case, _Sums()).plus(own)
    whole = _Sums()
    for part in parts.values():
        whole = whole.plus(part)
    value = measure(whole) if pairs else None
    if value is None:
        note = "all labels and verdicts are equal" if pairs else "no labels"
        return Reading(name, None, n=len(pairs), clusters=len(parts), note=note)
    low, high = _ends(whole, list(parts.values()), measure, value)
    return Reading(name, value, low, high, n=len(pairs), clusters=len(parts), method="jackknife over cases")


def _ends(
    whole: _Sums, parts: Sequence[_Sums], measure: Callable[[_Sums], float | None], value: float
) -> tuple[float | None, float]:
    without = [each for part in parts if (each := measure(whole.plus(part, -1.0))) is not None] if parts[1:] else []
    if len(without) < 2:
        return None, 1.0
    middle = math.fsum(without) / len(without)
    share = (len(without) - 1) / len(without)
    se = math.sqrt(share * math.fsum((each - middle) ** 2 for each in without))
    half = -t_quantile(tail_of(0.95), len(without) - 1) * se
    low = value - half
    if whole.apart == 0.0:
        # No disagreement yet does not mean that there is none: as much as the labels cannot rule out is put in.
        most = 1.0 - wilson(len(parts), len(parts)).low
        low = measure(whole._replace(apart=most * whole.n)) or 0.0
    return max(low, -1.0), min(value + half, 1.0)
