"""`checks.NAME.corpus`: a measure of the whole Batch from the sums that a check leaves with each answer.

BLEU of a corpus is not the mean of its sentences' BLEU. The parts of a Score say which formula is meant, see
`text.corpus`.
"""

import math
import random
from array import array
from collections.abc import Sequence

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.reading import Direction, Reading
from seatrial.metrics import rows
from seatrial.metrics.check_metrics import UNJUDGED, OfCheck, without_part
from seatrial.metrics.resampled import WITHIN_ONE, Picked, Resampled
from seatrial.text.corpus import Formula, formula_of

GROUPS = 256


class Corpus(msgspec.Struct, frozen=True, kw_only=True):
    """The measure that a check's sums make, with an interval by resampling cases.

    Its direction is up; the Reading of an error rate says down.
    """

    name: str
    of: OfCheck
    unit: str = ""
    direction: Direction = "up"

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The measure of the added sums, over how many of how many asked."""
        full, why = self.of.full_name(batch)
        formula, columns = _columns(batch, full) if full else (None, {})
        unjudged = sum(value == 1 for value in batch.column(f"{UNJUDGED}{full}")) if full else 0
        if formula is None:
            empty = Reading(self.name, None, not_judged=unjudged, direction=self.direction, confidence=confidence)
            return rows.nothing(empty, batch, why or f"the check {full} leaves no sums to make a corpus measure of")
        sums, cases = _sums(batch, list(columns.values()))
        picked = _grouped(sums, cases)
        metric = Resampled(
            name=self.name,
            pick=lambda _: picked,
            statistic=lambda sums: _value(formula, list(columns), sums),
            direction="up" if formula.more_is_better else "down",
            within=WITHIN_ONE if formula.more_is_better else (0.0, math.inf),
        )
        reading = metric.measure(batch, confidence)
        counts = {"n": len(sums), "asked": len(sums) + unjudged, "not_judged": unjudged, "clusters": len(set(cases))}
        return msgspec.structs.replace(reading, **counts)


def corpus(of: OfCheck) -> Corpus:
    """`checks.NAME.corpus`.

    Raises:
        Mistake: Something stands behind it.
    """
    return Corpus(name=of.name, of=without_part(of))


def _columns(batch: Batch, check: str) -> "tuple[Formula | None, dict[str, array[float]]]":
    """The formula of a check's parts, and the column of each part of it."""
    start = f"part:{check}:"
    names = [name.removeprefix(start) for name in batch.columns if name.startswith(start)]
    formula = formula_of(names)
    if formula is None:
        return None, {}
    own = [name for name in names if name.startswith(f"{formula.name}.")]
    return formula, {name: batch.column(start + name) for name in own}


def _sums(batch: Batch, columns: "Sequence[array[float]]") -> tuple[list[Sequence[float]], list[int]]:
    """The sums of each answer that was judged, and its case."""
    found: list[Sequence[float]] = []
    cases = []
    for *sums, case in zip(*columns, batch.cases.rows, strict=True):
        if not any(map(math.isnan, sums)):
            found.append(sums)
            cases.append(case)
    return found, cases


def _grouped(sums: Sequence[Sequence[float]], cases: Sequence[int]) -> Picked:
    """Answers added up by case; of many cases, by groups of cases, which vary as much and are drawn faster."""
    order = list(dict.fromkeys(cases))
    # By chance: groups by order would each hold the same share of cases that take turns in a file.
    random.Random(0).shuffle(order)  # noqa: S311  statistics, no secret
    places = {case: place % GROUPS for place, case in enumerate(order)}
    groups: dict[int, list[Sequence[float]]] = {}
    for row, case in zip(sums, cases, strict=True):
        groups.setdefault(places[case], []).append(row)
    added = [[math.fsum(column) for column in zip(*group, strict=True)] for group in groups.values()]
    return Picked(added, list(groups), "the check judged nothing")


def _value(formula: Formula, names: Sequence[str], sums: Sequence[Sequence[float]]) -> float:
    totals = map(sum, zip(*sums, strict=True))
    return formula.of(dict(zip(names, totals, strict=True)))
