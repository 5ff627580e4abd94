from made_batches import add, measure, passes, rate

from seatrial.core.batch import Batch
from seatrial.metrics.measurable import measurable
from seatrial.metrics.readings import MOST_VALUES, by_slice, headline, slicing_tags
from seatrial.metrics.table import find_metric

PASS_RATE = find_metric("pass_rate")


def names(readings):
    return [reading.name for reading in readings]


def test_a_headline_says_what_was_asked_and_only_what_there_is():
    """Pass rate and failures always; latency, cost and turns where they were measured."""
    batch = Batch()
    batch.currency = "USD"
    for number in range(3):
        add(batch, str(number), "p", {}, latency=1.0, cost=0.001, score=1.0)
    assert names(headline(batch)) == [
        "pass_rate",
        "failures.rate",
        "score.mean",
        "latency.p50",
        "latency.p95",
        "cost.per_1000",
        "cost.total",
    ]


def test_a_headline_of_nothing_still_says_what_was_asked():
    """A suite in which everything failed has a pass rate without a value."""
    found = headline(passes(["x", "x"]))
    assert names(found)[:2] == ["pass_rate", "failures.rate"]
    assert found[0].value is None


def test_rare_things_are_in_the_headline_when_they_happen():
    """Not judged answers, retries, repeats that disagree and dialogues."""
    batch = passes(["pf", "np", "x"])
    add(batch, "long", "p", {}, turns=9.0)
    assert {"flaky.rate", "not_judged.rate", "retries.rate", "turns.mean"} <= set(names(headline(batch)))


def test_every_slice_is_read_however_small():
    """One case in Frisian stands beside a hundred in English."""
    batch = rate(90, 100, language="en")
    passes({"z": "f"}, batch, language="fy")
    found = by_slice(batch, PASS_RATE)
    assert [(each.slice, each.value) for each in found] == [((("language", "en"),), 0.9), ((("language", "fy"),), 0.0)]


def test_a_lone_suite_is_no_slice_but_several_are():
    """A slice that is the whole says nothing."""
    batch = rate(1, 1, suite="a")
    assert slicing_tags(batch) == []
    passes({"x": "p"}, batch, suite="b")
    assert slicing_tags(batch) == ["suite"]


def test_a_tag_that_is_an_id_is_no_slice_unless_named():
    """A tag with a value for each case would make a slice of each."""
    batch = Batch()
    for number in range(MOST_VALUES + 1):
        passes({str(number): "p"}, batch, ticket=str(number))
    assert by_slice(batch, PASS_RATE) == []
    assert len(by_slice(batch, PASS_RATE, ["ticket"])) == MOST_VALUES + 1


def test_what_can_be_measured_is_measured_by_its_own_name():
    """Each Reading is what its metric gives, checks and kinds of failures included."""
    batch = passes(["p", "x"])
    add(batch, "checked", "p", {}, **{"check:json_path $.fare": 1.0})
    found = measurable(batch)
    assert {"pass_rate", "failures.timeout", "checks.json_path_fare.pass_rate"} <= set(names(found))
    assert all(reading == measure(reading.name, batch) for reading in found)
    assert all(reading.value is not None for reading in found)
