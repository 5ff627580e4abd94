import random

import pytest
from made_batches import column, measure

from seatrial.metrics.rows import EXACT
from seatrial.stats.intervals import quantile_interval


def lognormal(cases, repeats=1, seed=1, between=0.4, within=0.1):
    chance = random.Random(seed)
    middles = [chance.gauss(0, between) for _ in range(cases)]
    return column("latency", *[[2.718 ** (m + chance.gauss(0, within)) for _ in range(repeats)] for m in middles])


def test_a_percentile_of_single_attempts_has_order_statistics():
    """Its ends are values of the run itself, chosen by the binomial."""
    batch = lognormal(200)
    reading = measure("latency.p90", batch)
    assert (reading.low, reading.high) == quantile_interval(sorted(batch.column("latency")), 0.9)
    assert reading.method == "order statistics"


def test_the_upper_end_of_a_p95_does_not_exist_below_72_cases():
    """With 71 cases nothing bounds it, with 72 the largest value does."""
    few, enough = (measure("latency.p95", column("latency", *[[float(i)] for i in range(n)])) for n in (71, 72))
    assert few.high is None
    assert few.low is not None
    assert enough.high == 71.0


def test_repeats_that_agree_do_not_narrow_a_percentile():
    """Forty cases asked five times with one and the same latency count as forty rows, and the method says so."""
    values = list(lognormal(40).column("latency"))
    once, often = (measure("latency.p50", column("latency", *[[value] * k for value in values])) for k in (1, 5))
    assert (often.clusters, often.n, often.method) == (40, 200, "order statistics, effective n 40")
    assert (often.low, often.high) == (once.low, once.high)


def test_a_maximum_is_a_fact_without_an_interval():
    """The longest of this run says nothing certain about the next."""
    reading = measure("latency.max", column("latency", [1.0], [7.5], [2.0]))
    assert (reading.value, reading.low, reading.high, reading.method) == (7.5, None, None, EXACT)


@pytest.mark.parametrize(
    ("name", "note"),
    [("latency.p95", "every answer came from the cache"), ("first_token.p50", "no answer was streamed")],
)
def test_nothing_measured_says_why(name, note):
    """A cache's answers have no latency, and answers that were not streamed have no first token."""
    assert note in measure(name, column("score", [1.0])).note


@pytest.mark.slow
def test_the_interval_of_a_percentile_covers_with_repeats():
    """Of 300 runs with strongly clustered latencies at least 92 % cover the true median, where naive rows fail."""
    runs = [lognormal(40, 5, seed) for seed in range(300)]
    readings = [measure("latency.p50", batch) for batch in runs]
    naive = [quantile_interval(sorted(batch.column("latency")), 0.5) for batch in runs]
    assert sum(each.low <= 1.0 <= each.high for each in readings) >= 0.92 * 300
    assert sum(low <= 1.0 <= high for low, high in naive) < 0.85 * 300
