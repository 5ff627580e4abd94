"""Answers that were held against another system's: how often they win, and whether the judge minds the order."""

import math

from seatrial.core.batch import Batch
from seatrial.core.metric import Metric
from seatrial.metrics.check_metrics import OfCheck, without_part
from seatrial.metrics.resampled import Picked, Resampled


def win_rate(of: OfCheck) -> Metric:
    """`checks.NAME.win_rate`: the share of answers that win, a tie counting half."""
    of = without_part(of)

    def pick(batch: Batch) -> Picked:
        full, why = of.full_name(batch)
        labels = batch.labels.get(f"label:{full}")
        if labels is None or not _WORTH.keys() & set(labels.names):
            return Picked((), (), why or f"the check {full} prefers nothing: that needs one such as `preferred`")
        found = [
            (_WORTH[labels.names[label]], case)
            for label, case in zip(labels.rows, batch.cases.rows, strict=True)
            if label >= 0 and labels.names[label] in _WORTH
        ]
        return Picked([worth for worth, _ in found], [case for _, case in found])

    return Resampled(name=of.name, pick=pick, statistic=lambda rows: math.fsum(rows) / len(rows), unit="rate")


def position_bias(of: OfCheck) -> Metric:
    """`checks.NAME.position_bias`: how often the judge picked the answer shown first, minus one half.

    Each pair was shown in both orders, so an unbiased judge picks the first in half of what it decided.
    """
    of = without_part(of)

    def pick(batch: Batch) -> Picked:
        full, why = of.full_name(batch)
        first, asked = batch.column(f"part:{full}:first_picked"), batch.column(f"part:{full}:asked")
        rows = [
            ((picked, times), case)
            for picked, times, case in zip(first, asked, batch.cases.rows, strict=True)
            if not math.isnan(picked + times) and times
        ]
        why = why or f"the check {full} shows nothing in two orders: that needs one such as `preferred`"
        return Picked([row for row, _ in rows], [case for _, case in rows], why)

    return Resampled(
        name=of.name,
        pick=pick,
        statistic=lambda rows: math.fsum(first for first, _ in rows) / math.fsum(n for _, n in rows) - 0.5,
        direction="down",
        within=(-0.5, 0.5),
    )


_WORTH = {"win": 1.0, "tie": 0.5, "loss": 0.0}
