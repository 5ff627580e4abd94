"""The cost limit: nothing is started that would pass it, and the reason says so."""

import asyncio
from pathlib import Path

import pytest
from run_fakes import FakeTarget, go, suite

from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Money, Timing
from seatrial.core.request import Request
from seatrial.core.score import Score
from seatrial.run.budget import Budget

CENT = Money(10_000_000)


def paid(cost: Money | None, **parts: object) -> Interaction:
    timing = Timing(due=0, started=0, ended=1)
    return Interaction(
        **{"target": "b", "request": Request(()), "timing": timing, "answer": Answer(), "cost": cost} | parts
    )


async def test_the_run_stops_before_the_limit_is_passed(tmp_path: Path) -> None:
    """At a cent an answer, a limit of 5 cents buys exactly five answers, in whatever numbers they are in flight."""
    target = FakeTarget(cost=CENT)
    plan = suite(50, target, concurrency=4, cost_each=CENT)
    result = await go(tmp_path / "j.jsonl", plan, max_cost=Money(50_000_000))
    assert len(target.asked) == 5
    assert result.state == "interrupted"
    assert result.reasons == (
        "the cost limit of 0.05 USD would be passed, 0.05 USD is spent; 5 of 50 attempts are made",
    )


async def test_what_is_in_flight_counts(tmp_path: Path) -> None:
    """No more go out at once than the limit could pay for."""

    async def reply(request: Request) -> str:
        await asyncio.sleep(0.001)
        return request.question

    target = FakeTarget(reply, cost=CENT)
    await go(tmp_path / "j.jsonl", suite(50, target, concurrency=40, cost_each=CENT), max_cost=Money(30_000_000))
    assert target.most_flying == 3


async def test_cheap_answers_correct_a_high_estimate(tmp_path: Path) -> None:
    """An estimate that was far too high slows the start, but does not end the run."""
    target = FakeTarget(cost=Money(1_000))
    plan = suite(50, target, concurrency=20, cost_each=CENT)
    result = await go(tmp_path / "j.jsonl", plan, max_cost=Money(20_000_000))
    assert (result.counts.passed, result.state) == (50, "done")


async def test_a_resumed_run_has_spent_what_it_spent(tmp_path: Path) -> None:
    """The limit holds for the run, not for each process of it."""
    target = FakeTarget(cost=CENT)
    for _ in range(2):
        result = await go(tmp_path / "j.jsonl", suite(9, target, cost_each=CENT), max_cost=Money(30_000_000))
    assert len(target.asked) == 3
    assert (result.resumed, result.state) == (3, "interrupted")


@pytest.mark.parametrize(
    ("cost", "why"), [(None, "no price of tiny is known"), (Money(1, "EUR"), "its price is in EUR")]
)
async def test_a_limit_that_cannot_be_kept_ends_the_run(cost: Money | None, why: str) -> None:
    """Answers without a price, or in another currency, cannot be held to a limit: the run says so and ends."""
    budget = Budget(CENT)
    assert await budget.start(None)
    budget.end([paid(cost, model="tiny")])
    assert budget.refusal == f"the cost limit of 0.01 USD cannot be kept: {why}"
    assert not await budget.start(None)


async def test_what_costs_nothing_needs_no_price() -> None:
    """Failures and answers from the cache carry no price and are no reason to end."""
    budget = Budget(CENT)
    budget.add([paid(None, answer=None, failure=Failure(FailureKind.TIMEOUT, "late"))])
    budget.add([paid(None, served_by="cache")])
    assert budget.refusal is None


async def test_without_a_limit_nothing_is_refused() -> None:
    """No limit, no refusal, whatever it costs."""
    budget = Budget(None)
    budget.add([paid(Money(10**15)), paid(None)])
    assert await budget.start(CENT)
    assert budget.refusal is None


def test_judging_counts() -> None:
    """What a judge cost is spent like anything else, and another currency ends the run."""
    budget = Budget(CENT)
    budget.judged([Score("rubric", True, 1.0, cost=Money(4_000_000)), Score("contains", True, 1.0)])
    assert budget.refusal is None
    budget.judged([Score("rubric", True, 1.0, cost=Money(1, "EUR"))])
    assert budget.refusal == ("the cost limit of 0.01 USD cannot be kept: the judge of `rubric` has its price in EUR")


async def test_dear_judges_end_a_run(tmp_path: Path) -> None:
    """At a cent an answer and a cent a judgement, 6 cents buy three attempts."""

    async def judge(checks: object, evidence: object) -> tuple[Score, ...]:
        return (Score("rubric", True, 1.0, cost=CENT),)

    plan = suite(50, FakeTarget(cost=CENT), concurrency=1, cost_each=CENT)
    result = await go(tmp_path / "j.jsonl", plan, max_cost=Money(60_000_000), judge=judge)
    assert result.counts.attempts == 3


async def test_what_is_in_flight_can_pass_the_limit_alone() -> None:
    """Costs of an attempt in flight are added to what is spent; other currencies and unknown prices are not."""
    assert not Budget(None).passed([paid(CENT)] * 9)
    budget = Budget(Money(25_000_000))
    budget.add([paid(CENT)])
    assert not budget.passed([paid(CENT), paid(None), paid(Money(10**12, "EUR"))])
    assert budget.refusal is None
    assert budget.passed([paid(CENT), paid(CENT)])
    assert budget.refusal == "the cost limit of 0.025 USD is passed, 0.03 USD is spent"
    assert not await budget.start(None)
