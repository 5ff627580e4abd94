"""The engine: what it asks, in which order, how much at once, and what it makes of the answers."""

import asyncio
from pathlib import Path

import pytest
from run_fakes import FakeTarget, Same, SlowJudge, Told, case, go, suite

from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.interaction import Answer, Failure, FailureKind
from seatrial.core.request import Request
from seatrial.run.journal import replay, state
from seatrial.run.plan import Planned, Repeat, SuitePlan, UntilDecided


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.jsonl"


async def test_run_asks_every_case_and_judges_it(path: Path) -> None:
    """Every case is asked once, judged, and in the Batch."""
    target = FakeTarget()
    result = await go(path, suite([case("a"), case("b", expect="something else")], target))
    assert [request.question for request in target.asked] == ["a", "b"]
    assert (result.state, result.reasons, result.counts.passed, result.counts.rejected) == ("done", (), 1, 1)
    assert list(result.batch.column("passed")) == [1, 0]


async def test_run_stamps_interactions(path: Path) -> None:
    """An Interaction says of which run, suite, case and repeat it is, and carries the case's tags."""
    told = Told()
    await go(path, suite([case("a", language="en")], FakeTarget(), repeat=Repeat(2)), progress=told)
    last = told.attempts[-1].dialogue[-1]
    assert (last.source, last.suite, last.case, last.repeat, last.turn) == ("r1", "s", "a", 1, 0)
    assert last.tags == {"language": "en"}
    assert last.request.case == "a"
    assert last.request.repeat == 1


async def test_run_goes_breadth_first(path: Path) -> None:
    """All cases are asked a first time before any is asked a second time."""
    target = FakeTarget()
    await go(path, suite(3, target, repeat=Repeat(2), concurrency=1))
    assert [(r.question, r.repeat) for r in target.asked] == [(f"c{i}", r) for r in range(2) for i in range(3)]


@pytest.mark.parametrize("concurrency", [1, 7])
async def test_run_keeps_to_its_concurrency(path: Path, concurrency: int) -> None:
    """Exactly as many requests as allowed are in flight at once."""

    async def reply(request: Request) -> str:
        await asyncio.sleep(0.001)
        return request.question

    target = FakeTarget(reply)
    await go(path, suite(40, target, concurrency=concurrency))
    assert target.most_flying == concurrency
    assert len(target.asked) == 40


async def test_run_never_holds_the_cases(path: Path) -> None:
    """Cases are taken one by one as workers come free, never ahead of them."""
    taken = 0
    target = FakeTarget()

    def cases():
        nonlocal taken
        for i in range(200):
            taken += 1
            assert taken <= len(target.asked) + 5
            yield Planned(case(f"c{i}"), (Same(),))

    result = await go(path, SuitePlan("s", target, cases, 200, concurrency=4))
    assert result.counts.passed == 200


async def test_failures_are_not_judged(path: Path) -> None:
    """A named failure is counted as such and no check sees it."""
    target = FakeTarget(lambda _: Failure(FailureKind.TIMEOUT, "it took too long"))
    result = await go(path, suite(3, target))
    assert (result.counts.failed, result.counts.answered) == (3, 0)
    assert [attempt.scores for attempt in replay(path)] == [(), (), ()]
    assert result.state == "done"


async def test_a_target_that_raises_has_crashed(path: Path) -> None:
    """An exception out of a Target becomes a failure with its type and text, and the run goes on."""
    target = FakeTarget(lambda request: ValueError("no such thing") if request.case == "c1" else request.question)
    result = await go(path, suite(3, target))
    failed = [a.dialogue[-1].failure for a in replay(path) if a.dialogue[-1].failure]
    assert failed == [Failure(FailureKind.CRASHED, "the target bot raised ValueError: no such thing")]
    assert result.counts.passed == 2


