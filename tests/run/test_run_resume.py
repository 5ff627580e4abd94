"""Starting the same plan again goes on where it was left: nothing is asked twice that was answered."""

import asyncio
from pathlib import Path

import pytest
from run_fakes import FakeTarget, SlowJudge, Told, case, go, info, suite

from seatrial.core.request import Request
from seatrial.run.journal import replay, state
from seatrial.run.plan import Repeat, UntilDecided
from seatrial.run.resume import open_run
from seatrial.store.runs import RunStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.jsonl"


def stop_after(count: int) -> tuple[Told, asyncio.Event]:
    stop = asyncio.Event()
    return Told(then=lambda made: stop.set() if made == count else None), stop


async def test_a_stopped_run_goes_on(path: Path) -> None:
    """Two processes together ask every attempt exactly once, and the Batch holds all of them."""
    target = FakeTarget()
    told, stop = stop_after(13)
    first = await go(path, suite(20, target, repeat=Repeat(2)), progress=told, stop=stop)
    told = Told()
    second = await go(path, suite(20, target, repeat=Repeat(2)), progress=told)
    assert len({(r.case, r.repeat) for r in target.asked}) == len(target.asked) == 40
    assert (second.state, second.resumed, second.asked_again) == ("done", first.counts.attempts, 0)
    assert len(second.batch) == second.counts.passed == 40
    assert told.begun == [("s", 40, first.counts.attempts)]


async def test_requests_in_flight_are_asked_again_and_counted(path: Path) -> None:
    """What was cut off is asked again, and the number is in the result, over several resumptions."""

    async def never(request: Request) -> str:
        if target.flying == 3:
            cut.set()
        await asyncio.sleep(3600)
        return ""

    for _ in range(2):
        cut = asyncio.Event()
        target = FakeTarget(never)
        await go(path, suite(10, target, concurrency=3), cut=cut)
    result = await go(path, suite(10, FakeTarget(), concurrency=3))
    assert (result.asked_again, result.counts.passed, result.state) == (6, 10, "done")


async def test_answers_that_nobody_judged_are_judged_without_asking(path: Path) -> None:
    """An answer whose judge was cut off is judged in the next process; the Target is not asked for it again."""
    cut = asyncio.Event()
    target = FakeTarget()
    judge = SlowJudge()
    asyncio.get_running_loop().call_later(0.05, cut.set)
    await go(path, suite(2, target, concurrency=2, checks=(judge,)), cut=cut)
    judge.gate.set()
    result = await go(path, suite(2, target, concurrency=2, checks=(judge,)))
    assert len(target.asked) == 2
    assert (result.judged_again, result.asked_again, result.counts.passed) == (2, 0, 2)


async def test_a_dialogue_goes_on_behind_its_answered_turns(path: Path) -> None:
    """A Dialogue that was stopped between turns keeps its answers and its session."""
    stop = asyncio.Event()

    def reply(request: Request) -> str:
        stop.set()
        return f"<{request.question}>"

    target = FakeTarget(reply)
    talk = [case("d", "one", "two", expect="<two>")]
    first = await go(path, suite(talk, target), stop=stop)
    assert (first.counts.attempts, first.state) == (0, "interrupted")
    second = await go(path, suite(talk, target))
    assert [[m.content for m in r.messages] for r in target.asked] == [["one"], ["one", "<one>", "two"]]
    (attempt,) = replay(path)
    assert len({each.session for each in attempt.dialogue}) == 1
    assert second.counts.passed == 1


async def test_until_decided_looks_again_at_the_same_rounds(path: Path) -> None:
    """Resumed in the middle of a round, the gates are looked at after the same rounds as without the stop."""
    target = FakeTarget()

    def plan() -> object:
        return suite(5, target, repeat=UntilDecided(6), decided=lambda batch: len(batch) >= 15)

    told, stop = stop_after(8)
    await go(path, plan(), progress=told, stop=stop)
    result = await go(path, plan())
    assert len(target.asked) == 15
    assert result.rounds == {"s": 3}


async def test_a_damaged_journal_is_reported_and_mended_by_asking(path: Path) -> None:
    """Attempts whose lines are damaged are made again; the result names the lines."""
    target = FakeTarget()
    told, stop = stop_after(6)
    await go(path, suite(8, target, concurrency=1), progress=told, stop=stop)
    damage(path, b'"case":"c2"', b'"case":garbage')
    result = await go(path, suite(8, target, concurrency=1))
    assert result.counts.passed == 8
    assert [r.case for r in target.asked].count("c2") == 2
    assert result.damage.first[0].startswith(str(path))


def damage(path: Path, good: bytes, bad: bytes) -> None:
    path.write_bytes(path.read_bytes().replace(good, bad))


def test_the_same_plan_finds_its_unfinished_run(tmp_path: Path) -> None:
    """The newest unfinished run of the plan is taken up; a finished one, another plan's, or `fresh` is not."""
    with RunStore.open(tmp_path / ".seatrial") as store:
        open_run(store, info(id="r1", plan="p")).close()
        with open_run(store, info(id="r2", plan="p")) as journal:
            assert (journal.info.id, journal.fresh) == ("r1", False)
        with open_run(store, info(id="r3", plan="other")) as journal:
            assert (journal.info.id, journal.fresh) == ("r3", True)
        with open_run(store, info(id="r4", plan="p"), fresh=True) as journal:
            assert journal.info.id == "r4"
            journal.ended("done")


def test_a_finished_run_is_not_taken_up(tmp_path: Path) -> None:
    """Once its journal says `done`, the same plan begins a new run."""
    with RunStore.open(tmp_path / ".seatrial") as store:
        with open_run(store, info(id="r1")) as journal:
            journal.ended("done")
        store.update("r1", state="done")
        with open_run(store, info(id="r2")) as journal:
            assert journal.info.id == "r2"


def test_a_run_that_is_going_on_is_left_alone(tmp_path: Path) -> None:
    """While one process is at work on a run, the same plan started beside it is a run of its own."""
    with RunStore.open(tmp_path / ".seatrial") as store, open_run(store, info(id="r1")):
        with open_run(store, info(id="r2")) as second:
            assert second.info.id == "r2"
        assert [record.state for record in store.list()] == ["interrupted", "running"]


async def test_a_taken_up_run_keeps_its_name(tmp_path: Path) -> None:
    """Interactions of the second process carry the first one's run id, and its catalogue entry says running."""
    with RunStore.open(tmp_path / ".seatrial") as store:
        open_run(store, info(id="r1")).close()
        with open_run(store, info(id="r2")) as journal:
            assert store.find("r1").state == "running"
            path = journal.path
        await go(path, suite(1, FakeTarget()))
        assert state(path).attempts == 1
