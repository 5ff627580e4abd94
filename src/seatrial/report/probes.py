"""The groups of Probes in a report: what each family came to, and examples beside their originals."""

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.reading import Reading
from seatrial.metrics.attacks import TWINS, over_refusal, success_rate
from seatrial.metrics.curves import STRENGTH, curve
from seatrial.metrics.fairness import FairnessGap
from seatrial.metrics.probing import break_rate, drop, flip_rate
from seatrial.report.probes_chosen import Family, families_of, verdicts_of
from seatrial.report.probes_records import Kind, ProbeFamily, ProbeSection
from seatrial.report.probes_watched import WatchedProbes

KINDS: tuple[Kind, ...] = ("robustness", "attack", "fairness")
TAXONOMIES = ("owasp", "owasp_2025", "atlas")
IDS = 12


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
        paired = self._batch.with_originals(group)
        curves = _curves(paired) if kind == "robustness" else {}
        gaps = {each.slice[0][1]: each for each in _gap().by_attribute(paired)} if kind == "fairness" else {}
        made = []
        for family in found:
            rate, more = _readings(kind, family, self._batch, gaps)
            made.append(
                ProbeFamily(
                    name=family.name,
                    rate=rate,
                    asked=len(family.part),
                    judged=family.judged,
                    broken=family.broken,
                    more=more,
                    curve=curves.get(family.name, ()),
                    ids=_ids(family.part) if kind == "attack" else (),
                    examples=tuple(filter(None, map(self.watched.example, family.examples))),
                )
            )
        return ProbeSection(kind=kind, readings=_whole(kind, paired, group), families=tuple(sorted(made, key=_badness)))


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


def _whole(kind: Kind, paired: Batch, group: Batch) -> tuple[Reading, ...]:
    if kind == "fairness":
        return (_gap().measure(paired),)
    if kind == "robustness":
        return tuple(metric.measure(paired) for metric in (flip_rate(), break_rate(), drop()))
    return tuple(each for each in (success_rate().measure(group), over_refusal().measure(group)) if each.asked)


def _readings(
    kind: Kind, family: Family, batch: Batch, gaps: dict[str, Reading]
) -> tuple[Reading, tuple[Reading, ...]]:
    """The rate of a family, and what else is measured of it."""
    if kind == "attack":
        return (over_refusal() if family.name == TWINS else success_rate()).measure(family.part), ()
    paired = batch.with_originals(family.part)
    if kind == "fairness":
        found = gaps.get(family.name)
        return (found if found is not None else _gap().measure(paired)), (flip_rate().measure(paired),)
    return break_rate().measure(paired), (flip_rate().measure(paired), drop().measure(paired))


def _gap() -> FairnessGap:
    return FairnessGap(name="gap")


def _curves(paired: Batch) -> dict[str, tuple[Reading, ...]]:
    """The break rates of the families that were tried at several strengths, the weakest first."""
    if len(paired.values_of(STRENGTH)) < 2:
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
