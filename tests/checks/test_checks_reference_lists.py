"""Lists against lists."""

import pytest

from seatrial.checks.judge import judge_text


@pytest.mark.parametrize("answer", ["Graynes, Saltholm", "- saltholm\n- graynes", '["Saltholm", "Graynes"]'])
def test_order_and_form_do_not_count(answer):
    """Any list of the two items matches."""
    assert judge_text("list_match", answer, expect="Saltholm, Graynes").passed
    assert judge_text({"list_match": ["Saltholm", "Graynes"]}, answer).passed


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("Saltholm", '"graynes" missing'),
        ("Saltholm, Graynes, Aldwick", '"aldwick" not expected'),
        ("Saltholm, Aldwick", '"graynes" missing; "aldwick" not expected'),
        ("Saltholm, Graynes, Graynes", "another order or number"),
        ("", '"graynes" or "saltholm" missing'),
    ],
)
def test_the_reason_says_what_differs(answer, says):
    """Items that are missing, not expected, or there too often."""
    score = judge_text("list_match", answer, expect="Saltholm, Graynes")
    assert score.passed is False
    assert says in score.reason


def test_order_counts_when_told():
    """`ordered: true` wants the same order."""
    spec = {"list_match": {"items": ["one", "two"], "ordered": True}}
    assert judge_text(spec, "one, two").passed
    assert judge_text(spec, "two, one").passed is False


def test_case_counts_when_told():
    """`ignore_case: false` tells Red from red."""
    assert judge_text({"list_match": {"items": ["red", "2"], "ignore_case": False}}, "Red, 2").passed is False
    assert judge_text({"list_match": {"items": ["red", 2]}}, "Red, 2").passed


def test_any_of_several_lists_will_do():
    """Each reference is a list of its own."""
    assert judge_text("list_match", "b, a", expect=["x, y", "a, b"]).passed


def test_f1_takes_the_best_list():
    """Two of three items, and no item of another list."""
    score = judge_text("list_f1 >= 0.8", "a, b", expect=["x, y, z", "a, b, c"])
    assert score.value == pytest.approx(0.8)
    assert score.passed
    assert score.parts == {"share.part": 4, "share.whole": 5}
    assert "2 items of 2 are among the 3 expected" in score.reason


def test_f1_may_bring_its_items():
    """Then no reference is needed."""
    assert judge_text({"list_f1": {"limit": ">= 0.6", "items": ["a", "b"]}}, "- a\n- c").value == 0.5
