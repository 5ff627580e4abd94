"""Batches for tests of metrics, made through the doors that everyone uses."""

from collections.abc import Iterable, Mapping

from seatrial.core.batch import Batch
from seatrial.core.gate import parse_gate
from seatrial.core.interaction import FailureKind
from seatrial.core.metric import Metric
from seatrial.core.reading import Reading
from seatrial.core.run import RunInfo
from seatrial.core.verdict import GateResult
from seatrial.metrics.baseline import Baseline
from seatrial.metrics.decide import judge_gates
from seatrial.metrics.table import find_metric

RUN = RunInfo(id="0190-run", at=1, file="seatrial.yaml", plan="abc", suites=())


def passes(cases: Mapping[str, str] | Iterable[str], batch: Batch | None = None, **tags: str) -> Batch:
    """A Batch from words of one letter an attempt: p passed, f failed a check, n not judged, x no answer (timeout)."""
    batch = Batch() if batch is None else batch
    named = cases if isinstance(cases, Mapping) else {f"c{number}": word for number, word in enumerate(cases)}
    for case, word in named.items():
        for letter in word:
            add(batch, case, letter, tags)
    return batch


def add(batch: Batch, case: str, letter: str, tags: dict[str, str], **cells: float) -> None:
    """One attempt; see `passes`."""
    if letter == "x":
        row = {"failed": 1.0, "attempts": 3.0, "requests": 1.0, "turns": 0.0, "cached": 0.0}
        batch.add_row(case, row | cells, tags, FailureKind.TIMEOUT)
        return
    row = {"failed": 0.0, "attempts": 1.0, "requests": 1.0, "turns": 1.0, "cached": 0.0}
    if letter != "n":
        row["passed"] = float(letter == "p")
    batch.add_row(case, row | cells, tags)


def rate(right: int, n: int, **tags: str) -> Batch:
    """So many cases, asked once each, of which the first `right` pass."""
    return passes(["p"] * right + ["f"] * (n - right), **tags)


def column(name: str, *cases: Iterable[float], currency: str | None = None) -> Batch:
    """Answers with one measured column: each case has its repeats' values."""
    batch = Batch()
    batch.currency = currency
    for number, values in enumerate(cases):
        for value in values:
            add(batch, f"c{number}", "p", {}, **{name: value})
    return batch


def measure(name: str, batch: Batch, confidence: float = 0.95) -> Reading:
    """The Reading of a metric by its name."""
    metric: Metric = find_metric(name)
    return metric.measure(batch, confidence)


def judge(line: str, batch: Batch, before: Batch | None = None, **rules: object) -> GateResult:
    """One gate line held to a Batch, through the door that a trial uses."""
    baseline = None if before is None else Baseline.of(RUN, before)
    suites = batch.values_of("suite")
    return judge_gates([parse_gate(line)], batch, suites, baseline, **rules)[0]  # type: ignore[arg-type]
