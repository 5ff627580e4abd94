"""The boundary around judges: crashes, time-outs, values that are none, Scores that are not what they say."""

import asyncio
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.checks.boundary import begin, checked, settle
from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge, judge_all, judge_text
from seatrial.checks.table import build_check
from seatrial.core.check import Need
from seatrial.core.score import Score

EVIDENCE = evidence_of("At 21:40.")


class Giving:
    """A check that gives or raises what it was made with, at once or after waiting."""

    version, needs = "2", frozenset()

    def __init__(self, gives, *, waits=False, cost="free", name="giving"):
        self.gives, self.waits, self.cost, self.name = gives, waits, cost, name

    def judge(self, evidence):
        """Give it, raise it, or have it waited for."""
        return self.later() if self.waits else self.now()

    def now(self):
        """Give it, or raise it."""
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives

    async def later(self):
        """Wait, then give it."""
        await asyncio.sleep(0)
        return self.now()


@pytest.fixture(params=[False, True], ids=["at once", "waiting"])
def waits(request):
    """Whether the judge has to wait."""
    return request.param


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (Score("s", True, "high"), "gave high as its value"),
        (Score("s", True, [1.0]), "gave [1.0] as its value"),
        (Score("s", True, -math.inf), "gave -inf as its value"),
        (Score("s", True, 10**400), "as its value"),
        (Score("s", True, 1j), "gave 1j as its value"),
        (Score("s", "yes", 1.0), "gave str and neither true nor false"),
        (Score("s", 1, 1.0), "gave int and neither true nor false"),
        (("s", True), "gave tuple, which is no Score"),
        ({}, "gave dict, which is no Score"),
        (Score, "gave StructMeta, which is no Score"),
    ],
)
async def test_a_score_that_is_none_is_not_judged(made, said, waits):
    """Records do not hold their fields to types, so the boundary does: odd values neither pass nor raise."""
    score = await judge(Giving(made, waits=waits), EVIDENCE)
    assert (score.name, score.passed, score.value, score.version) == ("giving", None, None, "2")
    assert said in score.reason


@pytest.mark.parametrize("value", [None, 0, 1, -3.5, 10**15, 0.0, 1e308, True])
def test_a_whole_score_goes_through_as_it_is(value):
    """Any finite value and any of the three verdicts is the judge's own affair."""
    for passed in (True, False, None):
        made = Score("other name", passed, value, "because", "user", "9")
        assert checked(Giving(made), made) is made


@given(st.integers() | st.floats() | st.binary() | st.dictionaries(st.text(), st.booleans()) | st.text() | st.none())
@settings(max_examples=40)
def test_whatever_a_judge_gives_the_boundary_answers_with_a_score(made):
    """Nothing that is no Score raises, passes or fails."""
    assert checked(Giving(None), made).passed is None


@pytest.mark.parametrize(
    "error",
    [ValueError(""), OSError(2, "gone"), MemoryError(), AssertionError("x\ny"), StopIteration(3), TimeoutError("own")],
)
async def test_a_crash_is_named_by_its_type(error, waits):
    """Whichever error ends a judge, its type stands in one short line; a judge's own time-out is a crash."""
    score = await judge(Giving(error, waits=waits), EVIDENCE)
    named = "RuntimeError" if waits and isinstance(error, StopIteration) else type(error).__name__
    assert score.passed is None
    assert score.reason.startswith(f"The check crashed: {named}")
    assert score.reason.isprintable()


async def test_a_long_message_of_a_crash_is_cut(waits):
    """An error that quotes the whole answer leaves a reason of one line."""
    score = await judge(Giving(ValueError("x" * 10_000), waits=waits), EVIDENCE)
    assert len(score.reason) <= 200


@pytest.mark.parametrize(("cost", "source"), [("free", "check"), ("cheap", "check"), ("model", "model")])
async def test_who_could_not_judge(cost, source, waits):
    """A model's failure is kept apart from a rule's."""
    assert (await judge(Giving(None, waits=waits, cost=cost), EVIDENCE)).source == source


async def test_one_bad_judge_does_not_spoil_the_others(waits):
    """Each gets its own Score, in order."""
    good = Score("good", True, 1.0)
    checks = (
        Giving(good),
        Giving(KeyError("k"), waits=waits),
        build_check({"contains": "21"}),
        Giving(good, waits=True),
    )
    scores = await judge_all(checks, EVIDENCE)
    assert [score.passed for score in scores] == [True, None, True, True]


async def test_one_slow_judge_does_not_spoil_the_others():
    """The time-out ends the slow one only."""

    async def slow(answer):
        await asyncio.Event().wait()

    checks = (build_check(slow), build_check({"contains": "21"}), Giving(Score("w", True), waits=True))
    scores = await judge_all(checks, EVIDENCE, timeout=0.02)
    assert [score.passed for score in scores] == [None, True, True]
    assert scores[0].reason == "The check took longer than 0.02 s."


async def test_a_time_out_inside_a_set_is_the_sets():
    """A composed check that waits for ever is not judged under its own name."""

    async def slow(answer):
        await asyncio.Event().wait()

    score = await judge(build_check({"not": slow}), EVIDENCE, timeout=0.02)
    assert (score.name, score.passed) == ("not slow", None)


@pytest.mark.parametrize(
    ("need", "said"),
    [
        (Need.EXPECTED, "no expected answer"),
        (Need.REFERENCE, "no reference answer"),
        (Need.CONTEXT, "no context"),
        (Need.SESSION, "no earlier turns"),
        (Need.LOGPROBS, "no log-probabilities"),
    ],
)
def test_every_need_has_its_own_sentence(need, said):
    """What is missing is named, and the judge is not even asked."""
    check = Giving(ValueError("asked"))
    check.needs = frozenset({need})
    score = begin(check, EVIDENCE)
    assert score.passed is None
    assert said in score.reason


async def test_a_score_that_is_there_is_not_touched_again():
    """Settling a Score that was begun gives the same object."""
    made = Score("done", False, 0.0)
    assert await settle(Giving(None), made) is made


@pytest.mark.parametrize("spec", [{"not": Giving(Score("s", True, math.nan))}, {"all_of": [Giving(Score("s", "no"))]}])
def test_odd_scores_inside_a_set(spec):
    """An inner Score that is none leaves the set not judged instead of turning it round."""
    assert judge_text(spec, "text").passed is None
