"""What a report shows of a Batch: the headline of a suite, and a metric by slice."""

from typing import Final

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.metric import Metric
from seatrial.core.reading import Reading
from seatrial.metrics.table import find_metric

ALWAYS: Final = ("pass_rate", "failures.rate")
WHEN_MEASURED: Final = ("score.mean", "flaky.rate", "latency.p50", "latency.p95", "first_token.p50", "first_token.p95")
AMOUNTS: Final = ("tokens.input.mean", "tokens.output.mean", "cost.per_1000", "cost.total")
WHEN_THERE_ARE_ANY: Final = ("not_judged.rate", "retries.rate", "cached.rate", "asked_back.rate")
MOST_VALUES: Final = 200
"""A tag with more values than this is an id and no slice, unless it is asked for by name."""


def headline(batch: Batch) -> list[Reading]:
    """What a report shows of one suite, in order: what was asked always, the rest where there is something to show."""
    found = [find_metric(name).measure(batch) for name in ALWAYS]
    measured = [find_metric(name).measure(batch) for name in (*WHEN_MEASURED, *AMOUNTS)]
    found += [reading for reading in measured if reading.value is not None]
    rare = [find_metric(name).measure(batch) for name in WHEN_THERE_ARE_ANY]
    found += [reading for reading in rare if reading.value]
    turns = find_metric("turns.mean").measure(batch)
    return [*found, turns] if turns.value is not None and turns.value > 1 else found


def by_slice(batch: Batch, metric: Metric, tags: list[str] | None = None) -> list[Reading]:
    """The metric of every value of every tag, in order of first appearance; no slice is left out for being small.

    Args:
        batch: The whole.
        metric: What is measured.
        tags: Which tags; all that make slices when None.
    """
    return [
        of_slice(part, metric, ((tag, value),))
        for tag in (slicing_tags(batch) if tags is None else tags)
        for value, part in batch.slices(tag)
    ]


def of_slice(part: Batch, metric: Metric, where: tuple[tuple[str, str], ...], confidence: float = 0.95) -> Reading:
    """The metric of rows that carry these tags, with the slice's name in it."""
    return msgspec.structs.replace(metric.measure(part, confidence), slice=where)


def slicing_tags(batch: Batch) -> list[str]:
    """The tags that make slices: those with at most `MOST_VALUES` values; the suite only when there are several."""
    return [
        tag
        for tag, labels in batch.tags.items()
        if len(labels.names) <= MOST_VALUES and (tag != "suite" or len(labels.names) > 1)
    ]
