"""What every Metric keeps to, whatever it measures."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.core.batch import Batch
from seatrial.core.interaction import FailureKind
from seatrial.core.metric import Metric, PairedMetric
from seatrial.metrics.rows import EXACT
from seatrial.metrics.table import find_metric, known_metrics

FILLED = {"KIND": "timeout", "CLASS": "win", "NAME": "contains", "TAG": "language", "@K": "@2", "^K": "^2"}


def filled(name):
    for capital, word in FILLED.items():
        name = name.replace(capital, word)
    return name


NAMES = [filled(info.name) for info in known_metrics()]
PAIRED = [name for name in NAMES if isinstance(find_metric(name), PairedMetric)]


def a_run(seed, cases=12, repeats=2):
    """Attempts with everything that can be measured, failures and answers that were not judged among them."""
    chance, batch = random.Random(seed), Batch()
    batch.currency = "USD"
    for case in range(cases):
        tags = {"suite": "s", "language": chance.choice(["en", "es"]), "group": str(case // 2), "step": str(case % 2)}
        tags |= {
            "condition": ["ambiguous", "disambiguated"][case % 2],
            "polarity": chance.choice(["negative", "nonnegative"]),
        }
        tags["family"] = "over_refusal" if case % 4 == 3 else "typos"
        if case % 2:
            tags |= {"attribute": "names", "from": "nobody in the list"}
        for _ in range(repeats):
            if chance.random() < 0.1:
                row = {"failed": 1.0, "attempts": 3.0, "requests": 1.0, "turns": 0.0, "cached": 0.0}
                batch.add_row(str(case), row, tags, FailureKind.TIMEOUT)
                continue
            passed = float(chance.random() < 0.7)
            row = {
                "failed": 0.0,
                "attempts": 2.0,
                "requests": 2.0,
                "turns": 2.0,
                "cached": 0.0,
                "asked_back": passed,
                "score": passed,
            }
            row |= {
                "check:contains": passed,
                "check:over_refusal": passed,
                "value:contains": passed,
                "tokens_in": 100.0,
                "tokens_out": 20 * chance.random(),
            }
            row |= {"latency": chance.random(), "first_token": 0.1, "waited": 0.0, "cost": 0.001, "tokens_cached": 0.0}
            row |= {"answer": float(chance.randrange(3)), "words": 7.0, "questions": passed}
            row |= {f"part:contains:{part}": amount for part, amount in parts(passed, chance).items()}
            if chance.random() < 0.9:
                row["passed"] = passed
            labels = {
                "label:contains": chance.choice(["win", "loss"]),
                "truth:contains": chance.choice(["win", "loss"]),
            }
            labels["label:label"] = chance.choice(["stereotyped", "other", "unknown"])
            labels["truth:label"] = ["unknown", "other"][case % 2]
            if case % 2:
                labels["original"] = f"s/{case - 1}"
            batch.add_row(str(case), row, tags, labels=labels)
    return batch


def parts(passed, chance):
    """Sums as several kinds of checks leave them: stated confidence, a class's score, pairs in two orders, votes."""
    found = {"stated": 0.9, "positive": passed, "first_picked": 1.0 + passed, "asked": 2.0}
    return found | {
        "votes": 3.0,
        "votes_for": float(chance.randrange(4)),
        "share.part": 1.0 + passed,
        "share.whole": 4.0,
    }


@pytest.fixture(params=NAMES)
def metric(request):
    return find_metric(request.param)


def test_it_has_the_shape_of_a_metric(metric):
    """A name, a unit, which way is better, and `measure`."""
    assert isinstance(metric, Metric)
    assert metric.direction in ("up", "down")


def test_its_reading_is_its_own(metric):
    """Name, direction and confidence are those asked for, and the unit is the metric's (of a cost, the currency)."""
    reading = metric.measure(a_run(1), 0.9)
    assert (reading.name, reading.direction, reading.confidence) == (metric.name, metric.direction, 0.9)
    assert reading.unit == ("USD" if metric.unit == "currency" else metric.unit)
    assert reading.value is not None


def test_nothing_gives_no_value_but_a_reason(metric):
    """No cases at all, or no answers at all, is never a number by accident."""
    empty = metric.measure(Batch())
    assert (empty.value, empty.low, empty.high, empty.note) == (None, None, None, "no cases")
    bare = Batch()
    bare.add_row("a", {}, {})
    reading = metric.measure(bare)
    assert (reading.value is None) == bool(reading.note)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), cases=st.integers(1, 25), repeats=st.integers(1, 3))
@pytest.mark.parametrize("name", NAMES)
def test_its_value_lies_in_its_interval(name, seed, cases, repeats):
    """Low <= value <= high, all finite, n <= asked, and no more cases than rows."""
    reading = find_metric(name).measure(a_run(seed, cases, repeats))
    if reading.value is None:
        return
    low = -math.inf if reading.low is None else reading.low
    high = math.inf if reading.high is None else reading.high
    assert low - 1e-12 <= reading.value <= high + 1e-12
    assert all(math.isfinite(end) for end in (reading.value, reading.low or 0, reading.high or 0))
    assert 1 <= reading.clusters <= reading.n <= reading.asked


@pytest.mark.parametrize("seed", range(3))
def test_more_confidence_never_narrows(metric, seed):
    """A 99 % interval holds the 90 % one."""
    wide, narrow = (metric.measure(a_run(seed, 40), level) for level in (0.99, 0.9))
    assert wide.value == narrow.value
    if narrow.low is not None and wide.low is not None:
        assert wide.low <= narrow.low + 1e-12
    if narrow.high is not None and wide.high is not None:
        assert wide.high >= narrow.high - 1e-12
    assert narrow.low is not None or wide.low is None


def test_it_says_how_it_came_to_its_interval(metric):
    """A value has a method, and only a fact about the run has no end at all."""
    reading = metric.measure(a_run(2, 80))
    assert reading.method
    assert (reading.low is None and reading.high is None) == (reading.method == EXACT)


def test_it_measures_and_does_not_touch(metric):
    """The Batch is as it was, and measuring again gives the same."""
    batch = a_run(3)
    before = {name: list(column) for name, column in batch.columns.items()}
    assert metric.measure(batch) == metric.measure(batch)
    assert repr({name: list(column) for name, column in batch.columns.items()}) == repr(before)


@pytest.mark.parametrize("name", PAIRED)
def test_its_values_by_case_are_of_cases_of_the_batch(name):
    """A metric that can be paired has one finite value for each case that has any, by the name in the Batch."""
    batch = a_run(4)
    values = find_metric(name).per_case(batch)
    assert values
    assert set(values) <= set(batch.cases.names)
    assert all(math.isfinite(value) for value in values.values())


@pytest.mark.parametrize("name", PAIRED)
def test_its_mean_over_cases_is_its_value(name):
    """With as many values in every case, both ways of counting agree."""
    batch, metric = a_run(5, 30, 1), find_metric(name)
    values = list(metric.per_case(batch).values())
    assert metric.measure(batch).value == (pytest.approx(sum(values) / len(values)) if values else None)
