"""`groups_of.TAG.FIGURE`: groups of cases side by side, by hand and as gates."""

import pytest
from made_batches import judge, measure, passes

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.metrics.table import find_metric

# (group, what is right, what was said) -> how many: true positive rates .9 and .6, false positive rates .2 and .1.
LOANS = {
    ("men", "approve", "approve"): 90,
    ("men", "approve", "reject"): 10,
    ("men", "reject", "approve"): 20,
    ("men", "reject", "reject"): 80,
    ("women", "approve", "approve"): 60,
    ("women", "approve", "reject"): 40,
    ("women", "reject", "approve"): 10,
    ("women", "reject", "reject"): 90,
}


def loans(counts=LOANS):
    """Decisions on loans as a check `label` leaves them."""
    batch = Batch()
    for (group, truth, said), count in counts.items():
        for _ in range(count):
            labels = {"truth:label": truth, "label:label": said}
            row = {"failed": 0.0, "passed": float(truth == said), "check:label": float(truth == said)}
            batch.add_row(f"c{len(batch)}", row, {"group": group}, labels=labels)
    return batch


def two(first, second, n=100, tag="customer"):
    """Two groups of n cases with so many that pass."""
    batch = passes({f"a{i}": "p" if i < first else "f" for i in range(n)}, **{tag: "old"})
    return passes({f"b{i}": "p" if i < second else "f" for i in range(n)}, batch, **{tag: "new"})


@pytest.mark.parametrize(
    ("figure", "value", "note"),
    [
        ("parity_gap.label.approve", 0.2, "women below men"),
        ("parity_ratio.label.approve", 35 / 55, "women below men"),
        ("worst_gap.label.approve", 0.1, "women below all"),
        ("equal_opportunity_gap.label.approve", 0.3, "women below men"),
        ("predictive_equality_gap.label.approve", 0.1, "women below men"),
        ("equalized_odds_gap.label.approve", 0.3, "women below men"),
        ("parity_gap", 0.1, "women below men"),
        ("parity_ratio", 75 / 85, "women below men"),
    ],
)
def test_worked_example(figure, value, note):
    """110 of 200 men and 70 of 200 women are approved; 90 of 100 and 60 of 100 rightly, 20 and 10 wrongly."""
    found = measure(f"groups_of.group.{figure}", loans())
    assert (found.value, found.note) == (pytest.approx(value), note)
    assert found.low < found.value < found.high


def test_the_mirrored_class():
    """Seen from `reject`, men's and women's errors change places."""
    found = measure("groups_of.group.equal_opportunity_gap.label.reject", loans())
    assert (found.value, found.note) == (pytest.approx(0.1), "men below women")


def test_what_a_figure_stands_on():
    """Selection rates stand on all rows, rates of true positives on those that are so."""
    assert measure("groups_of.group.parity_gap", loans()).n == 400
    assert measure("groups_of.group.equal_opportunity_gap.label.approve", loans()).n == 200
    assert measure("groups_of.group.equalized_odds_gap.label.approve", loans()).n == 400


def test_four_fifths_rule_as_a_gate():
    """A ratio of a half is certainly below 80 %, one of 1 is not certainly above on 100 rows, but is on 1,000."""
    line = "groups_of.customer.parity_ratio >= 80%"
    assert judge(line, two(80, 40)).outcome == "missed"
    assert judge(line, two(50, 50)).outcome == "not enough evidence"
    assert judge(line, two(800, 800, 1000)).outcome == "met"


def test_gap_as_a_gate():
    """A gap of 20 points misses 10 %."""
    assert judge("groups_of.customer.parity_gap <= 10%", two(900, 700, 1000)).outcome == "missed"
    assert judge("groups_of.customer.worst_gap <= 5%", two(900, 890, 1000)).outcome == "met"


def test_intersections_of_two_tags():
    """Old women may fare worse than old people and women do each."""
    batch = Batch()
    for gender, age, right in (("f", "old", 50), ("f", "young", 90), ("m", "old", 90), ("m", "young", 50)):
        passes({f"{gender}{age}{i}": "p" if i < right else "f" for i in range(100)}, batch, gender=gender, age=age)
    assert measure("groups_of.gender.parity_gap", batch).value == pytest.approx(0)
    found = measure("groups_of.gender:age.parity_gap", batch)
    assert (found.value, set(found.note.split(" below "))) == (pytest.approx(0.4), {"f old", "f young"})
    assert judge("groups_of.gender:age.worst_gap <= 5%", batch).outcome == "missed"


