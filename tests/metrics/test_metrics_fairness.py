"""`gap`: originals beside their counterfactual children, as rows of a run."""

import pytest
from made_batches import judge, measure

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.metrics.fairness import of_gap
from seatrial.metrics.table import find_metric


def original(batch, case, passed, **cells):
    row = {"failed": 0.0, "passed": float(passed)} | cells
    batch.add_row(case, row, {"suite": "s"})


def child(batch, case, group, passed, attribute="names", before="ours", **cells):
    """A child of `case` with `group` put in; not judged when `passed` is None."""
    row = {"failed": 0.0} | ({} if passed is None else {"passed": float(passed)}) | cells
    tags = {"suite": "fairness", "attribute": attribute, "group": group, "from": before}
    batch.add_row(f"{case}~{attribute}-{group}", row, tags, labels={"original": f"s/{case}"})


def run(wrong=0, n=100, attribute="names", batch=None):
    """Many originals that pass, each with a child of `theirs`, of which the first `wrong` fail."""
    batch = Batch() if batch is None else batch
    for i in range(n):
        if attribute == "names":
            original(batch, f"c{i}", True)
        child(batch, f"c{i}", "theirs", i >= wrong, attribute)
    return batch


def test_the_original_is_its_own_group():
    """Ten of 100 questions go wrong for the other group only: the gap is 10 points, and it says who is below."""
    found = measure("gap", run(10))
    assert found.value == pytest.approx(0.1)
    assert (found.n, found.asked, found.clusters, found.unit, found.direction) == (100, 100, 100, "rate", "down")
    assert found.note == "theirs below ours"
    assert found.low > 0.03


def test_no_difference_is_no_certainty():
    """100 pairs without a change meet 5 % and leave 1 % open."""
    same = run(0)
    assert judge("fairness.gap <= 5%", same).outcome == "met"
    assert judge("fairness.gap <= 1%", same).outcome == "not enough evidence"
    assert judge("fairness.gap <= 3%", run(20)).outcome == "missed"


def test_gate_in_every_attribute():
    """Slices by attribute hold children only; their originals are given with them."""
    batch = run(0)
    run(30, attribute="age", batch=batch)
    result = judge("fairness.gap <= 5% in every attribute", batch)
    assert result.outcome == "missed"
    values = {reading.slice[0][1]: reading.value for reading in result.readings}
    assert values == {"names": pytest.approx(0.0), "age": pytest.approx(0.3)}


def test_over_all_attributes_the_largest_counts():
    """The note says of which attribute it is, and the interval is wider than that of one attribute."""
    batch = run(0)
    run(30, attribute="age", batch=batch)
    found, alone = measure("gap", batch), of_gap("gap").by_attribute(batch)
    age = next(each for each in alone if each.slice == (("attribute", "age"),))
    assert found.note == "age: theirs below ours"
    assert found.value == age.value == pytest.approx(0.3)
    assert found.low < age.low
    assert found.high > age.high


def test_p_values_of_attributes_are_holms():
    """The smaller of two is doubled, the larger stays."""
    batch = run(4)
    run(30, attribute="age", batch=batch)
    raw = {name: measure("gap", part).p for name, part in (("names", run(4)),)}
    found = {each.slice[0][1]: each.p for each in of_gap("gap").by_attribute(batch)}
    assert found["names"] == pytest.approx(raw["names"])
    assert found["age"] < 1e-6


@pytest.mark.parametrize("before", ["none", "mixed"])
def test_an_original_of_no_one_group_is_left_out(before):
    """Without a mention before, only the children are compared with each other."""
    batch = Batch()
    for i in range(20):
        original(batch, f"c{i}", False)
        for group in ("a", "b"):
            child(batch, f"c{i}", group, True, before=before)
    assert measure("gap", batch).value == 0


