"""Children beside their originals, found once: what each slice of a Batch would give, and what is not judged."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.core.batch import Batch
from seatrial.core.gate import parse_gate
from seatrial.core.interaction import FailureKind
from seatrial.core.verdict import Outcome
from seatrial.metrics.children import NONE, Paired
from seatrial.metrics.decide import judge_gates
from seatrial.metrics.probing import break_rate, drop, flip_rate

METRICS = [flip_rate(), break_rate(), drop()]


def run(seed, n=12, repeats=1, losses=0.2):
    """A run of originals and of children of two families at two strengths; some rows fail, some are not judged."""
    draw, batch = random.Random(seed), Batch()

    def add(case, tags, labels):
        failed, judged = draw.random() < losses / 2, draw.random() >= losses
        cells = {"failed": float(failed)} | ({"passed": float(draw.random() < 0.7)} if judged and not failed else {})
        batch.add_row(case, cells, tags, FailureKind.TIMEOUT if failed else None, labels)

    for number in range(n):
        for _ in range(repeats):
            add(f"c{number}", {"suite": "behaviour"}, {})
    for number in range(n):
        for family in ("typos", "case"):
            for strength in ("0.1", "1"):
                tags = {"suite": "robustness", "family": family, "strength": strength}
                if number % 2:
                    tags["language"] = "es"
                add(f"c{number}~{family}{strength}", tags, {"original": f"behaviour/c{number}"})
    return batch


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 3), st.sampled_from([["family"], ["family", "strength"], ["language"]]))
def test_what_is_told_apart_is_what_slices_give(seed, repeats, tags):
    """One pass or a slice for each: every figure is the same."""
    batch = run(seed, repeats=repeats)
    for key, children in Paired(batch).by(*tags).items():
        part = batch.with_originals(batch.slice(suite="robustness", **dict(zip(tags, key, strict=True))))
        for metric in METRICS:
            one, other = metric.of(children), metric.measure(part)
            assert (one.n, one.asked, one.not_judged, one.clusters) == (
                other.n,
                other.asked,
                other.not_judged,
                other.clusters,
            )
            assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high))


def test_parts_are_the_whole():
    """Each child is in one part, but for those without the tag."""
    paired = Paired(run(1))
    whole, by_language = paired.all(), paired.by("language")
    for tags in (["family"], ["family", "strength"]):
        parts = paired.by(*tags).values()
        assert sum(part.asked for part in parts) == whole.asked == 48
        assert sum(part.failed for part in parts) == whole.failed
        assert sum(len(part.pairs) for part in parts) == len(whole.pairs)
    assert list(by_language) == [("es",)]
    assert by_language["es",].asked == 24
    assert paired.by("nobody") == {}


def test_what_has_no_pair_was_not_judged_or_failed():
    """Asked children are pairs, failures, or not judged: nothing is lost."""
    for seed in range(20):
        children = Paired(run(seed, losses=0.5)).all()
        assert children.asked == len(children.pairs) + children.failed + children.not_judged


def test_a_batch_without_children_has_none():
    """Nor has an empty one."""
    plain = Batch()
    plain.add_row("c", {"failed": 0.0, "passed": 1.0}, {"suite": "behaviour"})
    assert Paired(Batch()).all() == Paired(plain).all() == NONE


@pytest.mark.parametrize(("unjudged", "outcome"), [(4, Outcome.MET), (30, Outcome.UNDECIDED)])
def test_much_that_was_not_judged_is_not_enough_evidence(unjudged, outcome):
    """Two hundred children that held do not speak for thirty that nobody could judge."""
    batch = Batch()
    for number in range(200 + unjudged):
        batch.add_row(f"c{number}", {"failed": 0.0, "passed": 1.0}, {"suite": "behaviour"})
        cells = {"failed": 0.0} | ({"passed": 1.0} if number < 200 else {})
        tags = {"suite": "robustness", "family": "typos"}
        batch.add_row(f"c{number}~t", cells, tags, labels={"original": f"behaviour/c{number}"})
    lines = ["robustness.flip_rate <= 5%", "robustness.break_rate <= 5% in every family"]
    results = judge_gates([parse_gate(line) for line in lines], batch, ["behaviour", "robustness"])
    assert [each.outcome for each in results] == [outcome] * 2


def test_an_original_that_could_not_be_judged_leaves_its_children_open():
    """They are asked, and not judged; the note says so where nothing else is there."""
    batch = Batch()
    batch.add_row("c", {"failed": 0.0}, {"suite": "behaviour"})
    batch.add_row("c~t", {"failed": 0.0, "passed": 1.0}, {"suite": "r"}, labels={"original": "behaviour/c"})
    for metric in METRICS:
        reading = metric.measure(batch)
        assert (reading.value, reading.asked, reading.not_judged) == (None, 1, 1)
        assert "held against that to its original" in reading.note


def test_children_that_all_failed_say_so():
    """A dead endpoint is no flip, and not something that could not be judged."""
    batch = Batch()
    batch.add_row("c", {"failed": 0.0, "passed": 1.0}, {"suite": "behaviour"})
    for number in range(3):
        labels = {"original": "behaviour/c"}
        batch.add_row(f"c~{number}", {"failed": 1.0}, {"suite": "r"}, FailureKind.TIMEOUT, labels)
    reading = flip_rate().measure(batch)
    assert (reading.value, reading.not_judged) == (None, 0)
    assert reading.note == "nothing was answered: all 3 failed"
