import pytest
from made_batches import measure

from seatrial.core.batch import Batch
from seatrial.core.gate import parse_gate
from seatrial.metrics.check_metrics import checks_of, slug


def judged(*rows):
    batch = Batch()
    for number, cells in enumerate(rows):
        batch.add_row(str(number), {"failed": 0.0, **cells}, {})
    return batch


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("contains", "contains"),
        ("json_path $.fare", "json_path_fare"),
        ("latency <= 3s", "latency_3s"),
        ("größe", "größe"),
    ],
)
def test_the_short_name_of_a_check_fits_into_a_gate(name, short):
    """Runs of other characters become one underscore, and the gate's grammar reads the result."""
    assert slug(name) == short
    assert parse_gate(f"suite.checks.{short}.pass_rate >= 95%").metric == f"suite.checks.{short}.pass_rate"


def test_a_check_is_rated_over_the_rows_that_it_judged():
    """Rows where it does not apply were not asked; rows where it could not judge were."""
    batch = judged({"check:a b": 1.0}, {"check:a b": 0.0}, {"unjudged:a b": 1.0}, {"check:other": 1.0})
    reading = measure("checks.a_b.pass_rate", batch)
    assert (reading.value, reading.n, reading.asked, reading.not_judged) == (0.5, 2, 3, 1)


def test_a_check_has_a_mean_value():
    """Values may have any size."""
    assert measure("checks.words.mean", judged({"value:words": 10.0}, {"value:words": 30.0})).value == 20


def test_an_unknown_check_is_named_with_the_nearest():
    """It is no mistake before the run, since checks may be on some cases only."""
    reading = measure("checks.contians.pass_rate", judged({"check:contains": 1.0}))
    assert reading.value is None
    assert reading.note == "no check is called `contians`; did you mean `contains`?"


def test_two_checks_with_one_short_name_are_not_guessed():
    """The reader is asked to give one of them a name."""
    reading = measure("checks.a_b.pass_rate", judged({"check:a b": 1.0, "check:a-b": 1.0, "check:a+b": 0.0}))
    assert reading.value is None
    assert "same short name" in reading.note


def test_a_check_that_judged_nothing_says_so():
    """All its rows are not judged."""
    reading = measure("checks.a.pass_rate", judged({"unjudged:a": 1.0}))
    assert (reading.value, reading.not_judged, reading.asked) == (None, 1, 1)
    assert checks_of(judged({"unjudged:a": 1.0, "value:b": 1.0})) == ["a", "b"]
