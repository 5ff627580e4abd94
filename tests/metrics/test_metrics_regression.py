import random

import pytest
from made_batches import RUN, add, column, judge, passes, rate

from seatrial.core.batch import Batch
from seatrial.core.gate import parse_gate
from seatrial.core.reading import Reading
from seatrial.core.verdict import Outcome
from seatrial.metrics.baseline import Baseline
from seatrial.metrics.decide import decide
from seatrial.metrics.paired import pairs, unpaired_reading
from seatrial.metrics.table import find_metric
from seatrial.stats.paired import paired_rate_difference

MET, MISSED, UNDECIDED = Outcome.MET, Outcome.MISSED, Outcome.UNDECIDED


def test_without_a_baseline_it_is_undecided_and_says_how_to_make_one():
    """A first run has nothing to be compared with."""
    result = judge("regression(pass_rate) >= -2%", rate(9, 10))
    assert result.outcome is UNDECIDED
    assert "`seatrial bless RUN` makes one" in result.why


@pytest.mark.parametrize(("worse", "outcome"), [(0, MET), (30, MISSED), (4, UNDECIDED)])
def test_the_paired_interval_decides(worse, outcome):
    """Of 200 cases that all passed, so many fail now; the limit is two points."""
    assert judge("regression(pass_rate) >= -2%", rate(200 - worse, 200), rate(200, 200)).outcome is outcome


def test_the_interval_is_that_of_the_pairs():
    """Bonett and Price's interval over the cases that both runs have."""
    before, now = rate(60, 100), rate(50, 100)
    reading = judge("regression(pass_rate) >= -2%", now, before).readings[0]
    expected = paired_rate_difference([1.0] * 60 + [0.0] * 40, [1.0] * 50 + [0.0] * 50)
    assert (reading.value, reading.low, reading.high) == pytest.approx(tuple(expected))
    assert (reading.name, reading.n) == ("regression(pass_rate)", 100)


def test_few_cases_without_any_change_prove_little():
    """Ten equal cases do not show that less than two points were lost; the advice counts cases of both runs."""
    result = judge("regression(pass_rate) >= -2%", rate(10, 10), rate(10, 10))
    assert result.outcome is UNDECIDED
    assert "more cases in both runs would decide" in result.why


def test_cases_that_only_one_run_has_are_not_compared():
    """The Reading says of how many cases it is."""
    reading = judge("regression(pass_rate) >= -50%", rate(100, 120), rate(100, 100)).readings[0]
    assert (reading.value, reading.n, reading.asked) == (0.0, 100, 120)
    assert "no case of this run" in judge("regression(pass_rate) >= -2%", passes({"new": "p"}), rate(1, 1)).why


def test_not_judged_cases_block_a_regression_too():
    """Ten of a hundred could not be judged."""
    result = judge("regression(pass_rate) >= -90%", passes(["p"] * 90 + ["n"] * 10), rate(100, 100))
    assert result.outcome is UNDECIDED
    assert "10 of 100 asked" in result.why


def test_slices_are_paired_by_their_cases():
    """A baseline holds no tags: the run's own tags say which cases a slice has."""
    before = passes({f"{name}{i}": "p" for name in ("en", "es") for i in range(150)})
    now = passes({f"en{i}": "p" for i in range(150)}, language="en")
    passes({f"es{i}": "f" for i in range(150)}, now, language="es")
    result = judge("regression(pass_rate) >= -5% in every language", now, before)
    assert result.outcome is MISSED
    assert result.readings[0].slice == (("language", "es"),)


def test_suites_are_paired_within_themselves():
    """Cases of the same id in another suite are others."""
    before = rate(200, 200, suite="a")
    passes([*"f" * 200], before, suite="b")
    now = rate(200, 200, suite="a")
    passes([*"f" * 200], now, suite="b")
    assert judge("regression(a.pass_rate) >= -2%", now, before).outcome is MET
    assert judge("regression(b.pass_rate) >= -2%", now, before).readings[0].value == 0


def timed(n, middle, seed=1):
    chance = random.Random(seed)
    return column("latency", *[[middle * chance.lognormvariate(0, 0.2)] for _ in range(n)])


