"""Decide gates: one function for a CI gate, an alert and a rollback alike."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.finding import Finding
from seatrial.core.gate import Gate
from seatrial.core.metric import Metric
from seatrial.core.reading import Reading
from seatrial.core.verdict import GateResult, Outcome
from seatrial.metrics.baseline import Baseline
from seatrial.metrics.every import judge_every
from seatrial.metrics.findings import judge_findings
from seatrial.metrics.naming import resolve
from seatrial.metrics.outcomes import Rules, judge_reading
from seatrial.metrics.regression import Reference, change
from seatrial.metrics.units import check_unit
from seatrial.stats.looks import MOST_LOOKS, confidence_of_looks
from seatrial.stats.multiple import bonferroni_confidence


def decide(
    gate: Gate,
    metric: Metric,
    batch: Batch,
    *,
    baseline: Baseline | None = None,
    looks: int = 1,
    by_point: bool = False,
    not_judged_limit: float = 0.05,
) -> GateResult:
    """Hold a metric of a Batch to a gate's limit.

    Met only when the whole interval is on the right side of the limit, missed only when the whole interval is on the
    wrong side, else undecided with how many more cases would decide. Exact values (totals, maxima) count by value.

    Args:
        gate: The limit; a suite's name before its metric is only shown.
        metric: What the gate is about.
        batch: The rows; of the gate's suite only.
        baseline: What `regression(...)` is held against.
        looks: How often the gate is or could be looked at; intervals are widened for it (Pocock).
        by_point: Judge values and not intervals.
        not_judged_limit: With a larger share not judged, nothing is decided.

    Raises:
        Mistake: The limit's unit does not fit the metric.
    """
    check_unit(gate, metric)
    first = gate.metric.partition(".")[0]
    suite = first if first in batch.values_of("suite") else None
    measuring = _Measuring(gate, metric, suite, Reference(baseline) if baseline else None)
    return _decide(measuring, batch, Rules(looks, by_point, not_judged_limit))


def judge_gates(
    gates: Iterable[Gate],
    batch: Batch,
    suites: Collection[str],
    baseline: Baseline | None = None,
    findings: Sequence[Finding] | None = None,
    *,
    looks: int = 1,
    by_point: bool = False,
    not_judged_limit: float = 0.05,
) -> list[GateResult]:
    """Decide all gates of a trial; see `decide`.

    Args:
        gates: As written, and those that every suite has unasked (`failure_gates`).
        batch: All rows; a gate on one suite takes those that carry its name.
        suites: The names of the suites.
        baseline: What `regression(...)` is held against.
        findings: What was found; None when nothing was scanned.
        looks: How often the gates are or could be looked at.
        by_point: Judge values and not intervals.
        not_judged_limit: With a larger share not judged, nothing is decided.

    Raises:
        Mistake: A gate names no metric, or its limit's unit does not fit.
    """
    reference, rules = Reference(baseline) if baseline else None, Rules(looks, by_point, not_judged_limit)
    part = cache(lambda suite: batch if suite is None else batch.slice(suite=suite))
    results = []
    for gate in gates:
        named = resolve(gate, suites)
        if named.metric is None:
            results.append(judge_findings(gate, findings))
        else:
            measuring = _Measuring(gate, named.metric, named.suite, reference, batch)
            results.append(_decide(measuring, part(named.suite), rules))
    return results


class _Measuring(msgspec.Struct, frozen=True):
    """A gate with what it takes to measure a part of its Batch."""

    gate: Gate
    metric: Metric
    suite: str | None
    reference: Reference | None
    whole: Batch | None = None

    def reading(self, part: Batch, where: tuple[tuple[str, str], ...], confidence: float) -> Reading:
        """The metric of a part, or its change from the Baseline, under the name that the gate uses."""
        name = self.gate.metric
        if self.whole is not None and getattr(self.metric, "with_originals", False):
            part = self.whole.with_originals(part)
        if self.gate.compare is None:
            found = self.metric.measure(part, confidence)
        else:
            name, sliced = f"{self.gate.compare}({name})", bool(where)
            found = change(self.metric, part, self.reference, suite=self.suite, sliced=sliced, confidence=confidence)
        return msgspec.structs.replace(found, name=name, slice=where)


def _decide(measuring: _Measuring, batch: Batch, rules: Rules) -> GateResult:
    gate, confidence = measuring.gate, confidence_of_looks(min(rules.looks, MOST_LOOKS))
    if gate.every is not None:
        return _decide_every(measuring, gate.every, batch, rules, confidence)
    where = () if gate.where is None else (gate.where,)
    part = batch.slice(**dict(where)) if where else batch
    reading = measuring.reading(part, where, confidence)
    if not len(part) and len(batch):
        reading = msgspec.structs.replace(reading, note="no case carries this tag")
    found = judge_reading(gate, measuring.metric, reading, rules)
    return GateResult(gate, found.outcome, (reading,), found.why, found.more_cases, rules.looks)


def _decide_every(measuring: _Measuring, tag: str, batch: Batch, rules: Rules, confidence: float) -> GateResult:
    gate, covers = measuring.gate, getattr(measuring.metric, "covers", lambda part: True)
    tagged = list(batch.slices(tag))
    slices = [each for each in tagged if covers(each[1])]
    if not slices:
        why = f"{gate.metric}: no case carries the tag `{tag}`" if len(batch) else f"{gate.metric}: no cases"
        return GateResult(gate, Outcome.UNDECIDED, (), why, looks=rules.looks)
    wide = bonferroni_confidence(confidence, len(slices))
    readings, widened = (
        [measuring.reading(part, ((tag, value),), level) for value, part in slices] for level in (confidence, wide)
    )
    result = judge_every(gate, measuring.metric, readings, widened, rules)
    untagged = len(batch) - sum(len(part) for _, part in tagged)
    if not untagged:
        return result
    return msgspec.structs.replace(result, why=f"{result.why}; {untagged:,} attempts carry no {tag} and are left out")
