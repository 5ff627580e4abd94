"""Groups of cases side by side, without pairs: `groups_of.TAG.FIGURE`, for classes `groups_of.TAG.FIGURE.CHECK.CLASS`.

TAG is a tag of the cases, or several with colons between for their intersections (`gender:language`). Without a check
the outcome is whether an answer passed; with one it is whether the answer names the class, such as `approve` of a check
`label`. Cases without the tag are left out.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.reading import Direction, Reading
from seatrial.metrics import rows
from seatrial.metrics.check_metrics import OfCheck, slug
from seatrial.metrics.nearest import did_you_mean
from seatrial.stats.clustered import ClusterSums
from seatrial.stats.fairness import Gap, Share, rate_gap, rate_ratio, worst_gap

Shares = Mapping[str, Share]


class Figure(NamedTuple):
    """A figure: how it is computed, of which rates (`selected`, `true`, `false`), and what its interval is."""

    compute: Callable[[Sequence[Shares], float], Gap | None]
    rates: tuple[str, ...] = ("selected",)
    direction: Direction = "down"
    method: str = "Newcombe, widened for all pairs of groups"


FIGURES: Final = {
    "parity_gap": Figure(rate_gap),
    "parity_ratio": Figure(
        lambda kinds, confidence: rate_ratio(kinds[0], confidence),
        direction="up",
        method="MOVER-R, widened for all pairs of groups",
    ),
    "worst_gap": Figure(
        lambda kinds, confidence: worst_gap(kinds[0], confidence), method="Newcombe, widened for all groups"
    ),
    "equal_opportunity_gap": Figure(rate_gap, ("true",)),
    "predictive_equality_gap": Figure(rate_gap, ("false",)),
    "equalized_odds_gap": Figure(rate_gap, ("true", "false")),
}
"""A figure's name in a gate -> what it is; those of `true` and `false` positives need a check that names classes."""


class GroupFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of the groups that tags make. `of` says which class of which check; None is passing."""

    name: str
    tags: tuple[str, ...]
    figure: str
    of: OfCheck | None = None
    unit: str = "rate"

    @property
    def direction(self) -> Direction:
        """A ratio is better higher, a gap lower."""
        return FIGURES[self.figure].direction

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The figure with the two groups that it lies between."""
        how = FIGURES[self.figure]
        empty = Reading(self.name, None, unit=self.unit, direction=how.direction, confidence=confidence)
        outcomes = _Outcomes.of(self, batch)
        groups = list(_groups(batch, self.tags))
        asked = sum(group is not None for group in groups)
        unjudged = sum(
            group is not None and outcomes.unjudged(row) for row, group in enumerate(groups) if not outcomes.why
        )
        empty = msgspec.structs.replace(empty, asked=asked, not_judged=unjudged)
        sums = [_sums(groups, outcomes, batch, kind) for kind in how.rates]
        shares = [{name: _share(found) for name, found in by_group.items()} for by_group in sums]
        enough = not outcomes.why and all(len(each) > 1 for each in shares)
        gap = how.compute(shares, confidence) if enough else None
        if gap is None:
            return rows.nothing(empty, batch, outcomes.why or self._missing(asked, shares))
        lower, higher = gap.groups
        return msgspec.structs.replace(
            empty,
            value=gap.value,
            low=gap.low,
            high=rows.finite(gap.high),
            n=sum(found.n for by_group in sums for found in by_group.values()),
            clusters=sum(found.clusters for by_group in sums for found in by_group.values()),
            method=how.method,
            note=f"{lower} below {higher}" if gap.low != gap.high else "",
        )

    def _missing(self, asked: int, shares: Sequence[Shares]) -> str:
        """Why there is no figure."""
        tag = " and ".join(f"`{tag}`" for tag in self.tags)
        if not asked:
            return f"no case carries the tag {tag}"
        if min(len(each) for each in shares) < 2:
            return f"fewer than two groups of {tag} have cases that count"
        return "no group was ever selected, so that there is no ratio"


