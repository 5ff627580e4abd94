"""Consistency: do similar questions get the same answer, be it right or wrong?

Of a group of Probes, by the check `same_answer`, which holds each child's answer against that to its original. Of a
plain suite, by the tag `group`: cases that carry the same value ask the same.
"""

import math
from array import array
from collections.abc import Sequence
from itertools import combinations, islice
from typing import Any, ClassVar

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.reading import Direction, Reading
from seatrial.metrics import rows
from seatrial.metrics.check_metrics import PASSED, UNJUDGED
from seatrial.metrics.rates import share
from seatrial.metrics.resampled import Picked, Resampled
from seatrial.stats.clustered import ClusterSums

CHECK = "same_answer"
"""The check that compares; of a group that is judged by several of them, one that is called so counts."""
MOST_PAIRS = 1_000
"""Of a group of similar cases, so many pairs of answers are compared."""
NO_CHECK = f"no answer was held against that to its original: give the group `checks: [{CHECK}]`"
NO_GROUPS = "no case was made by a probe, and none has the tag `group`, which says what asks the same"


class Consistency(msgspec.Struct, frozen=True, kw_only=True):
    """The share of answers that are the same as the answer to what asks the same."""

    name: str = "consistency"
    unit: str = "rate"
    direction: Direction = "up"
    with_originals: ClassVar[bool] = False

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """Of children by `same_answer`, with those of one original as one cluster; else of groups of similar cases."""
        labels = batch.labels.get("original")
        made = labels is not None and any(row >= 0 for row in labels.rows)
        if made and ("group" not in batch.tags or not all(map(math.isnan, _same(batch)))):
            return self._of_children(batch, confidence)
        pairs = Resampled(name=self.name, pick=_pairs_of_groups, statistic=_mean, unit=self.unit)
        return pairs.measure(batch, confidence)

    def _of_children(self, batch: Batch, confidence: float) -> Reading:
        labels, found = batch.labels["original"], ClusterSums()
        for original, same in zip(labels.rows, _same(batch), strict=True):
            if original >= 0 and not math.isnan(same):
                found.add(original, same)
        children = sum(row >= 0 for row in labels.rows)
        unjudged = sum(value == 1 for value in batch.column(f"{UNJUDGED}{CHECK}"))
        empty = Reading(
            self.name,
            None,
            asked=children,
            not_judged=unjudged,
            unit=self.unit,
            direction=self.direction,
            confidence=confidence,
        )
        return share(empty, found) if found.n else rows.nothing(empty, batch, NO_CHECK)


def consistency() -> Consistency:
    """`GROUP.consistency`: answers to harder cases that are the same as those to their originals."""
    return Consistency()


def _same(batch: Batch) -> "array[float]":
    """The cells of the check; one with a limit in its name is found by how its name begins."""
    names = [name for name in batch.columns if name.startswith(PASSED + CHECK)]
    return batch.column(PASSED + CHECK if PASSED + CHECK in names or not names else sorted(names)[0])


def _pairs_of_groups(batch: Batch) -> Picked:
    """For each two cases of a group whether their answers are the same: the class that a check read, else the text."""
    groups = batch.tags.get("group")
    if groups is None:
        return Picked((), (), NO_GROUPS)
    firsts: dict[int, dict[int, Any]] = {}
    for group, case, answer in zip(groups.rows, batch.cases.rows, _answers(batch), strict=True):
        if group >= 0 and answer is not None:
            firsts.setdefault(group, {}).setdefault(case, answer)
    same: list[float] = []
    clusters: list[int] = []
    for group, answers in firsts.items():
        for one, other in islice(combinations(answers.values(), 2), MOST_PAIRS):
            same.append(float(one == other))
            clusters.append(group)
    return Picked(same, clusters, "" if same else "no group has the answers to two cases")


def _answers(batch: Batch) -> Sequence[Any]:
    """What each row answers: the class that checks read in it, else a digest of its text; None without an answer."""
    classes = [labels for name, labels in sorted(batch.labels.items()) if name.startswith("label:")]
    found: list[Any] = []
    for row, digest in enumerate(batch.column("answer")):
        read = tuple(labels.names[labels.rows[row]] for labels in classes if labels.rows[row] >= 0)
        found.append(read or (None if math.isnan(digest) else digest))
    return found


def _mean(values: Sequence[Any]) -> float:
    return math.fsum(values) / len(values)
