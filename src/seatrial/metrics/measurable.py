"""Every metric that a Batch has something to say about."""

from collections.abc import Iterator

from seatrial.core.batch import Batch
from seatrial.core.reading import Reading
from seatrial.metrics.catalogue import BUILT_IN_METRICS
from seatrial.metrics.check_metrics import checks_of, slug
from seatrial.metrics.table import find_metric


def measurable(batch: Batch, confidence: float = 0.95) -> list[Reading]:
    """The Readings of all built-in metrics that have a value here, in the order of their list."""
    found = (find_metric(name).measure(batch, confidence) for name in _names(batch))
    return [reading for reading in found if reading.value is not None]


def _names(batch: Batch) -> Iterator[str]:
    for info in BUILT_IN_METRICS:
        if "NAME" in info.name:
            yield from sorted({name for check in checks_of(batch) for name in _of_check(info.name, check, batch)})
        elif info.name == "failures.KIND":
            yield from sorted(f"failures.{name}" for name in batch.failures.names)
        elif not info.name.endswith("K"):
            yield info.name


def _of_check(name: str, check: str, batch: Batch) -> Iterator[str]:
    filled = name.replace("NAME", slug(check))
    if not filled.endswith("CLASS"):
        yield filled
        return
    columns = (batch.labels.get(f"{kind}:{check}") for kind in ("truth", "label"))
    for found in {each for labels in columns if labels is not None for each in labels.names}:
        yield filled.removesuffix("CLASS") + slug(found)
