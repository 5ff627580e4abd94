"""Stated confidence against what came true: calibration error, Brier score, overconfidence.

They stand on a check that reads a confidence of 0 to 1 from the answer (`confidence`) and on whether the answer passed.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

from seatrial.core.batch import Batch
from seatrial.core.metric import Metric
from seatrial.metrics.check_metrics import OfCheck, without_part
from seatrial.metrics.resampled import Picked, Resampled
from seatrial.stats.classification import brier_score, calibration_error

STATED = "stated"
"""The part of a Score that holds the confidence."""


def ece(of: OfCheck) -> Metric:
    """`checks.NAME.ece`: expected calibration error over ten bins."""
    return _of_confidences(without_part(of), calibration_error)


def brier(of: OfCheck) -> Metric:
    """`checks.NAME.brier`: mean squared distance of confidence and outcome."""
    return _of_confidences(without_part(of), brier_score)


def overconfidence(of: OfCheck) -> Metric:
    """`checks.NAME.overconfidence`: mean confidence minus the share that is right; below 0 it is too modest."""
    return _of_confidences(
        without_part(of), lambda stated, right: (math.fsum(stated) - math.fsum(right)) / len(stated), within_one=False
    )


def _of_confidences(
    of: OfCheck, figure: Callable[[Sequence[float], Sequence[float]], float], within_one: bool = True
) -> Metric:
    def pick(batch: Batch) -> Picked:
        full, why = of.full_name(batch)
        name = f"part:{full}:{STATED}"
        if full is None or name not in batch.columns:
            return Picked((), (), why or f"the check {full} reads no confidence: that needs one such as `confidence`")
        columns = zip(batch.column(name), batch.column("passed"), batch.cases.rows, strict=True)
        kept = [(stated, passed, case) for stated, passed, case in columns if not math.isnan(stated + passed)]
        return Picked([(stated, passed) for stated, passed, _ in kept], [case for *_, case in kept])

    def statistic(found: Sequence[Any]) -> float:
        return figure([stated for stated, _ in found], [right for _, right in found])

    return Resampled(name=of.name, pick=pick, statistic=statistic, direction="down", within_one=within_one)
