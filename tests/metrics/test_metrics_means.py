import pytest
from made_batches import column, measure

from seatrial.core.batch import Batch


def test_score_mean_has_the_clustered_t_interval_of_reference():
    """Values 0..19 in four clusters have REFERENCE's standard error .645497 with t of 3 degrees of freedom."""
    cases = [[value / 19 for value in range(20) if value % 4 == cluster] for cluster in range(4)]
    reading = measure("score.mean", column("score", *cases))
    assert reading.value == pytest.approx(0.5)
    assert reading.high - reading.value == pytest.approx(3.18245 * 0.645497 / 19, rel=1e-5)
    assert (reading.n, reading.clusters) == (20, 4)


def test_scores_that_are_all_equal_have_an_interval():
    """Five scores of 1 prove no more than five passes of five."""
    reading = measure("score.mean", column("score", *[[1.0]] * 5))
    assert reading.value == reading.high == 1
    assert reading.low == pytest.approx(0.565518, abs=1e-5)


def test_one_case_has_no_interval_of_a_mean():
    """Of one case asked five times nothing is known about other cases."""
    reading = measure("latency.mean", column("latency", [1.0, 2.0, 3.0, 2.0, 2.0]))
    assert (reading.value, reading.low, reading.high) == (2.0, None, None)


def test_a_score_mean_never_leaves_0_to_1():
    """Its interval is cut at the ends of the scale."""
    reading = measure("score.mean", column("score", [0.0], [1.0]))
    assert (reading.low, reading.high) == (0.0, 1.0)


def test_no_scores_say_so():
    """Without a score of 0 to 1 there is no mean."""
    assert measure("score.mean", column("latency", [1.0])).note == "no check gave a score of 0 to 1"


def test_a_missing_value_is_left_out_and_counted():
    """The mean stands on the rows that have the value, over all that were asked."""
    batch = Batch()
    for number, cells in enumerate([{"latency": 1.0}, {"latency": 3.0}, {}]):
        batch.add_row(str(number), {"failed": 0.0, **cells}, {})
    reading = measure("latency.mean", batch)
    assert (reading.value, reading.n, reading.asked) == (2.0, 2, 3)
