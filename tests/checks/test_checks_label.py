"""The checks `label` and `confidence`: what they read in an answer, and what they refuse."""

import pytest

from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake

LABELS = {"refund": ["refund", "money back"], "booking": ["book", "booking"], "other": "other"}


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        ("refund", "refund"),
        (" Refund. ", "refund"),
        ("**Booking**", "booking"),
        ("The customer wants his money back", "refund"),
        ("MONEY  BACK!", "refund"),
        ("refund or booking", ""),
        ("bookings", ""),
        ("", ""),
        ("nothing of that", ""),
    ],
)
def test_the_class_that_an_answer_names(answer, named):
    """The whole answer, else the one class whose words stand in it."""
    found = judge_text({"label": {"labels": LABELS}}, answer, expect="refund")
    assert (found.label, found.truth) == (named, "refund")
    assert found.passed is (named == "refund")


@pytest.mark.parametrize(
    ("answer", "named"), [("退款", "退款"), ("这是退款请求。", "退款"), ("退款还是预订?", ""), ("退 税", "")]
)
def test_classes_of_a_script_without_spaces(answer, named):
    """Where words do not stand apart, a class may stand between other characters."""
    assert judge_text({"label": ["退款", "预订"]}, answer, expect="退款").label == named


@pytest.mark.parametrize(
    "answer", ["refund" + " " * 1_000_000, "re\ud800fund", "\u202erefund", "refund " * 150_000, "\x00" * 9]
)
def test_hostile_answers_name_what_they_name(answer):
    """A megabyte, half a character, another reading direction: a class or none, and no crash."""
    found = judge_text({"label": {"labels": LABELS}}, answer, expect="refund")
    assert found.passed is not None
    assert found.label in ("refund", "")


def test_any_of_several_right_classes_will_do():
    """The truth is then the one that was named."""
    found = judge_text({"label": ["a", "b", "c"]}, "b", expect=["a", "b"])
    assert (found.passed, found.truth) == (True, "b")
    assert judge_text({"label": ["a", "b", "c"]}, "c", expect=["b", "a"]).truth == "a"


def test_an_expected_text_that_is_no_class_cannot_be_judged():
    """That is the case's mistake and not the model's."""
    found = judge_text({"label": ["a", "b"]}, "a", expect="z")
    assert found.passed is None
    assert 'none of the labels "a" or "b"' in found.reason


@pytest.mark.parametrize(
    ("answer", "score"), [('{"p": 0.7}', 0.7), ('{"p": "30 %"}', 0.3), ('```json\n{"p": 1}\n```', 1)]
)
def test_the_score_of_the_positive_class(answer, score):
    """A number or a text at a JSONPath; whether the case is positive stands beside it."""
    spec = {"label": {"labels": {"spam": ["p"], "ham": ["h"]}, "positive": "spam", "score": "$.p"}}
    found = judge_text(spec, answer, expect="spam")
    assert (found.value, found.parts) == (score, {"positive": 1.0})
    assert judge_text(spec, answer, expect="ham").parts == {"positive": 0.0}
    assert judge_text(spec, "p", expect="spam").parts == {}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"labels": ["a"]}, "at least two"),
        ({"labels": {"a": ["x"], "b": ["X"]}}, '"x" means two labels'),
        ({"labels": ["a", ""]}, "means two labels, or nothing"),
        ({"labels": ["a", "b"], "score": "$.p"}, "belong together"),
        ({"labels": ["a", "b"], "score": "$.p", "positive": "c"}, "which is none of the labels"),
        ({"labels": ["a", "b"], "score": "$.[", "positive": "a"}, "no JSONPath"),
        ({"labels": ["a", "b"], "score": "(", "positive": "a"}, "neither a JSONPath nor a regular expression"),
        ({"labels": ["a", "b"], "expect": "z"}, 'expects "z"'),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments, why):
    """Before anything is asked, with the reason."""
    with pytest.raises(Mistake) as found:
        build_check({"label": arguments})
    assert why in str(found.value)


@pytest.mark.parametrize(
    ("answer", "stated"),
    [
        ("At 21:40. Confidence: 90 %", 0.9),
        ("I am 75% confident.", 0.75),
        ("confidence 0,8", 0.8),
        ("Sicherheit: 60%", 0.6),
        ("Je suis 50 % sûr", 0.5),
    ],
)
def test_stated_confidences(answer, stated):
    """In per cent or as a share, before or behind the word, in four languages."""
    found = judge_text("confidence", answer)
    assert (found.passed, found.value, found.parts) == (True, pytest.approx(stated), {"stated": pytest.approx(stated)})


@pytest.mark.parametrize("answer", ["", "At 21:40.", "Confidence: 90", "I am sure", "confidence: very high"])
def test_no_confidence_fails(answer):
    """An answer that was to say how sure it is and does not; `90` without a sign is no share."""
    found = judge_text("confidence", answer)
    assert (found.passed, found.parts) == (False, {})


def test_a_confidence_elsewhere():
    """A JSONPath, or a pattern of one's own with or without a group."""
    assert judge_text({"confidence": "$.sure"}, '{"sure": 0.25}').value == 0.25
    assert judge_text({"confidence": "$.sure"}, "no json").passed is False
    assert judge_text({"confidence": "p="}, "p=0.5").value == 0.5
    assert judge_text({"confidence": r"p=(\d+%)"}, "p=50%").value == 0.5


HUGE = "1" + "0" * 400


@pytest.mark.parametrize(
    ("place", "answer"),
    [
        ("$.sure", f'{{"sure": {HUGE}}}'),
        ("$.sure", f'{{"sure": -{HUGE}}}'),
        ("sure:", f"sure: {HUGE}"),
        ("$.sure", "NaN"),
    ],
)
def test_a_number_beyond_all_numbers_is_no_confidence(place, answer):
    """It fails, as any other number outside of 0 to 1 does."""
    found = judge_text({"confidence": place}, answer)
    assert (found.passed, found.parts) == (False, {})


@pytest.mark.parametrize(
    "answer",
    [
        "confiden" + "a" * 500_000,
        "certain " * 100_000,
        "1 " * 300_000,
        "0." * 300_000,
        "1" * 500_000,
        "confident:" + " " * 500_000,
    ],
)
def test_half_a_megabyte_is_read_at_once(answer):
    """No text keeps the pattern busy."""
    assert judge_text("confidence", answer).passed is False
