"""A Metric measures a Batch, alone or against a reference Batch."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from seatrial.core.batch import Batch
from seatrial.core.reading import Direction, Reading


@runtime_checkable
class Metric(Protocol):
    """Measures a Batch."""

    @property
    def name(self) -> str:
        """The name that gates use, e.g. `latency.p95`."""
        ...

    @property
    def unit(self) -> str:
        """`rate`, `s`, `USD`, `tokens`, ... or nothing."""
        ...

    @property
    def direction(self) -> Direction:
        """Which way is better."""
        ...

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The value with its interval; a Reading without a value when the Batch has nothing to measure."""
        ...


@runtime_checkable
class PairedMetric(Metric, Protocol):
    """A Metric that has a value for each case, so that two runs can be compared case by case."""

    def per_case(self, batch: Batch) -> Mapping[str, float]:
        """The value of each case that has one."""
        ...
