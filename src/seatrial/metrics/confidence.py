"""Stated confidence against what came true: calibration error, Brier score, overconfidence.

They stand on a check that reads a confidence of 0 to 1 from the answer (`confidence`) and on whether the answer passed.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.metric import Metric
from seatrial.core.reading import Direction, Reading
from seatrial.metrics.check_metrics import OfCheck, without_part
from seatrial.metrics.resampled import WITHIN_ONE, Picked, Resampled
from seatrial.stats.classification import brier_score, calibration_error, calibration_noise

Figure = Callable[[Sequence[float], Sequence[float]], float]
STATED = "stated"
"""The part of a Score that holds the confidence."""


class CalibrationError(msgspec.Struct, frozen=True, kw_only=True):
    """The expected calibration error of stated confidences.

    Chance alone gives each bin a gap, and gaps do not cancel out; so the interval begins at what remains of the error
    without the noise, which may be nothing.
    """

    name: str
    of: OfCheck
    unit: str = ""
    direction: Direction = "down"

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The error over ten bins, over how many of how many asked."""
        picked = _pick(self.of, batch)
        inner = Resampled(
            name=self.name, pick=lambda _: picked, statistic=_statistic(calibration_error), direction=self.direction
        )
        found = inner.measure(batch, confidence)
        if found.value is None:
            return found
        noise = calibration_noise([stated for stated, _ in picked.rows], picked.clusters, confidence)
        return msgspec.structs.replace(found, low=max(0.0, found.value - noise))


def ece(of: OfCheck) -> Metric:
    """`checks.NAME.ece`: expected calibration error over ten bins."""
    return CalibrationError(name=of.name, of=without_part(of))


def brier(of: OfCheck) -> Metric:
    """`checks.NAME.brier`: mean squared distance of confidence and outcome."""
    return _of_confidences(without_part(of), brier_score)


def overconfidence(of: OfCheck) -> Metric:
    """`checks.NAME.overconfidence`: mean confidence minus the share that is right; below 0 it is too modest."""
    return _of_confidences(without_part(of), _surplus, (-1.0, 1.0))


def _surplus(stated: Sequence[float], right: Sequence[float]) -> float:
    return (math.fsum(stated) - math.fsum(right)) / len(stated)


def _of_confidences(of: OfCheck, figure: Figure, within: tuple[float, float] = WITHIN_ONE) -> Metric:
    return Resampled(
        name=of.name,
        pick=lambda batch: _pick(of, batch),
        statistic=_statistic(figure),
        direction="down",
        within=within,
    )


def _pick(of: OfCheck, batch: Batch) -> Picked:
    full, why = of.full_name(batch)
    name = f"part:{full}:{STATED}"
    if full is None or name not in batch.columns:
        return Picked((), (), why or f"the check {full} reads no confidence: that needs one such as `confidence`")
    columns = zip(batch.column(name), batch.column("passed"), batch.cases.rows, strict=True)
    kept = [(stated, passed, case) for stated, passed, case in columns if not math.isnan(stated + passed)]
    return Picked([(stated, passed) for stated, passed, _ in kept], [case for *_, case in kept])


def _statistic(figure: Figure) -> Callable[[Sequence[Any]], float]:
    return lambda found: figure([stated for stated, _ in found], [right for _, right in found])
