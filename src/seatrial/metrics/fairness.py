"""How much answers change when somebody else asks: `gap`, over originals and their counterfactual children.

A child carries the tags `attribute` (what was swapped), `group` (who was put in) and `from` (who was there before); its
original stands for the group `from`. Each original is compared with itself, so nothing but the swap can differ.
"""

import math
from array import array
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final, NamedTuple

import msgspec

from seatrial.core.batch import Batch, Labels
from seatrial.core.errors import Mistake
from seatrial.core.reading import Direction, Reading
from seatrial.metrics import rows
from seatrial.metrics.check_metrics import PASSED, UNJUDGED, VALUE, OfCheck
from seatrial.stats.fairness import Gap, paired_gap
from seatrial.stats.multiple import bonferroni_confidence, holm

ATTRIBUTE, GROUP, FROM = "attribute", "group", "from"
"""Tags of a counterfactual child."""
NOBODY: Final = frozenset({"none", "mixed"})
"""What `from` says when the original stands for no one group: then only its children are compared."""
COLUMNS: Final = {"pass_rate": "passed", "score": "score", "words": "words", "asked_back": "asked_back"}
"""What can be compared besides checks; a check of that name goes before."""
_SHARES: Final = frozenset({"passed", "score", "asked_back"})
NO_CHILDREN: Final = "no case was made by swapping who asks: see `probes: {fairness: ...}`"


class FairnessGap(msgspec.Struct, frozen=True, kw_only=True):
    """The largest difference between two groups' means over the same originals, of the attribute where it is largest.

    `of` is a check's short name, a key of `COLUMNS`, or nothing for the pass rate.
    """

    name: str
    of: str = ""
    unit: str = "rate"
    direction: Direction = "down"
    with_originals: ClassVar[bool] = True
    """It needs the rows of the originals beside those of the children."""

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The gap; with several attributes the largest, its interval widened for their number."""
        found = _Measured.of(self, batch)
        if not found.tables:
            return found.without(self._empty(confidence), batch)
        each = bonferroni_confidence(confidence, len(found.tables))
        gaps = found.gaps(each)
        if not gaps:
            return rows.nothing(self._empty(confidence), batch, "no two groups were judged over the same original")
        widest = max(gaps, key=lambda attribute: gaps[attribute].value)
        low, high = (max(getattr(gap, end) for gap in gaps.values()) for end in ("low", "high"))
        empty = msgspec.structs.replace(self._empty(confidence), low=low, high=rows.finite(high))
        least = min(holm([gap.p for gap in gaps.values()]))
        where = f"{widest}: " if len(gaps) > 1 else ""
        return found.filled(empty, gaps[widest], where, p=least)

    def by_attribute(self, batch: Batch, confidence: float = 0.95) -> list[Reading]:
        """The gap of each attribute, with p-values corrected for their number (Holm)."""
        found = _Measured.of(self, batch)
        gaps = found.gaps(confidence)
        adjusted = holm([gap.p for gap in gaps.values()])
        return [
            found.filled(
                msgspec.structs.replace(
                    self._empty(confidence), low=gap.low, high=rows.finite(gap.high), slice=((ATTRIBUTE, attribute),)
                ),
                gap,
                p=p,
                only=attribute,
            )
            for (attribute, gap), p in zip(gaps.items(), adjusted, strict=True)
        ]

    def _empty(self, confidence: float) -> Reading:
        return Reading(self.name, None, unit=self.unit, direction=self.direction, confidence=confidence)


def of_gap(name: str) -> FairnessGap:
    """`gap`, `gap.score`, `gap.words` or `gap.CHECK`.

    Raises:
        Mistake: Nothing stands behind the dot.
    """
    _, dot, of = name.partition(".")
    if dot and not of:
        raise Mistake(f"`{name}` is no metric; write `gap`, `gap.score`, `gap.words` or `gap.CHECK`")
    return FairnessGap(name=name, of=of, unit="" if of else "rate")


class _Cells(NamedTuple):
    """What is compared: a value a row, whether it lies within 0 to 1, and what is missing."""

    values: "array[float]"
    shares: bool
    unjudged: "array[float]"
    why: str = ""


class _Measured(NamedTuple):
    """For each attribute the values of its originals by group; how many children were asked and not judged."""

    tables: Mapping[str, list[dict[str, float]]]
    children: Mapping[str, "array[int]"]
    cells: _Cells

    @classmethod
    def of(cls, metric: FairnessGap, batch: Batch) -> "_Measured":
        """What a Batch has for a gap."""
        cells = _cells(metric, batch)
        children = _children(batch)
        own = rows.means_by_case(batch, cells.values)
        tables = {attribute: list(_table(batch, found, own, cells.values)) for attribute, found in children.items()}
        return cls({attribute: table for attribute, table in tables.items() if table}, children, cells)

    def gaps(self, confidence: float) -> dict[str, Gap]:
        """The gap of each attribute that has one."""
        found = {name: paired_gap(table, confidence, rates=self.cells.shares) for name, table in self.tables.items()}
        return {name: gap for name, gap in found.items() if gap is not None}

    def filled(self, empty: Reading, gap: Gap, where: str = "", *, p: float, only: str | None = None) -> Reading:
        """A Reading with the gap and what it stands on; its interval's ends are there already."""
        names = list(self.children) if only is None else [only]
        asked = [row for name in names for row in self.children[name]]
        unjudged = sum(self.cells.unjudged[row] == 1 for row in asked)
        n = sum(not math.isnan(self.cells.values[row]) for row in asked)
        lower, higher = gap.groups
        interval = "Bonett and Price" if self.cells.shares else "Student's t"
        return msgspec.structs.replace(
            empty,
            value=gap.value,
            n=n,
            asked=len(asked),
            clusters=sum(len(self.tables.get(name, ())) for name in names),
            not_judged=unjudged,
            method=f"paired by original, {interval}, widened for all pairs of groups",
            p=p,
            note=f"{where}{lower} below {higher}" if gap.value else "",
        )

    def without(self, empty: Reading, batch: Batch) -> Reading:
        """A Reading that says why there is no gap."""
        asked = sum(map(len, self.children.values()))
        empty = msgspec.structs.replace(empty, asked=asked, not_judged=asked)
        if not self.children:
            return rows.nothing(msgspec.structs.replace(empty, not_judged=0), batch, NO_CHILDREN)
        return rows.nothing(empty, batch, self.cells.why or "no child was judged")


