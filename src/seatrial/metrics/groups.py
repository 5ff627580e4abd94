"""Groups of cases that belong together (tag `group`): do they come out alike, does a value rise along them?

The tests of invariance and of direction of CheckList (Ribeiro et al., ACL 2020): `seatrial cases generate` makes such
groups, the tag `step` is a case's place in its group, `direction` the way in which the value must go.
"""

import math
from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from seatrial.core.batch import Batch, Labels
from seatrial.core.errors import Mistake
from seatrial.core.metric import Metric
from seatrial.metrics.check_metrics import VALUE, OfCheck
from seatrial.metrics.resampled import Picked, Resampled

SLACK = 1e-9
NO_GROUPS = "no case has the tag `group`: `seatrial cases generate --kind {}` makes such cases"


def of_groups(name: str) -> Metric:
    """`groups.consistent`, or `groups.directed.CHECK`.

    Raises:
        Mistake: It has another shape.
    """
    _, figure, check = [*name.split(".", 2), "", ""][:3]
    if figure == "consistent" and not check:
        return Resampled(name=name, pick=_alike, statistic=_share, unit="rate")
    if figure == "directed" and check:
        of = OfCheck(name, check)
        return Resampled(name=name, pick=lambda batch: _directed(of, batch), statistic=_share, unit="rate")
    raise Mistake(f"`{name}` is no metric; write `groups.consistent` or `groups.directed.CHECK`")


def _alike(batch: Batch) -> Picked:
    """For each group of two rows or more, whether all have the same class, or else the same outcome."""
    outcomes = list(_outcomes(batch))
    groups = _groups(batch)
    if not groups:
        return Picked((), (), NO_GROUPS.format("invariance"))
    found = []
    for number, rows in groups.items():
        known = [outcomes[row] for row in rows if outcomes[row] is not None]
        if len(known) > 1:
            found.append((number, float(len(set(known)) == 1)))
    return _picked(found, "no group has two cases that were judged")


def _directed(of: OfCheck, batch: Batch) -> Picked:
    """For each group, whether the check's mean value never goes the wrong way from step to step."""
    full, why = of.full_name(batch)
    groups = _groups(batch)
    if full is None or not groups:
        return Picked((), (), why or NO_GROUPS.format("direction"))
    values, steps, ways = batch.column(VALUE + full), batch.tags.get("step"), batch.tags.get("direction")
    found = []
    for number, rows in groups.items():
        path = _path(values, steps, rows)
        if len(path) > 1:
            sign = -1.0 if _text(ways, rows[0]) == "down" else 1.0
            found.append((number, float(all(sign * (b - a) >= -SLACK for a, b in pairwise(path)))))
    return _picked(found, f"no group has two steps with a value of {full}")


def _path(values: "array[float]", steps: Labels | None, rows: Sequence[int]) -> list[float]:
    """The mean value of each step, in the order of the steps."""
    by_step: dict[int, list[float]] = {}
    for row in rows:
        step = _text(steps, row)
        if step.isdecimal() and not math.isnan(values[row]):
            by_step.setdefault(int(step), []).append(values[row])
    return [math.fsum(each) / len(each) for _, each in sorted(by_step.items())]


def _outcomes(batch: Batch) -> Iterator[Any]:
    """What each row came to: the class that a check read, else whether it passed; None when not judged."""
    classes = [labels for name, labels in sorted(batch.labels.items()) if name.startswith("label:")]
    for row, passed in enumerate(batch.column("passed")):
        named = [labels.rows[row] for labels in classes if labels.rows[row] >= 0]
        yield tuple(named) if named else (None if math.isnan(passed) else passed)


def _groups(batch: Batch) -> dict[int, list[int]]:
    labels = batch.tags.get("group")
    groups: dict[int, list[int]] = {}
    for row, group in enumerate(labels.rows if labels is not None else ()):
        if group >= 0:
            groups.setdefault(group, []).append(row)
    return groups


def _text(labels: Labels | None, row: int) -> str:
    return "" if labels is None or labels.rows[row] < 0 else labels.names[labels.rows[row]]


def _picked(found: Sequence[tuple[int, float]], why: str) -> Picked:
    return Picked([alike for _, alike in found], [group for group, _ in found], "" if found else why)


def _share(rows: Sequence[float]) -> float:
    return math.fsum(rows) / len(rows) if rows else math.nan
