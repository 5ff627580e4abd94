"""The groups of Probes in a report: what each family came to, and examples beside their originals."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.reading import Reading
from seatrial.metrics.attacks import TWINS, over_refusal, success_rate
from seatrial.metrics.children import NONE, Children, Paired
from seatrial.metrics.consistency import consistency
from seatrial.metrics.curves import FAMILY, STRENGTH, curve, worst_patterns
from seatrial.metrics.fairness import ATTRIBUTE, FairnessGap
from seatrial.metrics.probing import break_rate, drop, flip_rate
from seatrial.report.probes_chosen import Family, families_of, verdicts_of
from seatrial.report.probes_records import Kind, ProbeFamily, ProbeSection
from seatrial.report.probes_watched import WatchedProbes

KINDS: tuple[Kind, ...] = ("robustness", "attack", "fairness")
TAXONOMIES = ("owasp", "owasp_2025", "atlas")
IDS = 12
PATTERNS = 8
"""Of a group."""
_GAP: Final = FairnessGap(name="gap")


class Probed:
    """The groups of a run; takes its attempts, and makes the sections when all went by.

    Args:
        batch: The run's rows.
    """

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        verdicts = verdicts_of(batch)
        self._groups: dict[Kind, tuple[Batch, list[Family]]] = {}
        for kind in KINDS:
            group = batch.slice(suite=kind)
            if len(group) and "original" in group.labels:
                self._groups[kind] = group, list(families_of(kind, group, verdicts))
        families = [family for _, found in self._groups.values() for family in found]
        self.watched = WatchedProbes(example for family in families for example in family.examples)

    def sections(self) -> tuple[ProbeSection, ...]:
        """A section for each group."""
        return tuple(self._section(kind, group, found) for kind, (group, found) in self._groups.items())

    def _section(self, kind: Kind, group: Batch, found: list[Family]) -> ProbeSection:
        measured = _Measured.of(kind, self._batch.with_originals(group), group)
        made = [self._family(measured, family) for family in found]
        return ProbeSection(
            kind=kind,
            readings=measured.whole(),
            families=tuple(sorted(made, key=_badness)),
            patterns=measured.patterns(),
        )

    def _family(self, measured: "_Measured", family: Family) -> ProbeFamily:
        rate, more = measured.readings(family)
        return ProbeFamily(
            name=family.name,
            rate=rate,
            asked=len(family.part),
            judged=family.judged,
            broken=family.broken,
            more=more,
            curve=measured.curves.get(family.name, ()),
            ids=_ids(family.part) if measured.kind == "attack" else (),
            examples=tuple(filter(None, map(self.watched.example, family.examples))),
        )


def written(batch: Batch) -> Batch:
    """The rows of the cases that no Probe made; all where Probes made all."""
    labels = batch.labels.get("original")
    if labels is None:
        return batch
    made = {case for case, original in zip(batch.cases.rows, labels.rows, strict=True) if original >= 0}
    wanted = Batch()
    for case, name in enumerate(batch.cases.names):
        if case not in made:
            wanted.cases.append(name)
    return batch.with_originals(wanted) if wanted.cases.names else batch


class _Measured(NamedTuple):
    """A group with what is found in one pass over it: pairs by family, curves, gaps by attribute."""

    kind: Kind
    rows: Batch
    group: Batch
    paired: Paired
    children: Mapping[tuple[str, ...], Children]
    curves: Mapping[str, tuple[Reading, ...]]
    gaps: Mapping[str, Reading]

    @classmethod
    def of(cls, kind: Kind, rows: Batch, group: Batch) -> "_Measured":
        """A group, with its originals and without."""
        tag = ATTRIBUTE if kind == "fairness" else FAMILY
        paired = Paired(Batch() if kind == "attack" else rows)
        gaps = {each.slice[0][1]: each for each in _GAP.by_attribute(rows)} if kind == "fairness" else {}
        return cls(kind, rows, group, paired, paired.by(tag), _curves(paired) if kind == "robustness" else {}, gaps)

    def whole(self) -> tuple[Reading, ...]:
        """The Readings of the group as a whole."""
        if self.kind == "fairness":
            return (_GAP.measure(self.rows),)
        if self.kind == "attack":
            return tuple(
                each.measure(self.group) for each in (success_rate(), over_refusal()) if each.covers(self.group)
            )
        children = self.paired.all()
        alike = consistency().measure(self.group)
        found = [metric.of(children) for metric in (flip_rate(), break_rate(), drop())]
        return (*found, alike) if alike.value is not None else tuple(found)

    def readings(self, family: Family) -> tuple[Reading, tuple[Reading, ...]]:
        """The rate of a family, and what else is measured of it."""
        if self.kind == "attack":
            return (over_refusal() if family.name == TWINS else success_rate()).measure(family.part), ()
        children = self.children.get((family.name,), NONE)
        if self.kind == "fairness":
            gap = self.gaps.get(family.name)
            return gap if gap is not None else _GAP.measure(family.part), (flip_rate().of(children),)
        return break_rate().of(children), (flip_rate().of(children), drop().of(children))

    def patterns(self) -> tuple[Reading, ...]:
        """What breaks most beside whole families, which stand in the order of how much they break."""
        if self.kind != "robustness":
            return ()
        found = worst_patterns(self.paired, PATTERNS + len(self.children))
        return tuple(each for each in found if [tag for tag, _ in each.slice] != [FAMILY])[:PATTERNS]


def _curves(paired: Paired) -> dict[str, tuple[Reading, ...]]:
    """The break rates of the families that were tried at several strengths, the weakest first."""
    if len(paired.by(STRENGTH)) < 2:
        return {}
    found: dict[str, list[Reading]] = {}
    for point in curve(paired):
        where = ((STRENGTH, f"{point.strength:g}"),)
        found.setdefault(point.family, []).append(msgspec.structs.replace(point.breaks, slice=where))
    return {family: tuple(points) for family, points in found.items() if len(points) > 1}


def _ids(part: Batch) -> tuple[str, ...]:
    return tuple(name for taxonomy in TAXONOMIES for name in sorted(part.values_of(taxonomy)))[:IDS]


def _badness(family: ProbeFamily) -> tuple[float, float, str]:
    """By the end of the interval that is surely reached, so that few children do not make a family the worst."""
    return (-(family.rate.low or 0.0), -(family.rate.value or 0.0), family.name)