def _cells(metric: FairnessGap, batch: Batch) -> _Cells:
    """The column that a gap is of: a check's value, else whether it passed, else a column of every answer."""
    unjudged = rows.cells_of(
        float(failed != 1 and math.isnan(passed))
        for failed, passed in zip(batch.column("failed"), batch.column("passed"), strict=True)
    )
    if not metric.of:
        return _Cells(batch.column("passed"), True, unjudged)
    full, why = OfCheck(metric.name, metric.of).full_name(batch)
    if full is None and metric.of in COLUMNS:
        column = COLUMNS[metric.of]
        return _Cells(batch.column(column), column in _SHARES, unjudged if column == "passed" else batch.column(""))
    if full is None:
        return _Cells(batch.column(""), False, batch.column(""), why)
    has_value = VALUE + full in batch.columns
    return _Cells(batch.column((VALUE if has_value else PASSED) + full), not has_value, batch.column(UNJUDGED + full))


def _children(batch: Batch) -> dict[str, "array[int]"]:
    """The rows of each attribute's children."""
    attributes, originals = batch.tags.get(ATTRIBUTE), batch.labels.get("original")
    found: dict[str, array[int]] = {}
    if attributes is None or originals is None or GROUP not in batch.tags:
        return found
    for row, (attribute, original) in enumerate(zip(attributes.rows, originals.rows, strict=True)):
        if attribute >= 0 and original >= 0:
            found.setdefault(attributes.names[attribute], array("l")).append(row)
    return found


def _table(
    batch: Batch, children: "array[int]", own: Mapping[str, float], values: "array[float]"
) -> Iterator[dict[str, float]]:
    """For each original of an attribute the mean of each group, its own among them."""
    originals, groups, before = batch.labels["original"], batch.tags[GROUP], batch.tags.get(FROM)
    found: dict[str, dict[str, list[float]]] = {}
    for row in children:
        if math.isnan(values[row]):
            continue
        original = originals.names[originals.rows[row]]
        by_group = found.setdefault(original, {})
        mine = text_at(before, row)
        if mine and mine not in NOBODY and mine not in by_group and original in own:
            by_group[mine] = [own[original]]
        by_group.setdefault(text_at(groups, row), []).append(values[row])
    for by_group in found.values():
        yield {group: math.fsum(each) / len(each) for group, each in by_group.items()}


def text_at(labels: Labels | None, row: int) -> str:
    """The text of a row; empty where it has none."""
    return "" if labels is None or labels.rows[row] < 0 else labels.names[labels.rows[row]]
