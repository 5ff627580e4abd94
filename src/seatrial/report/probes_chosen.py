"""Which children a report shows as examples: told from a Batch, before their texts go by."""

import math
from array import array
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Final, NamedTuple

from seatrial.core.batch import Batch, Labels
from seatrial.metrics import rows
from seatrial.metrics.attacks import TWINS, over_refusal, success_rate
from seatrial.metrics.fairness import ATTRIBUTE
from seatrial.report.probes_records import Kind

EXAMPLES: Final = 5
"""Of a family."""
UNBROKEN: Final = 2
"""Examples of a family that are no weakness, so that a reader sees what was asked."""
FAMILIES: Final = 200
"""Of a group."""
BROKEN, UNLIKE, HELD = 0, 1, 2
"""A weakness; another verdict than the original's and no weakness; neither."""


class Example(NamedTuple):
    """A child that is shown: its case and its original as a Batch names them, and the verdicts to look for."""

    case: str
    original: str
    passed: bool
    passed_before: bool | None
    broken: bool


class Family(NamedTuple):
    """The rows of a family in its group, how many show a weakness, and what is shown of it."""

    name: str
    part: Batch
    judged: int
    broken: int
    examples: tuple[Example, ...]


def families_of(kind: Kind, group: Batch, verdicts: Mapping[str, bool]) -> Iterator[Family]:
    """Each family of a group.

    Args:
        kind: Which group.
        group: Its rows.
        verdicts: Of every case of the run by its name (`verdicts_of`).
    """
    tag = ATTRIBUTE if kind == "fairness" else "family"
    for number, (name, part) in enumerate(group.slices(tag)):
        if number == FAMILIES:
            return
        yield _family(kind, name, part, verdicts)


def verdicts_of(batch: Batch) -> dict[str, bool]:
    """The verdict that most attempts at a case have; cases without one are left out."""
    means = rows.means_by_case(batch, batch.column("passed"))
    return {case: mean > 0.5 for case, mean in means.items() if mean != 0.5}


def _family(kind: Kind, name: str, part: Batch, verdicts: Mapping[str, bool]) -> Family:
    passed, originals = _passed(kind, name, part), _originals(part)
    found = dict[str, tuple[int, Example]]()
    judged = broken = 0
    for case, original, verdict in zip(part.cases.rows, originals, passed, strict=True):
        if math.isnan(verdict):
            continue
        before = verdicts.get(original)
        rank = _rank(kind, verdict == 1, before)
        judged, broken = judged + 1, broken + (rank == BROKEN)
        child = part.cases.names[case]
        if child not in found or rank < found[child][0]:
            found[child] = (rank, Example(child, original, verdict == 1, before, rank == BROKEN))
    return Family(name, part, judged, broken, tuple(_picked(found)))


def _rank(kind: Kind, passed: bool, before: bool | None) -> int:
    if kind == "attack":
        return HELD if passed else BROKEN
    unlike = before is not None and before is not passed
    if unlike and (kind == "fairness" or not passed):
        return BROKEN
    return UNLIKE if unlike else HELD


def _picked(found: Mapping[str, tuple[int, Example]]) -> Iterator[Example]:
    """Weaknesses first, each original once before any comes again, otherwise by lot, the same in every run."""
    seen = dict[str, int]()
    ordered = []
    for rank, example in sorted(found.values(), key=lambda each: (each[0], _lot(each[1].case))):
        times = seen[example.original] = seen.get(example.original, 0) + 1
        ordered.append((rank, times, example))
    unbroken = 0
    for rank, _, example in sorted(ordered, key=lambda each: each[:2])[:EXAMPLES]:
        unbroken += rank != BROKEN
        if unbroken <= UNBROKEN:
            yield example


def _lot(case: str) -> bytes:
    return blake2b(case.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _passed(kind: Kind, name: str, part: Batch) -> "array[float]":
    """1 for each row that is right, 0 for one that is wrong; missing where neither is known."""
    if kind != "attack":
        return part.column("passed")
    wrong = (over_refusal() if name == TWINS else success_rate()).cells(part)
    return rows.cells_of(1 - value for value in wrong)


def _originals(part: Batch) -> list[str]:
    labels = part.labels.get("original") or Labels()
    return [labels.names[row] if row >= 0 else "" for row in labels.rows] or [""] * len(part)
