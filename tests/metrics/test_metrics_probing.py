"""Children against their originals: flips, breaks and the drop, as pairs and never mixed up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_batches import measure

from seatrial.core.batch import Batch
from seatrial.core.gate import parse_gate
from seatrial.core.verdict import Outcome
from seatrial.metrics.decide import judge_gates


def run(*pairs: tuple[float | None, list[float | None]], repeats: int = 1) -> Batch:
    """Originals with their verdict, each with the verdicts of its children."""
    batch = Batch()

    def add(case, passed, suite, **labels):
        cells = {"failed": 0.0} if passed is None else {"failed": 0.0, "passed": passed}
        tags = {"suite": suite} | ({"family": "typos"} if labels else {})
        batch.add_row(case, cells, tags, labels=labels)

    for number, (verdict, children) in enumerate(pairs):
        for _ in range(repeats):
            add(f"c{number}", verdict, "behaviour")
        for place, passed in enumerate(children):
            add(f"c{number}~{place}", passed, "robustness", original=f"behaviour/c{number}")
    return batch


def test_flips_go_both_ways_and_breaks_one():
    """Of four children two flip; of the two whose original passes, one breaks."""
    batch = run((1.0, [1.0, 0.0]), (0.0, [1.0, 0.0]))
    assert measure("flip_rate", batch).value == 0.5
    assert measure("break_rate", batch).value == 0.5
    assert measure("drop", batch).value == 0


def test_children_of_one_original_are_one_cluster():
    """Ten children of one case are no ten cases."""
    many, one = run(*[(1.0, [0.0])] * 5 + [(1.0, [1.0])] * 5), run((1.0, [0.0] * 5), (1.0, [1.0] * 5))
    assert measure("break_rate", many).n == measure("break_rate", one).n == 10
    assert measure("break_rate", one).clusters == 2
    wide, narrow = (reading.high - reading.low for reading in (measure("break_rate", one), measure("break_rate", many)))
    assert wide > narrow


def test_what_was_not_judged_is_left_out():
    """A child or an original without a verdict makes no pair; nor does an original that is half right."""
    batch = run((None, [1.0]), (1.0, [None, 1.0]))
    found = measure("flip_rate", batch)
    assert (found.value, found.n, found.asked) == (0, 1, 3)
    even = run((1.0, []))
    even.add_row("c0", {"failed": 0.0, "passed": 0.0}, {"suite": "behaviour"})
    even.add_row("x", {"failed": 0.0, "passed": 0.0}, {"suite": "robustness"}, labels={"original": "behaviour/c0"})
    assert measure("flip_rate", even).value is None


def test_without_children_there_is_nothing_to_say():
    """A plain suite has no flips, and the note says why."""
    found = measure("flip_rate", run((1.0, [])))
    assert found.value is None
    assert "held against that to its original" in found.note


def test_a_gate_on_a_group_sees_its_originals():
    """They are rows of another suite, and slices of a family find them, too."""
    batch = run(*[(1.0, [1.0])] * 200)
    lines = ["robustness.flip_rate <= 5%", "robustness.flip_rate <= 5% in every family", "robustness.drop <= 5%"]
    results = judge_gates([parse_gate(line) for line in lines], batch, ["behaviour", "robustness"])
    assert [each.outcome for each in results] == [Outcome.MET] * 3
    assert results[0].readings[0].n == 200


def test_a_gate_on_breaks_is_missed():
    """Half of the right answers break, and the whole interval lies above the limit."""
    batch = run(*[(1.0, [0.0, 1.0])] * 100)
    [found] = judge_gates([parse_gate("robustness.break_rate <= 10%")], batch, ["behaviour", "robustness"])
    assert found.outcome is Outcome.MISSED


@given(st.lists(st.tuples(st.sampled_from([0.0, 1.0]), st.lists(st.sampled_from([0.0, 1.0]), max_size=4)), max_size=12))
def test_laws_of_pairs(drawn):
    """Flips are breaks and mends together, whatever the order of the rows."""
    batch = run(*drawn)
    flips, breaks = measure("flip_rate", batch), measure("break_rate", batch)
    pairs = [(before, now) for before, children in drawn for now in children]
    assert (flips.value is None) == (not pairs)
    if pairs:
        assert flips.value == pytest.approx(sum(before != now for before, now in pairs) / len(pairs))
    passing = [now for before, now in pairs if before]
    if passing:
        assert breaks.value == pytest.approx(1 - sum(passing) / len(passing))
