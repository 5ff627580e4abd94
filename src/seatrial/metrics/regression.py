"""What `regression(...)` measures: the metric now minus the metric of the Baseline, paired by case where it can be."""

import math
from functools import cached_property
from typing import Final

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.metric import Metric, PairedMetric
from seatrial.core.reading import Reading
from seatrial.metrics.amounts import MONEY
from seatrial.metrics.baseline import Baseline
from seatrial.metrics.paired import paired_reading, pairs, unpaired_reading
from seatrial.metrics.rows import EXACT

NO_BASELINE: Final = "there is no baseline to compare with: `seatrial bless RUN` makes one"


class Reference:
    """A Baseline with its rows made once for all gates."""

    def __init__(self, baseline: Baseline) -> None:
        self.baseline = baseline

    @cached_property
    def batch(self) -> Batch:
        """The Baseline's rows."""
        return self.baseline.as_batch()

    def reading(self, metric: Metric, suite: str | None) -> Reading | None:
        """The Baseline's own Reading of a metric, of one suite or of all together."""
        where = () if suite is None else (("suite", suite),)
        found = (each for each in self.baseline.readings if each.name == metric.name and each.slice == where)
        return next(found, None)


def change(
    metric: Metric, part: Batch, reference: Reference | None, *, suite: str | None, sliced: bool, confidence: float
) -> Reading:
    """The metric of `part` minus that of the Baseline; without a value when they cannot be compared.

    Args:
        metric: What is measured.
        part: The rows now.
        reference: The Baseline, if there is one.
        suite: The suite that `part` is of; None for all.
        sliced: Whether `part` is a slice: of slices a Baseline knows the cases only, and no Readings.
        confidence: Of the interval.
    """
    now = metric.measure(part, confidence)
    if now.value is None:
        return now
    if reference is None:
        return _without(now, NO_BASELINE)
    if metric.unit == MONEY and part.currency != reference.baseline.currency:
        return _without(now, f"the baseline's costs are in {reference.baseline.currency or 'no known currency'}")
    if isinstance(metric, PairedMetric):
        found = pairs(metric.per_case(reference.batch), metric.per_case(part))
        if not found.now:
            return _without(now, "no case of this run has a value in the baseline")
        return paired_reading(_in_cases(now, part), found)
    before = None if sliced else reference.reading(metric, suite)
    if before is None or before.value is None:
        return _without(now, f"the baseline holds no {metric.name}{' of slices' if sliced else ''}")
    both_exact = now.method == before.method == EXACT
    found_change = unpaired_reading(now, before)
    return msgspec.structs.replace(found_change, method=EXACT) if both_exact else found_change


def _in_cases(now: Reading, part: Batch) -> Reading:
    """The Reading's counts of attempts as counts of cases, which is what pairs are of."""
    cases = len(set(part.cases.rows))
    missing = math.ceil(cases * now.not_judged / now.asked) if now.asked else 0
    return msgspec.structs.replace(now, asked=cases, not_judged=missing)


def _without(now: Reading, note: str) -> Reading:
    return msgspec.structs.replace(now, value=None, low=None, high=None, note=note)