def test_rows_without_the_tag_are_left_out():
    """They belong to no group and are not asked here."""
    batch = passes(["f"] * 50, two(50, 50))
    found = measure("groups_of.customer.parity_gap", batch)
    assert (found.value, found.asked) == (0, 200)


def test_repeats_do_not_narrow():
    """Ten repeats of a case that always come out alike are one case."""
    once = measure("groups_of.customer.parity_gap", two(30, 20, 50))
    batch = passes({f"a{i}": "p" * 10 if i < 30 else "f" * 10 for i in range(50)}, customer="old")
    batch = passes({f"b{i}": "p" * 10 if i < 20 else "f" * 10 for i in range(50)}, batch, customer="new")
    many = measure("groups_of.customer.parity_gap", batch)
    assert many.value == pytest.approx(once.value)
    assert (many.high - many.low) > 0.95 * (once.high - once.low)


def test_not_judged_answers_are_counted():
    """Answers without a verdict are no selection and no rejection, and failures neither."""
    batch = passes({f"n{i}": "n" for i in range(50)} | {f"x{i}": "x" for i in range(5)}, two(50, 50), customer="old")
    found = measure("groups_of.customer.parity_gap", batch)
    assert (found.n, found.asked, found.not_judged) == (200, 255, 50)
    assert judge("groups_of.customer.parity_gap <= 90%", batch).outcome == "not enough evidence"


def test_an_answer_of_no_class_is_not_selected():
    """A check that found no class in the answer has judged it."""
    batch = loans({("men", "approve", "approve"): 5, ("women", "approve", "approve"): 5, ("men", "approve", ""): 5})
    found = measure("groups_of.group.parity_gap.label.approve", batch)
    assert (found.value, found.n) == (pytest.approx(0.5), 15)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("groups_of.nobody.parity_gap", "no case carries the tag `nobody`"),
        ("groups_of.group:nobody.parity_gap", "no case carries the tag `group` and `nobody`"),
        ("groups_of.group.parity_gap.label.aprove", "did you mean `approve`"),
        ("groups_of.group.parity_gap.labl.approve", "did you mean `label`"),
    ],
)
def test_nothing_to_measure_says_why(name, why):
    """And the nearest name."""
    found = measure(name, loans())
    assert found.value is None
    assert why in found.note


def test_one_group_and_no_positives():
    """A group without a case that counts is no group."""
    alone = passes(["p"] * 5, customer="old")
    assert "fewer than two groups" in measure("groups_of.customer.parity_gap", alone).note
    batch = loans({("men", "approve", "approve"): 5, ("women", "reject", "reject"): 5})
    assert "fewer than two groups" in measure("groups_of.group.equalized_odds_gap.label.approve", batch).note
    assert "ever selected" in measure("groups_of.customer.parity_ratio", two(0, 0)).note


def test_a_check_that_names_no_class():
    """`contains` has no classes, and the note says what has."""
    batch = Batch()
    for group in "ab":
        batch.add_row(group, {"failed": 0.0, "passed": 1.0, "check:contains": 1.0}, {"group": group})
    assert "names no class" in measure("groups_of.group.parity_gap.contains.x", batch).note


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("groups_of", "groups_of.TAG.FIGURE"),
        ("groups_of.group", "groups_of.TAG.FIGURE"),
        ("groups_of.parity_gap", "groups_of.TAG.FIGURE"),
        ("groups_of.group.parity_gap.label", "label.approve"),
        ("groups_of.group.equal_opportunity_gap", "equal_opportunity_gap.label.approve"),
    ],
)
def test_other_names_are_mistakes(name, hint):
    """The sentence shows how to write it."""
    with pytest.raises(Mistake, match=hint):
        find_metric(name)


def test_check_names_with_dots_and_a_figure():
    """The class is the last word, the check all that stands before it."""
    metric = find_metric("groups_of.group.parity_gap.my.label.approve")
    assert (metric.of.check, metric.of.part, metric.tags) == ("my.label", "approve", ("group",))