def test_a_mean_latency_is_compared_case_by_case():
    """The same cases, each 10 % slower: pairs show it."""
    before = timed(60, 1.0)
    now = column("latency", *[[1.1 * value] for value in before.column("latency")])
    assert judge("regression(latency.mean) <= 50ms", now, before).outcome is MISSED
    assert judge("regression(latency.mean) <= 200ms", now, before).outcome is MET


def test_a_percentile_is_compared_by_both_intervals():
    """It has no value for a case: the baseline's own Reading is used, and of slices it has none."""
    now, before = timed(200, 3.0, seed=2), timed(200, 1.0)
    result = judge("regression(latency.p50) <= 500ms", now, before)
    assert result.outcome is MISSED
    assert result.readings[0].method == "unpaired, from both intervals"
    sliced = Batch()
    for number, value in enumerate(now.column("latency")):
        add(sliced, f"c{number}", "p", {"language": "en"}, latency=value)
    assert (
        "holds no latency.p50 of slices" in judge("regression(latency.p50) <= 1s in every language", sliced, before).why
    )


def test_a_percentile_of_one_suite_is_compared_with_that_suite():
    """The baseline has Readings of each suite."""
    before, now = Batch(), Batch()
    for batch, factor in ((before, 1.0), (now, 1.0)):
        for i in range(100):
            add(batch, str(i), "p", {"suite": "fast"}, latency=factor * (1 + i / 1000))
            add(batch, str(i), "p", {"suite": "slow"}, latency=50.0)
    reading = judge("regression(fast.latency.p50) <= 1s", now, before).readings[0]
    assert reading.value == pytest.approx(0, abs=1e-6)
    gate, metric = parse_gate("regression(fast.latency.p50) <= 1s"), find_metric("latency.p50")
    assert decide(gate, metric, now.slice(suite="fast"), baseline=Baseline.of(RUN, before)).outcome is MET


def test_the_longest_is_compared_by_value():
    """A fact about each run has no interval."""
    before, now = column("latency", [1.0], [2.0]), column("latency", [1.0], [2.5])
    assert judge("regression(latency.max) <= 600ms", now, before).outcome is MET
    assert judge("regression(latency.max) <= 400ms", now, before).outcome is MISSED


def test_costs_in_two_currencies_are_not_compared():
    """A baseline in euros says nothing about dollars."""
    before, now = (column("cost", [0.1], [0.2], currency=currency) for currency in ("EUR", "USD"))
    result = judge("regression(cost.mean) <= 1 USD", now, before)
    assert result.outcome is UNDECIDED
    assert "the baseline's costs are in EUR" in result.why


def test_kinds_of_failures_are_in_the_baseline():
    """A timeout before and now is no regression of timeouts."""
    batch = passes(["x"] * 10 + ["p"] * 190)
    assert judge("regression(failures.timeout) <= 2%", batch, batch).outcome is MET
    assert judge("regression(retries.rate) <= 2%", batch, batch).readings[0].value == 0


def test_an_unpaired_difference_adds_the_distances_in_squares():
    """Zou and Donner: .8 (.7 to .9) and .5 (.4 to .6) differ by .3 -+ sqrt(.02); an end that is missing stays so."""
    now, before = Reading("x", 0.8, 0.7, 0.9), Reading("x", 0.5, 0.4, 0.6)
    found = unpaired_reading(now, before)
    assert (found.low, found.high) == (pytest.approx(0.3 - 0.02**0.5), pytest.approx(0.3 + 0.02**0.5))
    assert unpaired_reading(now, Reading("x", 0.5, 0.4, None)).low is None
    with pytest.raises(ValueError, match="two values"):
        unpaired_reading(now, Reading("x", None))


def test_pairs_are_the_cases_of_both():
    """Values come in one order."""
    found = pairs({"a": 1.0, "b": 2.0}, {"b": 3.0, "c": 4.0, "a": 5.0})
    assert (found.before, found.now) == ([2.0, 1.0], [3.0, 5.0])
