"""The rate of false alarms of gates on clustered data, through the door that every gate goes through."""

import math
import random
import statistics

import pytest

from seatrial.core.batch import Batch
from seatrial.core.gate import parse_gate
from seatrial.core.verdict import Outcome
from seatrial.metrics.baseline import Baseline
from seatrial.metrics.baseline_cases import BaselineCase
from seatrial.metrics.decide import decide
from seatrial.metrics.table import find_metric

RUNS, CASES, REPEATS, RATE, AGREEMENT = 2_000, 50, 10, 0.7, 0.71
"""Fifty cases asked ten times each, intraclass correlation .71 (REFERENCE: naive tests reject about 45 %)."""


def passed(chance):
    """How often each case passes: its own chance is beta distributed, so that its repeats agree."""
    weight = 1 / AGREEMENT - 1
    shares = [chance.betavariate(RATE * weight, (1 - RATE) * weight) for _ in range(CASES)]
    return [sum(chance.random() < share for _ in range(REPEATS)) for share in shares]


def batch_of(counts):
    batch = Batch()
    for case, right in enumerate(counts):
        for repeat in range(REPEATS):
            batch.add_row(str(case), {"failed": 0.0, "passed": float(repeat < right)}, {})
    return batch


def baseline_of(counts):
    cases = [BaselineCase(str(case), REPEATS, REPEATS, right) for case, right in enumerate(counts)]
    return Baseline(run="r", at=0, file="f", plan="p", cases=tuple(cases))


def naive_alarm(counts):
    """A two-sided z-test at the true rate that takes every row for a case."""
    n, rate = CASES * REPEATS, sum(counts) / (CASES * REPEATS)
    return abs(rate - RATE) > 1.959964 * math.sqrt(max(rate * (1 - rate), 1e-9) / n)


@pytest.mark.slow
def test_a_pass_rate_gate_at_the_true_rate_raises_few_false_alarms():
    """At most 6 % of 2,000 runs are missed or met by chance, where the naive test rejects over 40 %."""
    chance, metric = random.Random(20261121), find_metric("pass_rate")
    runs = [passed(chance) for _ in range(RUNS)]
    gate = parse_gate(f"pass_rate >= {RATE:.0%}")
    outcomes = [decide(gate, metric, batch_of(counts)).outcome for counts in runs]
    assert outcomes.count(Outcome.MISSED) <= 0.06 * RUNS
    assert outcomes.count(Outcome.MISSED) + outcomes.count(Outcome.MET) <= 0.06 * RUNS
    assert statistics.fmean(naive_alarm(counts) for counts in runs) > 0.4


@pytest.mark.slow
def test_a_regression_gate_without_a_change_raises_few_false_alarms():
    """The same cases in both runs, drawn anew: at most 6 % of 2,000 runs are missed or met by chance."""
    chance, metric = random.Random(7), find_metric("pass_rate")
    gate, alarms = parse_gate("regression(pass_rate) >= 0%"), 0
    for _ in range(RUNS):
        result = decide(gate, metric, batch_of(passed(chance)), baseline=baseline_of(passed(chance)))
        alarms += result.outcome is not Outcome.UNDECIDED
    assert alarms <= 0.06 * RUNS
