"""Juries: how far do several judges of the same answers agree? They stand on the parts `votes` and `votes_for`."""

import math
from collections import Counter
from collections.abc import Sequence

from seatrial.core.batch import Batch
from seatrial.core.metric import Metric
from seatrial.metrics.check_metrics import OfCheck, without_part
from seatrial.metrics.resampled import Picked, Resampled

Votes = tuple[float, float]
"""How many judges of an answer gave a vote (at least 2), and how many of these were for it."""
NO_JURY = "no jury judged by the check {}: agreement needs one such as `{{rubric: {{text: ..., jury: 3}}}}`"
ALL_ONE = "all votes of the check {} are the same: agreement beyond chance does not exist then"


def agreement(of: OfCheck) -> Metric:
    """`checks.NAME.agreement`: Krippendorff's alpha of a jury's votes (nominal); 1 is entire agreement, 0 chance."""
    of = without_part(of)

    def pick(batch: Batch) -> Picked:
        full, why = of.full_name(batch)
        votes, votes_for = batch.column(f"part:{full}:votes"), batch.column(f"part:{full}:votes_for")
        rows = [
            ((cast, those_for), case)
            for cast, those_for, case in zip(votes, votes_for, batch.cases.rows, strict=True)
            if not math.isnan(cast + those_for) and cast > 1
        ]
        why = why or (ALL_ONE if rows else NO_JURY).format(full)
        return Picked([row for row, _ in rows], [case for _, case in rows], why)

    return Resampled(name=of.name, pick=pick, statistic=alpha, within=(-1.0, 1.0))


def alpha(rows: Sequence[Votes]) -> float:
    """Krippendorff's alpha of votes for and against (2011, nominal); NaN where all are the same.

    Equal splits are counted together, so that resampling thousands of answers takes no time; the same as
    `stats.agreement.krippendorff_alpha` of the votes one by one.
    """
    splits = Counter(rows)
    cast = math.fsum(votes * count for (votes, _), count in splits.items())
    in_favour = math.fsum(those_for * count for (_, those_for), count in splits.items())
    expected = in_favour * (cast - in_favour)
    if expected <= 0:
        return math.nan
    observed = math.fsum(
        count * those_for * (votes - those_for) / (votes - 1) for (votes, those_for), count in splits.items()
    )
    return 1.0 - (cast - 1.0) * observed / expected
