"""Children of Probes beside their originals: pairs of verdicts, found in one pass over a Batch and told apart by tags.

An original that was asked several times counts by the majority of its verdicts; where these are even, it says nothing.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from seatrial.core.batch import Batch, Labels


class Pair(NamedTuple):
    """A child's verdict beside that of its original; `original` is the original's place in `Children.originals`."""

    original: int
    before: float
    now: float


class Children(NamedTuple):
    """Some children of a Batch.

    Attributes:
        originals: The names of the cases that they were made of.
        asked: How many children were asked.
        failed: How many of them have no answer.
        pairs: Those that were judged, as their originals were.
    """

    originals: list[str]
    asked: int
    failed: int
    pairs: list[Pair]

    @property
    def not_judged(self) -> int:
        """How many were answered and could not be held against their original."""
        return self.asked - self.failed - len(self.pairs)

    @property
    def nothing(self) -> str:
        """Why there is no pair."""
        if self.asked and self.failed == self.asked:
            return f"nothing was answered: all {self.failed:,} failed"
        return "no answer to a harder case can be held against that to its original"


NONE: Final = Children([], 0, 0, [])


class Paired:
    """The children of a Batch that holds their originals, too; each is looked at once, however they are told apart.

    Args:
        batch: The rows of one group of Probes with those of their originals.
    """

    def __init__(self, batch: Batch) -> None:
        labels = batch.labels.get("original")
        self._tags, self._names = batch.tags, labels.names if labels is not None else []
        self._rows = list(_rows(batch, labels)) if labels is not None else []

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that rows carry."""
        return tuple(self._tags)

    def all(self) -> Children:
        """All of them."""
        return self.by().get((), NONE)

    def by(self, *tags: str) -> dict[tuple[str, ...], Children]:
        """The children of each combination of values that tags take; those without one of the tags are left out."""
        columns = [self._tags[tag] for tag in tags if tag in self._tags]
        if len(columns) < len(tags):
            return {}
        groups: dict[tuple[int, ...], list[_Row]] = {}
        for row in self._rows:
            groups.setdefault(tuple([column.rows[row.number] for column in columns]), []).append(row)
        return {
            tuple(column.names[value] for column, value in zip(columns, key, strict=True)): self._children(found)
            for key, found in groups.items()
            if min(key, default=0) >= 0
        }

    def _children(self, found: "list[_Row]") -> Children:
        pairs = [row.pair for row in found if row.pair is not None]
        return Children(self._names, len(found), sum(row.failed for row in found), pairs)


class _Row(NamedTuple):
    number: int
    failed: bool
    pair: Pair | None


def _rows(batch: Batch, labels: Labels) -> Iterator[_Row]:
    """Every child's row, with its pair where both were judged."""
    known = _verdicts(batch, set(labels.names))
    before = [known.get(name) for name in labels.names]
    failed, passes = batch.column("failed"), batch.column("passed")
    for number, original in enumerate(labels.rows):
        if original >= 0:
            verdict, passed = before[original], passes[number]
            pair = None if verdict is None or math.isnan(passed) else Pair(original, verdict, passed)
            yield _Row(number, failed[number] == 1, pair)


def _verdicts(batch: Batch, names: set[str]) -> Mapping[str, float]:
    """The verdict that most attempts at each of these cases have."""
    wanted = [name in names for name in batch.cases.names]
    judged, passes = dict[int, int](), dict[int, float]()
    for case, passed in zip(batch.cases.rows, batch.column("passed"), strict=True):
        if wanted[case] and not math.isnan(passed):
            judged[case] = judged.get(case, 0) + 1
            passes[case] = passes.get(case, 0.0) + passed
    return {batch.cases.names[case]: float(2 * passes[case] > n) for case, n in judged.items() if 2 * passes[case] != n}