async def test_a_target_that_cannot_go_on_ends_the_run(path: Path) -> None:
    """When a Target says that nothing can be run any more, the run ends with that sentence and keeps the rest."""
    full = CannotRun("answers.db: database or disk is full")
    target = FakeTarget(lambda request: full if request.case == "c2" else request.question)
    result = await go(path, suite(9, target, concurrency=1))
    assert (result.counts.passed, result.error) == (2, full)
    assert len(target.asked) == 3


@pytest.mark.parametrize(("kind", "requests"), [("chat", 3), ("embedding", 1), ("completion", 1)])
async def test_only_a_chat_is_a_dialogue(path: Path, kind: str, requests: int) -> None:
    """Several texts to embed are one Request, several user turns of a chat are one each."""
    target = FakeTarget()
    await go(path, suite([case("d", "one", "two", "three")], target, kind=kind))
    assert len(target.asked) == requests
    assert {request.kind for request in target.asked} == {kind}


async def test_suites_run_one_after_the_other(path: Path) -> None:
    """The second suite begins when the first is over, and each is announced with its size."""
    told = Told()
    target = FakeTarget()
    result = await go(path, suite(2, target, name="one"), suite(1, target, name="two", repeat=Repeat(3)), progress=told)
    assert told.begun == [("one", 2, 0), ("two", 3, 0)]
    assert told.ended == ["one", "two"]
    assert [a.dialogue[0].suite for a in told.attempts] == ["one"] * 2 + ["two"] * 3
    assert result.planned == 5


async def test_until_decided_stops_when_the_gates_are_decided(path: Path) -> None:
    """The gates are looked at after each repeat of all cases, and a decision ends the suite."""
    seen: list[int] = []

    def decided(batch: object) -> bool:
        seen.append(len(batch))
        return len(seen) == 3

    target = FakeTarget()
    result = await go(path, suite(4, target, repeat=UntilDecided(9), decided=decided))
    assert seen == [4, 8, 12]
    assert len(target.asked) == 12
    assert (result.rounds, result.state) == ({"s": 3}, "done")


async def test_until_decided_asks_at_most_so_often(path: Path) -> None:
    """Gates that nothing decides do not make a run endless."""
    target = FakeTarget()
    await go(path, suite(2, target, repeat=UntilDecided(4), decided=lambda _: False))
    assert len(target.asked) == 8


async def test_stop_lets_what_is_in_flight_finish(path: Path) -> None:
    """After `stop` nothing new is asked, what is out is answered and judged, and the reason says how far it came."""
    stop = asyncio.Event()

    async def reply(request: Request) -> str:
        if request.case == "c5":
            stop.set()
        await asyncio.sleep(0)
        return request.question

    target = FakeTarget(reply)
    result = await go(path, suite(50, target, concurrency=3), stop=stop)
    assert len(target.asked) <= 8
    assert result.counts.passed == len(target.asked)
    assert result.reasons == (f"stopped by hand; {len(target.asked)} of 50 attempts are made",)
    assert result.state == "interrupted"


async def test_cut_drops_what_is_in_flight(path: Path) -> None:
    """After `cut` the run ends at once; requests that were out are no failures and are counted in the reason."""
    cut = asyncio.Event()

    async def reply(request: Request) -> str:
        if request.case != "c0":
            if target.flying == 4:
                cut.set()
            await asyncio.sleep(3600)
        return request.question

    target = FakeTarget(reply)
    result = await go(path, suite(9, target, concurrency=4), cut=cut)
    assert (result.counts.passed, result.counts.failed) == (1, 0)
    assert result.reasons == ("stopped by hand, requests cut off: 4; 1 of 9 attempts are made",)


async def test_cancelling_the_run_is_written_down(path: Path) -> None:
    """A cancelled run raises that, and its journal says that it was broken off."""
    asked = asyncio.Event()

    async def reply(request: Request) -> str:
        asked.set()
        await asyncio.sleep(3600)
        return request.question

    task = asyncio.create_task(go(path, suite(2, FakeTarget(reply))))
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert state(path).state == "interrupted"


