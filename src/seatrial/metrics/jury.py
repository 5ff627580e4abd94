"""Juries: how far do several judges of the same answers agree? They stand on the parts `votes` and `votes_for`."""

import math
from collections.abc import Sequence

from seatrial.core.batch import Batch
from seatrial.core.metric import Metric
from seatrial.metrics.check_metrics import OfCheck, without_part
from seatrial.metrics.resampled import Picked, Resampled
from seatrial.stats.agreement import krippendorff_alpha

Votes = tuple[float, ...]
"""One vote of each judge that gave one, 1 for and 0 against."""
NO_JURY = "no jury judged by the check {}: agreement needs one such as `{{rubric: {{text: ..., jury: 3}}}}`"
ALL_ONE = "all votes of the check {} are the same: agreement beyond chance does not exist then"


def agreement(of: OfCheck) -> Metric:
    """`checks.NAME.agreement`: Krippendorff's alpha of a jury's votes (nominal); 1 is entire agreement, 0 chance."""
    of = without_part(of)

    def pick(batch: Batch) -> Picked:
        full, why = of.full_name(batch)
        votes, votes_for = batch.column(f"part:{full}:votes"), batch.column(f"part:{full}:votes_for")
        rows = [
            (_votes(cast, those_for), case)
            for cast, those_for, case in zip(votes, votes_for, batch.cases.rows, strict=True)
            if not math.isnan(cast + those_for) and cast > 1
        ]
        why = why or (ALL_ONE if rows else NO_JURY).format(full)
        return Picked([row for row, _ in rows], [case for _, case in rows], why)

    return Resampled(name=of.name, pick=pick, statistic=alpha, within_one=False)


def alpha(rows: Sequence[Votes]) -> float:
    """Krippendorff's alpha of votes; NaN where it does not exist."""
    found = krippendorff_alpha(rows)
    return math.nan if found is None else found


def _votes(cast: float, those_for: float) -> Votes:
    return (1.0,) * round(those_for) + (0.0,) * round(cast - those_for)