def of_groups_of(name: str) -> GroupFigure:
    """The Metric of a name such as `groups_of.customer_group.parity_gap`.

    Raises:
        Mistake: The name has another shape, there is no such figure, or it needs a class.
    """
    words = name.split(".")[1:]
    place = next((i for i, word in enumerate(words) if i and word in FIGURES), None)
    if place is None or not all(words):
        hint = f"; {did_you_mean(words[1], list(FIGURES))}" if len(words) > 1 else ""
        raise Mistake(f"`{name}` is no metric; write `groups_of.TAG.FIGURE`{hint}")
    figure, behind = words[place], words[place + 1 :]
    if len(behind) == 1 or (not behind and FIGURES[figure].rates != ("selected",)):
        whole = ".".join(["groups_of", *words[: place + 1]])
        raise Mistake(f"`{name}` needs a check and one of its classes behind it: write e.g. `{whole}.label.approve`")
    of = OfCheck(name, ".".join(behind[:-1]), behind[-1]) if behind else None
    tags = tuple(".".join(words[:place]).split(":"))
    return GroupFigure(name=name, tags=tags, figure=figure, of=of)


class _Outcomes(NamedTuple):
    """For each row whether it was selected and whether it should be; NaN where that is not known."""

    selected: list[float]
    positive: list[float]
    failed: list[float]
    why: str = ""

    @classmethod
    def of(cls, metric: GroupFigure, batch: Batch) -> "_Outcomes":
        """The outcomes that a figure is of."""
        failed = list(batch.column("failed"))
        if metric.of is None:
            return cls(list(batch.column("passed")), [math.nan] * len(batch), failed)
        full, why = metric.of.full_name(batch)
        said, truths = _classes(batch, f"label:{full}"), _classes(batch, f"truth:{full}")
        if full is None or not any(said):
            return cls([], [], failed, why or f"the check {full} names no class: it takes one such as `label`")
        known = sorted({each for each in (*said, *truths) if each})
        if metric.of.part not in known:
            return cls(
                [], [], failed, f"nothing is of the class `{metric.of.part}`; {did_you_mean(metric.of.part, known)}"
            )
        judged = [bool(one or other) for one, other in zip(said, truths, strict=True)]
        # An answer that names no class is not selected; a row that the check did not judge is unknown.
        selected = [
            float(one == metric.of.part) if known else math.nan for one, known in zip(said, judged, strict=True)
        ]
        positive = [float(truth == metric.of.part) if truth else math.nan for truth in truths]
        return cls(selected, positive, failed)

    def unjudged(self, row: int) -> bool:
        """Whether a row has an answer without an outcome."""
        return self.failed[row] != 1 and math.isnan(self.selected[row])

    def counts(self, row: int, kind: str) -> bool:
        """Whether a row belongs to a rate's denominator."""
        if self.why or math.isnan(self.selected[row]):
            return False
        return kind == "selected" or self.positive[row] == float(kind == "true")


def _classes(batch: Batch, column: str) -> list[str]:
    labels = batch.labels.get(column)
    if labels is None:
        return [""] * len(batch)
    names = [slug(name) for name in labels.names]
    return [names[row] if row >= 0 else "" for row in labels.rows]


def _groups(batch: Batch, tags: tuple[str, ...]) -> Iterator[str | None]:
    """The group of each row; None where a tag is missing."""
    columns = [batch.tags.get(tag) for tag in tags]
    for row in range(len(batch)):
        values = [c.names[c.rows[row]] if c is not None and c.rows[row] >= 0 else None for c in columns]
        yield None if None in values else " ".join(map(str, values))


def _sums(groups: list[str | None], outcomes: _Outcomes, batch: Batch, kind: str) -> dict[str, ClusterSums]:
    found: dict[str, ClusterSums] = {}
    for row, (group, case) in enumerate(zip(groups, batch.cases.rows, strict=True)):
        if group is not None and outcomes.counts(row, kind):
            found.setdefault(group, ClusterSums()).add(case, outcomes.selected[row])
    return found


def _share(found: ClusterSums) -> Share:
    """A share of so many rows as the repeats of cases are worth."""
    rate, _, size = found.rate()
    return Share(rate * size, size)
