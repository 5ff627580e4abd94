"""`/metrics` for Prometheus: the sums of all workers of this server, in its text format.

Each worker writes its own sums into the store's folder twice a second; whichever is asked adds them up.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from seatrial.core.errors import MissingExtra
from seatrial.core.ids import new_id
from seatrial.gateway.metrics import FAMILIES, Tally, decode, merged
from seatrial.gateway.records.counting import Counting

if TYPE_CHECKING:
    from prometheus_client import Metric

EVERY: Final = 0.5
STALE: Final = 10.0
"""Seconds after which a worker that wrote nothing is gone: what it counted stays, what it holds does not."""
FORGOTTEN: Final = 24 * 3600.0
CONTENT_TYPE: Final = b"text/plain; version=0.0.4; charset=utf-8"
_OPTIONAL: Final = ("error_type",)
"""Labels that are left out where they are empty."""


class Board:
    """What one worker has counted, where all workers of its server find it.

    Args:
        store: The folder of the store.
        instance: Names the server.
        counting: What is counted.
        now: Gives gauges, and counters that are kept elsewhere.
    """

    def __init__(self, store: Path, instance: str, counting: Counting, now: Callable[[], Tally]) -> None:
        self._folder, self._instance, self._counting, self._now = store / "metrics", instance, counting, now
        self._path = self._folder / f"{instance}.{new_id()}"
        self._due = 0.0
        self._last = b""

    def publish(self) -> None:
        """Write the sums down when it is time; called by the thread that counts."""
        now = time.monotonic()
        if now < self._due:
            return
        self._due = now + EVERY
        self._counting.others = self._now()
        self._last = self._counting.sums().encode()
        with suppress(OSError):  # a full disk: the next time, or by this worker alone
            self._write(self._last)

    def clean(self) -> None:
        """Take away what servers left behind that are long gone."""
        for path in self._folder.glob("*.*"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > FORGOTTEN and not path.name.startswith(self._instance):
                    path.unlink()

    def sums(self) -> Tally:
        """Of all workers of this server."""
        found = [decode(self._last)] if self._last else []
        for path in sorted(self._folder.glob(f"{self._instance}.*")):
            if path != self._path and not path.name.endswith(".new"):
                with suppress(OSError, msgspec.MsgspecError):
                    other = decode(path.read_bytes())
                    found.append(_without_gauges(other) if _age(path) > STALE else other)
        return merged(found)

    def _write(self, data: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._path.with_name(self._path.name + ".new")
        draft.write_bytes(data)
        draft.replace(self._path)


def text_of(tally: Tally) -> bytes:
    """The text format.

    Raises:
        MissingExtra: prometheus-client is not installed.
    """
    try:
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.registry import Collector
    except ImportError:
        raise MissingExtra("gateway", "/metrics") from None

    class Sums(Collector):
        """Gives what was added up."""

        def collect(self) -> "Iterator[Metric]":
            """All metrics that have a value."""
            return _metrics(tally)

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Sums())
    return generate_latest(registry)


def _metrics(tally: Tally) -> "Iterator[Metric]":
    from prometheus_client import Metric

    for name, family in FAMILIES.items():
        metric = Metric(name.removesuffix("_total"), family.help, family.kind)
        for labels, value in sorted(tally.values.get(name, {}).items()):
            metric.add_sample(name, _named(family.labels, labels), value)
        for labels, row in sorted(tally.histograms.get(name, {}).items()):
            named, seen = _named(family.labels, labels), 0.0
            for bound, number in zip((*family.buckets, float("inf")), row, strict=False):
                seen += number
                metric.add_sample(f"{name}_bucket", {**named, "le": _bound(bound)}, seen)
            metric.add_sample(f"{name}_count", named, seen)
            metric.add_sample(f"{name}_sum", named, row[-1])
        if metric.samples:
            yield metric


def _named(names: tuple[str, ...], labels: tuple[str, ...]) -> dict[str, str]:
    pairs = zip(names, labels, strict=True)
    return {name: value for name, value in pairs if value or name not in _OPTIONAL}


def _bound(bound: float) -> str:
    return "+Inf" if bound == float("inf") else f"{bound:.10g}"


def _without_gauges(tally: Tally) -> Tally:
    counted = {name: family for name, family in tally.values.items() if FAMILIES[name].kind == "counter"}
    return Tally(counted, tally.histograms)


def _age(path: Path) -> float:
    return time.time() - path.stat().st_mtime
