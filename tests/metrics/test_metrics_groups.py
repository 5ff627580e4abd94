"""Groups of cases: alike or not, in the right direction or not."""

import pytest
from made_batches import measure

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.metrics.table import find_metric


def batch_of(*rows: tuple[str, float | None, dict[str, str]]) -> Batch:
    batch = Batch()
    for number, (group, value, more) in enumerate(rows):
        cells = {"failed": 0.0} if value is None else {"failed": 0.0, "passed": value, "value:tone": value}
        labels = {"label:intent": more["class"]} if "class" in more else {}
        tags = {"group": group} | {name: text for name, text in more.items() if name != "class"}
        batch.add_row(str(number), cells | {"check:tone": 1.0}, tags if group else {}, labels=labels)
    return batch


def test_groups_that_come_out_alike():
    """All passed and all failed are alike; one of each is not; a group of one says nothing."""
    rows = [("a", 1.0), ("a", 1.0), ("b", 0.0), ("b", 0.0), ("c", 1.0), ("c", 0.0), ("d", 1.0), ("e", 1.0), ("e", None)]
    found = measure("groups.consistent", batch_of(*[(group, value, {}) for group, value in rows]))
    assert (found.value, found.n) == (pytest.approx(2 / 3), 3)


def test_classes_go_before_outcomes():
    """Two passing answers of different classes are not alike."""
    batch = batch_of(
        ("a", 1.0, {"class": "x"}), ("a", 1.0, {"class": "y"}), ("b", 0.0, {"class": "x"}), ("b", 1.0, {"class": "x"})
    )
    assert measure("groups.consistent", batch).value == 0.5


@pytest.mark.parametrize(
    ("values", "way", "right"),
    [
        ([0.1, 0.2, 0.2], "up", 1),
        ([0.1, 0.3, 0.2], "up", 0),
        ([0.3, 0.2, 0.1], "down", 1),
        ([0.1, 0.2, 0.3], "down", 0),
    ],
)
def test_values_along_the_steps(values, way, right):
    """Standing still is allowed, going back is not; the order is that of the steps and not of the rows."""
    rows = [("a", value, {"step": str(i), "direction": way}) for i, value in enumerate(values)]
    assert measure("groups.directed.tone", batch_of(*reversed(rows))).value == right


def test_without_groups_there_is_nothing_to_say():
    """And the note says how to get some."""
    assert "generate --kind invariance" in measure("groups.consistent", batch_of(("", 1.0, {}))).note
    assert "generate --kind direction" in measure("groups.directed.tone", batch_of(("", 1.0, {}))).note
    assert "no group has two" in measure("groups.consistent", batch_of(("a", 1.0, {}))).note
    assert "did you mean `tone`" in measure("groups.directed.tne", batch_of(("a", 1.0, {}))).note


@pytest.mark.parametrize("name", ["groups", "groups.directed", "groups.consistent.x", "groups.other"])
def test_other_names_are_mistakes(name):
    """With the two that there are."""
    with pytest.raises(Mistake, match=r"groups\.consistent"):
        find_metric(name)
