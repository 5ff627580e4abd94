"""Does a judge prefer long answers, or the one that it reads first? Measured by padded and swapped controls."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from seatrial.core.reading import Reading
from seatrial.core.score import Score
from seatrial.stats.clustered import ClusterSums
from seatrial.stats.paired import mcnemar_exact, paired_difference, paired_rate_difference


class Twice(NamedTuple):
    """The Scores of one answer as it is and padded; answers to one case are one cluster."""

    case: str
    plain: Score
    padded: Score


class Verbosity(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """How padding that says nothing changes what a judge says.

    `passes` and `values` are the differences padded minus plain, paired by case, with their intervals; `gained` answers
    passed only when padded, `lost` ones only when not, and `p` is McNemar's exact test of these two. `unjudged` answers
    could not be judged in one of the forms.
    """

    answers: int
    unjudged: int = 0
    plain_rate: float | None = None
    padded_rate: float | None = None
    passes: Reading | None = None
    values: Reading | None = None
    gained: int = 0
    lost: int = 0
    p: float = 1.0
    words: float = 0.0
    """How many words were added, on the mean."""

    @property
    def prefers(self) -> str:
        """`longer`, `shorter`, or nothing where neither is shown."""
        for reading in (self.passes, self.values):
            if reading is not None and reading.low is not None and reading.high is not None:
                if reading.low > 0.0:
                    return "longer"
                if reading.high < 0.0:
                    return "shorter"
        return ""


class Position(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """How often a judge that compares two answers picked the first, where it picked one; each pair was asked both ways.

    A judge without the bias picks the first in half of them. `split` pairs were decided by their order alone.
    """

    pairs: int
    first: Reading
    split: int = 0

    @property
    def prefers(self) -> str:
        """`first`, `second`, or nothing where neither is shown."""
        if self.first.low is not None and self.first.low > 0.5:
            return "first"
        return "second" if self.first.high is not None and self.first.high < 0.5 else ""


def verbosity(pairs: Sequence[Twice], words: float = 0.0) -> Verbosity:
    """The change that padding makes.

    Args:
        pairs: The Scores of each answer, plain and padded.
        words: How many words were added, on the mean.
    """
    judged = [each for each in pairs if each.plain.passed is not None and each.padded.passed is not None]
    if not judged:
        return Verbosity(answers=0, unjudged=len(pairs), words=words)
    plain = [each.plain.passed is True for each in judged]
    padded = [each.padded.passed is True for each in judged]
    gained = sum(now and not before for before, now in zip(plain, padded, strict=True))
    lost = sum(before and not now for before, now in zip(plain, padded, strict=True))
    rows = [(each.case, float(a), float(b)) for each, a, b in zip(judged, plain, padded, strict=True)]
    valued = [
        (each.case, each.plain.value, each.padded.value)
        for each in judged
        if each.plain.value is not None and each.padded.value is not None
    ]
    return Verbosity(
        answers=len(judged),
        unjudged=len(pairs) - len(judged),
        plain_rate=sum(plain) / len(judged),
        padded_rate=sum(padded) / len(judged),
        passes=_paired("passes", rows, rates=True),
        values=_paired("values", valued, rates=False) if valued else None,
        gained=gained,
        lost=lost,
        p=mcnemar_exact(lost, gained),
        words=words,
    )


def position(scores: Iterable[tuple[str, Score]]) -> Position | None:
    """How often the first was picked, from the parts `first_picked` and `asked` of (case, Score); None without any."""
    numbers: dict[str, int] = {}
    found, pairs, split = ClusterSums(), 0, 0
    for case, score in scores:
        if score.passed is None or "first_picked" not in score.parts:
            continue
        pairs += 1
        first, asked = score.parts["first_picked"], round(score.parts.get("asked", 0.0))
        split += asked == 2 and first in (0.0, 2.0)
        if asked > 0:
            found.add(numbers.setdefault(case, len(numbers)), min(first, asked), asked)
    if not pairs:
        return None
    if not found.n:
        return Position(pairs=pairs, first=Reading("first", None, unit="rate", note="it picked neither each time"))
    rate, (low, high), _ = found.rate()
    reading = Reading("first", rate, low, high, n=found.n, clusters=found.clusters, unit="rate", method="Wilson")
    return Position(pairs=pairs, first=reading, split=split)


def _paired(name: str, rows: Sequence[tuple[str, float, float]], *, rates: bool) -> Reading:
    """The mean difference, by the means of each case; verdicts that never change still leave an interval."""
    by_case: dict[str, list[tuple[float, float]]] = {}
    for case, plain, padded in rows:
        by_case.setdefault(case, []).append((plain, padded))
    before, after = ([sum(row[side] for row in of) / len(of) for of in by_case.values()] for side in (0, 1))
    value, _, low, high, _, _ = paired_difference(before, after)
    if rates:
        value, low, high = paired_rate_difference(before, after)
    least, most = (end if math.isfinite(end) else None for end in (low, high))
    return Reading(name, value, least, most, n=len(rows), clusters=len(by_case), unit="rate" if rates else "")
