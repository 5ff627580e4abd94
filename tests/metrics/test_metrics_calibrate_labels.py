"""Labels are brought together with answers, and what does not fit is named with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.metrics.calibration.labels import Judged, Label, match


def judged(case, *, suite="s", repeat=0, verdict=1.0, answer=None):
    """A judged answer; each has a text of its own unless told otherwise."""
    text = hash((suite, case, repeat)) if answer is None else answer
    return Judged(suite, "bot", case, repeat, verdict, verdict, text)


def test_a_label_finds_its_answer():
    """The case is enough where it has one answer."""
    found = match([judged("a"), judged("b")], [Label(2, "b", 0.0)])
    assert (found.truths, found.problems) == ({1: 0.0}, ())


def test_a_label_without_an_answer_is_named():
    """Line and case are told, with the nearest case there is."""
    found = match([judged("ferry-12")], [Label(7, "fery-12", 1.0)])
    assert found.truths == {}
    assert found.problems == ("line 7: the run has no answered case `fery-12` (did you mean `ferry-12`?)",)


@pytest.mark.parametrize(
    ("label", "said"),
    [
        (Label(3, "a", 1.0, suite="t"), "line 3: the case `a` has no answer in suite `t`"),
        (Label(3, "a", 1.0, suite="s", repeat=9), "line 3: the case `a` has no answer in suite `s`, repeat 9"),
    ],
)
def test_a_suite_or_repeat_that_is_not_there(label, said):
    """A known case in the wrong place is told from an unknown one."""
    assert match([judged("a")], [label]).problems == (said,)


def test_repeats_that_differ_need_a_repeat():
    """One label cannot be of two different answers; the repeat tells them apart."""
    rows = [judged("a", repeat=0), judged("a", repeat=1)]
    found = match(rows, [Label(2, "a", 1.0), Label(3, "a", 0.0, repeat=1)])
    assert found.truths == {1: 0.0}
    assert found.problems == ("line 2: fits 2 answers to the case `a` that differ; add a column `repeat`",)


def test_suites_that_differ_need_a_suite():
    """The same case in two suites is two answers of two systems."""
    rows = [judged("a", suite="old"), judged("a", suite="new")]
    found = match(rows, [Label(2, "a", 1.0), Label(3, "a", 0.0, suite="new")])
    assert found.truths == {1: 0.0}
    assert "add a column `suite`" in found.problems[0]


def test_equal_answers_share_a_label():
    """Repeats that say word for word the same have one label."""
    rows = [judged("a", repeat=i, answer=5) for i in range(3)]
    assert match(rows, [Label(2, "a", 1.0)]).truths == {0: 1.0, 1: 1.0, 2: 1.0}


def test_the_majority_of_annotators_counts():
    """Two against one is a label; all three are kept for the agreement of people."""
    votes = [Label(i, "a", value, annotator=name) for i, name, value in [(2, "x", 1), (3, "y", 0), (4, "z", 1)]]
    found = match([judged("a")], votes)
    assert (found.truths, found.given, found.problems) == ({0: 1.0}, {0: (1.0, 0.0, 1.0)}, ())


def test_split_annotators_leave_no_label():
    """One against one is no label, and both lines are named."""
    found = match([judged("a")], [Label(2, "a", 1.0, annotator="x"), Label(5, "a", 0.0, annotator="y")])
    assert found.truths == {}
    assert found.problems == ("lines 2, 5: annotators are split over the case `a`; it is left out",)


def test_the_same_label_twice_counts_once():
    """A duplicate is named and is no second vote."""
    labels = [Label(2, "a", 1.0), Label(3, "a", 1.0), Label(4, "a", 0.0, annotator="x")]
    found = match([judged("a")], labels)
    assert found.given == {0: (1.0, 0.0)}
    assert found.problems[0] == "lines 2, 4: annotators are split over the case `a`; it is left out"
    assert found.problems[1] == "line 3: says the same of the case `a` as line 2, and counts once"


def test_who_contradicts_himself_does_not_count():
    """Neither of two contradicting labels of one person is taken."""
    found = match([judged("a")], [Label(2, "a", 1.0, annotator="x"), Label(9, "a", 0.0, annotator="x")])
    assert (found.truths, found.given) == ({}, {})
    assert found.problems == ("line 9: contradicts line 2 by `x` on the case `a`; neither counts",)


def test_scores_are_averaged():
    """Annotators of scores need not agree: their mean counts."""
    labels = [Label(2, "a", 3.0, annotator="x"), Label(3, "a", 4.0, annotator="y")]
    assert match([judged("a")], labels, verdicts=False).truths == {0: 3.5}


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 1), st.sampled_from(["", "x", "y"])), max_size=30))
def test_every_label_counts_or_is_named(rows):
    """However labels repeat and contradict each other, no label is lost without a word."""
    labels = [Label(i + 2, case, float(value), annotator=who) for i, (case, value, who) in enumerate(rows)]
    found = match([judged("a"), judged("b"), judged("c")], labels)
    counted = sum(map(len, found.given.values()))
    told = sum("split" not in problem for problem in found.problems)
    silent = sum("contradicts" in problem for problem in found.problems)
    assert counted + told <= len(labels) <= counted + told + silent
    assert set(found.truths) <= set(found.given)
