"""Judging: whatever goes wrong in a judge is not judged, with the reason."""

import asyncio
import math

import pytest

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge, judge_all, judge_text
from seatrial.checks.table import build_check
from seatrial.core.check import Evidence, Need
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Failure, FailureKind, Interaction, Timing
from seatrial.core.request import Request
from seatrial.core.score import Score


class Odd:
    """A check that gives, waits for or raises what a test wants."""

    version, cost = "3", "free"

    def __init__(self, name="odd", gives=None, raises=None, waits=None, needs=frozenset()):
        self.name, self.gives, self.raises, self.waits, self.needs = name, gives, raises, waits, needs

    def judge(self, evidence):
        """Do what the test wants."""
        return self._slowly() if self.waits is not None else self._now()

    def _now(self):
        if self.raises:
            raise self.raises
        return self.gives

    async def _slowly(self):
        await asyncio.sleep(self.waits)
        return self._now()


GOOD = Score("odd", True, 1.0)
EVIDENCE = evidence_of("At 21:40.")


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (Odd(raises=ValueError("bad day\nand more")), "The check crashed: ValueError: bad day."),
        (Odd(raises=KeyError()), "The check crashed: KeyError."),
        (Odd(raises=RecursionError("deep"), waits=0), "The check crashed: RecursionError: deep."),
        (Odd(gives=True), "The check gave bool, which is no Score."),
        (Odd(gives=None, waits=0), "The check gave NoneType, which is no Score."),
        (Odd(gives=Score("odd", True, math.nan)), "The check gave nan as its value."),
        (Odd(gives=Score("odd", True, math.inf), waits=0), "The check gave inf as its value."),
        (Odd(gives=GOOD, needs={Need.CONTEXT}), "The case has no context."),
        (Odd(gives=GOOD, needs={Need.LOGPROBS}), "The answer has no log-probabilities."),
        (Odd(gives=GOOD, needs=3), "The check crashed: TypeError: 'int' object is not iterable."),
    ],
)
async def test_what_goes_wrong_is_not_judged(check, said):
    """A missing need, a crash, nonsense and NaN are neither a pass nor a fail, and each is named."""
    score = await judge(check, EVIDENCE)
    assert (score.name, score.passed, score.value, score.version) == ("odd", None, None, "3")
    assert score.reason == said


async def test_a_judge_that_takes_too_long_is_not_judged():
    """The time-out is a Score, too."""
    score = await judge(Odd(gives=GOOD, waits=30), EVIDENCE, timeout=0.01)
    assert (score.passed, score.reason) == (None, "The check took longer than 0.01 s.")


async def test_a_judge_that_refuses_even_its_name_is_not_judged():
    """The type's name stands in for a name that cannot be read."""

    class Nameless:
        """No name, no need, nothing."""

    assert (await judge(Nameless(), EVIDENCE)).name == "Nameless"


async def test_cancelling_the_caller_is_not_swallowed():
    """A run that is stopped does not wait for its judges."""
    task = asyncio.create_task(judge(Odd(gives=GOOD, waits=30), EVIDENCE))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_all_scores_come_in_the_order_of_the_checks():
    """Slow judges wait together and do not change the order."""
    names = ["a", "b", "c"]
    checks = tuple(Odd(name, Score(name, True), waits=w) for name, w in zip(names, [0.02, None, 0.0], strict=True))
    assert [score.name for score in await judge_all(checks, EVIDENCE)] == names


async def test_free_checks_create_no_task():
    """Judging by free checks only never goes through the event loop."""
    checks = (build_check({"contains": "21"}), build_check("length <= 20"))
    before = asyncio.all_tasks()
    coroutine = judge_all(checks, EVIDENCE)
    with pytest.raises(StopIteration) as done:
        coroutine.send(None)
    assert [score.passed for score in done.value.value] == [True, True]
    assert asyncio.all_tasks() == before


async def test_no_checks_give_no_scores():
    """An empty list is no error."""
    assert await judge_all((), EVIDENCE) == ()


async def test_a_failure_is_not_judged():
    """A failed Interaction has no answer, so no check speaks of it."""
    failure = Failure(FailureKind.TIMEOUT, "no answer within 10 s")
    failed = Interaction(target="bot", request=Request(()), timing=Timing(1, 1, 2), failure=failure)
    score = await judge(build_check({"contains": "a"}), Evidence(failed))
    assert (score.passed, score.reason) == (None, "There is no answer.")


def test_a_check_on_a_string():
    """The notebook's door takes a spec, a text and what the case would know."""
    assert judge_text("number", "That is 2 x 21 = 42 euros.", expect="42").passed is True
    assert judge_text("f1 >= 0.8", "the red ferry", expect=["no", "a red ferry"]).value == 1.0


def test_a_check_on_a_string_shows_the_users_mistake():
    """A wrong spec is the caller's mistake and is raised, not hidden in a Score."""
    with pytest.raises(Mistake, match="did you mean"):
        judge_text("contians", "text")


def test_a_text_that_nobody_waited_for_has_no_latency():
    """`latency` on a string is not judged instead of passing with zero seconds."""
    assert judge_text("latency <= 3s", "text").passed is None


def test_a_waiting_check_on_a_string_without_a_loop():
    """A check that has to wait gets an event loop of its own."""
    assert judge_text(Odd(gives=GOOD, waits=0), "text").passed is True


async def test_a_waiting_check_on_a_string_inside_a_running_loop():
    """In a notebook a loop is running already, and it works just the same."""
    assert judge_text(Odd(gives=GOOD, waits=0), "text").passed is True


def test_reasons_are_short_and_printable():
    """A long answer with control characters leaves a reason of one short line."""
    reason = judge_text({"contains": "x" * 500}, "\x00\x1b[31m\n\u202e" * 500).reason
    assert len(reason) <= 300
    assert reason.isprintable()
