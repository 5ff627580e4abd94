import pytest
from made_batches import add, column, judge, measure

from seatrial.core.batch import Batch
from seatrial.core.verdict import Outcome
from seatrial.metrics.rows import EXACT


def test_tokens_are_means_and_totals():
    """The total of an answer is what was sent and what came back."""
    batch = Batch()
    for number, (sent, got) in enumerate([(100, 20), (300, 40)]):
        add(batch, str(number), "p", {}, tokens_in=sent, tokens_out=got)
    assert measure("tokens.input.mean", batch).value == 200
    assert measure("tokens.output.total", batch).value == 60
    assert measure("tokens.total.mean", batch).value == 230
    assert measure("tokens.total.total", batch).method == EXACT


def test_cost_has_the_currency_of_its_batch():
    """A cost without a currency would be a number of nothing."""
    batch = column("cost", [0.002], [0.004], currency="EUR")
    mean, thousand, total = (measure(f"cost.{name}", batch) for name in ("mean", "per_1000", "total"))
    assert (mean.value, mean.unit) == (pytest.approx(0.003), "EUR")
    assert thousand.value == pytest.approx(3.0)
    assert thousand.high == pytest.approx(1000 * mean.high)
    assert (total.value, total.method) == (pytest.approx(0.006), EXACT)


def test_no_price_is_said_with_the_suite_that_lacks_it():
    """A model without a price has no cost, not a cost of nothing."""
    batch = Batch()
    add(batch, "a", "p", {"suite": "behaviour"})
    reading = measure("cost.per_1000", batch)
    assert reading.value is None
    assert "no price is known for the target of suite behaviour" in reading.note


def test_a_total_with_unknown_parts_is_a_lower_bound():
    """It can miss a limit but never meet one."""
    batch = column("cost", [0.5], currency="USD")
    add(batch, "unknown", "p", {})
    assert "1 answers is not known" in measure("cost.total", batch).note
    assert judge("cost.total <= 0.4 USD", batch).outcome is Outcome.MISSED
    assert judge("cost.total <= 1 USD", batch).outcome is Outcome.UNDECIDED


def test_a_failure_without_cost_leaves_the_total_known():
    """Nothing was answered, so nothing is missing from the sum."""
    batch = column("cost", [0.5], currency="USD")
    add(batch, "failed", "x", {})
    assert judge("cost.total <= 1 USD", batch).outcome is Outcome.MET