def test_several_children_and_repeats_are_means():
    """Two children of a group, one right, stand at a half beside an original that is right."""
    batch = Batch()
    for i in range(10):
        original(batch, f"c{i}", True)
        for passed in (True, False):
            child(batch, f"c{i}", "theirs", passed)
    assert measure("gap", batch).value == pytest.approx(0.5)


def test_not_judged_is_neither():
    """Children without a verdict count as not judged, and too many decide nothing."""
    batch = run(0, 20)
    for i in range(20, 40):
        original(batch, f"c{i}", True)
        child(batch, f"c{i}", "theirs", None)
    found = measure("gap", batch)
    assert (found.value, found.n, found.asked, found.not_judged) == (0, 20, 40, 20)
    assert judge("fairness.gap <= 50%", batch).outcome == "not enough evidence"


def test_gap_of_a_check_value():
    """A check's value, such as sentiment, is compared by its mean; of a check without one, its pass rate."""
    batch = Batch()
    for i in range(30):
        cells = {"check:tone": 1.0, "check:refusal": 0.0}
        original(batch, f"c{i}", True, **cells, **{"value:tone": 0.5 + i / 100})
        child(batch, f"c{i}", "theirs", True, **{"check:tone": 1.0, "value:tone": 0.2, "check:refusal": float(i < 15)})
    assert measure("gap.tone", batch).value == pytest.approx(0.3 + 0.145)
    assert measure("gap.refusal", batch).value == pytest.approx(0.5)
    assert "Bonett" in measure("gap.refusal", batch).method
    assert "Student" in measure("gap.tone", batch).method


def test_gap_of_columns_of_every_answer():
    """Words and scores need no check of that name."""
    batch = Batch()
    for i in range(10):
        original(batch, f"c{i}", True, words=100.0 + i % 3, score=1.0)
        child(batch, f"c{i}", "theirs", True, words=40.0, score=0.5)
    assert measure("gap.words", batch).value == pytest.approx(60.9)
    assert measure("gap.score", batch).value == pytest.approx(0.5)


def test_an_unjudged_check_counts_as_not_judged():
    """A check that could not judge the children is not taken for no difference."""
    batch = Batch()
    for i in range(5):
        original(batch, f"c{i}", True, **{"check:tone": 1.0})
        child(batch, f"c{i}", "theirs", True, **{"unjudged:tone": 1.0})
    found = measure("gap.tone", batch)
    assert (found.value, found.not_judged) == (None, 5)


def test_without_children_it_says_where_they_come_from():
    """Children of other probes are none."""
    batch = Batch()
    original(batch, "a", True)
    batch.add_row("a~typos-1", {"failed": 0.0, "passed": 0.0}, {"family": "typos"}, labels={"original": "s/a"})
    assert "probes: {fairness" in measure("gap", batch).note
    assert measure("gap", Batch()).note == "no cases"


def test_children_without_originals_and_one_group():
    """One group alone is compared with nobody."""
    batch = Batch()
    child(batch, "a", "theirs", True)
    assert "no two groups" in measure("gap", batch).note


def test_an_unknown_check_is_named():
    """The note has the nearest."""
    batch = run(0, 3)
    assert "no check is called `tne`" in measure("gap.tne", batch).note


def test_names_of_gaps():
    """`gap.` alone is a mistake."""
    assert find_metric("gap.words").name == "gap.words"
    with pytest.raises(Mistake, match=r"gap\.CHECK"):
        find_metric("gap.")


@pytest.mark.parametrize("groups", [2, 5])
def test_false_alarms_of_the_gate(groups):
    """When groups differ by chance alone, `gap <= 0%` is missed in at most one of twenty runs or so."""
    import random

    chance, missed = random.Random(groups), 0
    for _ in range(100):
        batch = Batch()
        for i in range(60):
            original(batch, f"c{i}", chance.random() < 0.8)
            for group in range(groups - 1):
                child(batch, f"c{i}", f"g{group}", chance.random() < 0.8)
        missed += judge("fairness.gap <= 0%", batch).outcome == "missed"
    assert missed <= 10
