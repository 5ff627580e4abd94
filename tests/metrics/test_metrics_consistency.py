"""Consistency, curves over strengths, and the patterns that break most."""

import random

from made_batches import measure

from seatrial.core.batch import Batch
from seatrial.metrics.children import Paired
from seatrial.metrics.curves import curve, worst_patterns


def group(children, *, check="same_answer"):
    """Rows of children: (original, whether the same, further tags)."""
    batch = Batch()
    for number, (original, same, tags) in enumerate(children):
        cells = {"failed": 0.0, "passed": 1.0} | ({f"check:{check}": float(same)} if same is not None else {})
        batch.add_row(
            f"k{number}", cells, {"suite": "robustness", **tags}, labels={"original": f"behaviour/{original}"}
        )
    return batch


def similar(*groups, label=False):
    """Rows of cases with the tag `group`: each group lists its answers."""
    batch = Batch()
    for number, answers in enumerate(groups):
        for place, answer in enumerate(answers):
            cells = {"failed": 0.0, "answer": float(answer)}
            labels = {"label:intent": str(answer)} if label else {}
            batch.add_row(f"g{number}-{place}", cells, {"suite": "s", "group": f"g{number}"}, labels=labels)
    return batch


def test_of_children_it_is_the_share_of_same_answers():
    """No expected answer is needed; originals are clusters."""
    found = measure("consistency", group([("a", True, {}), ("a", False, {}), ("b", True, {}), ("b", True, {})]))
    assert (found.value, found.n, found.clusters) == (0.75, 4, 2)
    assert found.low < 0.75 < found.high


def test_children_that_nobody_compared():
    """The note says what to write into the suite file."""
    found = measure("consistency", group([("a", None, {})]))
    assert found.value is None
    assert "checks: [same_answer]" in found.note


def test_of_similar_cases_it_is_the_share_of_pairs():
    """Two of three answers alike make one pair of three; a class counts before the text."""
    assert measure("consistency", similar([1, 1, 2], [3, 3])).value == 0.5
    assert measure("consistency", similar([1, 1, 2], [3, 3], label=True)).value == 0.5


def test_a_plain_suite_has_none():
    """The note says what is missing."""
    batch = Batch()
    batch.add_row("a", {"failed": 0.0, "answer": 1.0}, {"suite": "s"})
    assert "tag `group`" in measure("consistency", batch).note


def probed(rates, n=40, seed=1):
    """Originals that pass, each with a child per (family, strength, language); `rates` says how often one breaks."""
    draw, batch = random.Random(seed), Batch()
    for number in range(n):
        language = "en" if number % 2 else "es"
        batch.add_row(f"c{number}", {"failed": 0.0, "passed": 1.0}, {"suite": "behaviour", "language": language})
        for (family, strength), rate in rates.items():
            odds = rate.get(language, 0.0) if isinstance(rate, dict) else rate
            tags = {"suite": "robustness", "family": family, "strength": strength, "language": language}
            cells = {"failed": 0.0, "passed": float(draw.random() >= odds)}
            batch.add_row(f"c{number}~{family}{strength}", cells, tags, labels={"original": f"behaviour/c{number}"})
    return batch


def test_a_curve_has_a_point_for_each_strength():
    """In the order of strengths, each with its interval."""
    points = curve(Paired(probed({("typos", "0.5"): 0.9, ("typos", "0.1"): 0.1, ("case", "0.1"): 0.0})))
    assert [(point.family, point.strength) for point in points] == [("case", 0.1), ("typos", 0.1), ("typos", 0.5)]
    assert points[1].breaks.value < points[2].breaks.value
    assert points[0].flips.value == 0
    assert points[0].flips.high > 0
    assert points[2].breaks.slice == (("family", "typos"), ("strength", "0.5"))


def test_the_worst_pattern_stands_first():
    """A family that breaks in one language only is named with that language."""
    batch = probed({("typos", "0.2"): {"es": 0.95}, ("case", "0.2"): 0.05, ("noise", "0.2"): 0.05})
    [first, *others] = worst_patterns(Paired(batch))
    assert set(first.slice) == {("family", "typos"), ("language", "es")}
    assert first.low > 0.5
    assert all(each.low <= first.low for each in others)


def test_chance_alone_makes_no_pattern():
    """Where all break alike nothing is called worst, whatever the draw."""
    for seed in range(10):
        rates = {(family, "0.2"): 0.3 for family in ("typos", "case", "noise", "ocr", "emoji")}
        assert worst_patterns(Paired(probed(rates, seed=seed))) == ()


def test_nothing_to_look_at():
    """An empty Batch and one without children have neither curve nor patterns."""
    assert curve(Paired(Batch())) == ()
    assert worst_patterns(Paired(Batch())) == ()
    assert worst_patterns(Paired(similar([1, 2]))) == ()