async def test_broken_cases_end_the_run_and_keep_the_rest(path: Path) -> None:
    """A case file that goes bad under way ends the run with its error; what was measured stays."""

    def cases():
        yield Planned(case("a"), (Same(),))
        raise Mistake("not JSON", path="cases.jsonl", line=2)

    result = await go(path, SuitePlan("s", FakeTarget(), cases, 2))
    assert result.counts.passed == 1
    assert isinstance(result.error, Mistake)
    assert result.reasons == ("cases.jsonl:2: not JSON; 1 of 2 attempts are made",)


async def test_a_target_that_never_waits_lets_others_have_the_loop(path: Path) -> None:
    """A Target that answers without waiting does not shut out signals: `stop` from another task is seen."""
    stop = asyncio.Event()
    told = Told()
    asyncio.get_running_loop().call_later(0, stop.set)
    result = await go(path, suite(10_000, FakeTarget(), concurrency=2), stop=stop, progress=told)
    assert result.state == "interrupted"
    assert len(told.attempts) < 10_000


async def test_a_model_that_judges_does_not_hold_up_asking(path: Path) -> None:
    """While a model-graded check waits, its worker goes on asking."""
    judge = SlowJudge()
    target = FakeTarget()

    def reply(request: Request) -> str:
        if request.case == "c3":
            judge.gate.set()
        return request.question

    target.reply = reply
    result = await go(path, suite(4, target, concurrency=2, checks=(judge,)))
    assert result.counts.passed == 4


async def test_unjudged_answers_do_not_pile_up(path: Path) -> None:
    """When a judge cannot keep up, asking waits: only so many answers are held as the suite's concurrency allows."""
    judge = SlowJudge()
    target = FakeTarget()
    task = asyncio.create_task(go(path, suite(100, target, concurrency=3, checks=(judge,))))
    await asyncio.sleep(0.05)
    assert len(target.asked) <= 3 + 3 + 3
    judge.gate.set()
    assert (await task).counts.passed == 100


@pytest.mark.parametrize("check", [Same(), SlowJudge()])
async def test_a_bug_in_judging_is_raised(path: Path, check: Same) -> None:
    """A judge that breaks its promise and raises ends the run with that, instead of hanging it."""

    async def judge(checks: object, evidence: object) -> tuple:
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        await go(path, suite(20, FakeTarget(), concurrency=2, checks=(check,)), judge=judge)


async def test_dialogues_are_asked_turn_by_turn(path: Path) -> None:
    """Each user turn is asked after the live answer to the one before; the session is one, the turns count up."""
    target = FakeTarget(lambda request: Answer(f"<{request.question}>"))
    told = Told()
    await go(path, suite([case("d", "one", "two", "three")], target), progress=told)
    (attempt,) = told.attempts
    assert [m.content for m in target.asked[2].messages] == ["one", "<one>", "two", "<two>", "three"]
    assert [each.turn for each in attempt.dialogue] == [0, 1, 2]
    assert len({each.session for each in attempt.dialogue}) == 1
    assert attempt.dialogue[0].session is not None


async def test_a_failure_ends_its_dialogue(path: Path) -> None:
    """After a failed turn the later turns are not asked, and the attempt has failed."""
    broken = Failure(FailureKind.SERVER_ERROR, "500")
    target = FakeTarget(lambda request: broken if request.question == "two" else "fine")
    result = await go(path, suite([case("d", "one", "two", "three")], target))
    assert len(target.asked) == 2
    assert result.counts.failed == 1
    assert [len(attempt.dialogue) for attempt in replay(path)] == [2]


async def test_an_answer_that_is_no_text_is_kept_as_a_failure(path: Path) -> None:
    """Half a character cannot be written down: that attempt fails with the reason, the others go on."""
    target = FakeTarget(lambda request: "\ud83d" if request.case == "c0" else request.question)
    result = await go(path, suite(2, target))
    assert (result.counts.failed, result.counts.passed) == (1, 1)
    first = next(replay(path)).dialogue[0].failure
    assert first is not None
    assert first.kind == FailureKind.BAD_RESPONSE
