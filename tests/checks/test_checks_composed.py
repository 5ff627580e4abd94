"""Checks made of Checks."""

import asyncio

import pytest

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge, judge_text
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake
from seatrial.core.score import Score

YES, NO, OPEN = {"contains": "ferry"}, {"contains": "bus"}, "contains"
TEXT = "The ferry leaves."


@pytest.mark.parametrize(
    ("spec", "passed"),
    [
        ({"all_of": [YES, YES]}, True),
        ({"all_of": [YES, NO]}, False),
        ({"all_of": [YES, OPEN]}, None),
        ({"all_of": [NO, OPEN]}, False),
        ({"any_of": [NO, YES]}, True),
        ({"any_of": [NO, NO]}, False),
        ({"any_of": [NO, OPEN]}, None),
        ({"any_of": [OPEN, YES]}, True),
        ({"not": YES}, False),
        ({"not": NO}, True),
        ({"not": OPEN}, None),
        ({"not": {"not": YES}}, True),
        ({"not": {"check": NO, "name": "no bus"}}, True),
        ({"all_of": {"checks": [YES, {"not": NO}], "name": "both"}}, True),
        ({"any_of": [{"all_of": [YES, NO]}, {"not": NO}]}, True),
    ],
)
def test_three_valued_logic(spec, passed):
    """What is not judged inside stays open unless the others decide."""
    assert judge_text(spec, TEXT).passed is passed


def weighted(*parts, **more):
    """A weighted set of checks with their weights."""
    return {"weighted": {"checks": [{"check": check, "weight": weight} for check, weight in parts], **more}}


@pytest.mark.parametrize(
    ("spec", "passed", "value"),
    [
        (weighted((YES, 2), (NO, 1), threshold=0.6), True, 2 / 3),
        (weighted((YES, 2), (NO, 1), threshold=0.7), False, 2 / 3),
        (weighted((YES, 0.7), (NO, 0.3), threshold=0.7), True, 0.7),
        (weighted((YES, 1), (OPEN, 1), threshold=0.5), None, None),
        (weighted(({"contains_all": ["ferry", "bus"]}, 1), threshold=0.5, by="value"), True, 0.5),
        (weighted(("length <= 400", 1), threshold=0.5, by="value"), None, None),
    ],
)
def test_weighted(spec, passed, value):
    """The weighted share of passes, or of values, is held to the threshold."""
    score = judge_text(spec, TEXT)
    assert score.passed is passed
    assert score.value == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"weighted": {"checks": [], "threshold": 0.5}}, "needs checks with weights"),
        (weighted((YES, -1), threshold=0.5), "weights from 0 on"),
        (weighted((YES, 0), threshold=0.5), "at least one of them above 0"),
        (weighted((YES, 1), threshold=70), "a share from 0 to 1"),
        (weighted((YES, 1)), "needs `threshold`"),
        ({"weighted": [YES]}, "takes no bare value"),
    ],
)
def test_weighted_mistakes(spec, said):
    """Weights and thresholds that make no sense are refused."""
    with pytest.raises(Mistake, match=said):
        build_check(spec)


def test_the_reason_names_the_inner_check():
    """A person sees which one failed, and why."""
    assert judge_text({"all_of": [YES, NO]}, TEXT).reason.startswith('contains: It does not contain "bus"')
    assert "failed: contains" in judge_text(weighted((NO, 1), (YES, 1), threshold=0.5), TEXT).reason


def test_names():
    """A negation is named for what it negates, and any of them takes a name."""
    assert build_check({"not": "refusal"}).name == "not refusal"
    assert build_check({"not": {"check": "refusal", "name": "helps"}}).name == "helps"
    assert build_check({"any_of": [YES]}).name == "any_of"


def test_needs_are_what_no_inner_check_can_do_without():
    """A set that one inner check can decide is judged although another lacks something."""
    assert build_check({"any_of": ["contains", YES]}).needs == build_check(YES).needs
    assert build_check(weighted(("contains", 1), (YES, 1), threshold=1)).needs == build_check("contains").needs


async def slow(answer):
    """A check that waits."""
    await asyncio.sleep(0)
    return "ferry" in answer


@pytest.mark.parametrize("spec", [{"all_of": [slow, YES]}, {"any_of": [NO, slow]}, {"not": {"not": slow}}])
async def test_inner_checks_may_wait(spec):
    """A set with a check that waits is waited for, and its cost is that of the dearest."""
    check = build_check(spec)
    assert check.cost == "cheap"
    assert (await judge(check, evidence_of(TEXT))).passed is True


async def test_a_crash_inside_is_not_judged():
    """A set is not judged when the check that crashed could have decided."""

    def crash(answer):
        raise ValueError("bad day")

    score = await judge(build_check({"not": crash}), evidence_of(TEXT))
    assert (score.passed, score.reason) == (None, "The check crashed: ValueError: bad day.")
    assert isinstance(score, Score)
    for by in ("passed", "value"):
        score = await judge(build_check(weighted((YES, 9), (crash, 1), threshold=0.5, by=by)), evidence_of(TEXT))
        assert (score.passed, score.reason) == (None, "crash: The check crashed: ValueError: bad day.")
