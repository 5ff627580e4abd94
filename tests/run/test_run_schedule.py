"""Schedules under a clock of our own: when requests go out, and from when their waiting counts."""

import asyncio
from pathlib import Path

import pytest
from run_fakes import FakeTarget, Told, go, suite

from seatrial.core.errors import Mistake
from seatrial.core.interaction import NANOSECONDS
from seatrial.core.request import Request
from seatrial.run.schedule import ClosedLoop, OpenLoop, Pace, SystemClock

START = 1_000 * NANOSECONDS


class HandClock:
    """Time that passes only while somebody waits for it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> int:
        return START + round(self.seconds * NANOSECONDS)

    def monotonic(self) -> float:
        return 50 + self.seconds

    async def wait(self, seconds: float, stop: asyncio.Event) -> None:
        await asyncio.sleep(0)
        if not stop.is_set():
            self.seconds += seconds


async def test_an_open_loop_is_due_at_even_times() -> None:
    """At 4 a second, requests are due 0.25 s apart, and each is waited for."""
    clock = HandClock()
    pace = Pace(OpenLoop(4), clock, asyncio.Event())
    due = [await pace.turn() for _ in range(5)]
    assert [(d - START) / NANOSECONDS for d in due] == [0, 0.25, 0.5, 0.75, 1]
    assert clock.seconds == 1


async def test_a_late_request_is_due_when_it_should_have_gone_out() -> None:
    """When the sender falls behind, due times stay where they were and nothing is waited for."""
    clock = HandClock()
    pace = Pace(OpenLoop(10), clock, asyncio.Event())
    await pace.turn()
    clock.seconds = 5
    assert [await pace.turn(), await pace.turn()] == [START + NANOSECONDS // 10, START + NANOSECONDS // 5]
    assert clock.seconds == 5


async def test_a_closed_loop_is_never_due() -> None:
    """A closed loop sets no times and never waits."""
    clock = HandClock()
    pace = Pace(ClosedLoop(), clock, asyncio.Event())
    assert [await pace.turn() for _ in range(3)] == [None, None, None]
    assert clock.seconds == 0


@pytest.mark.parametrize("rate", [0, -1, float("inf"), float("nan")])
def test_a_rate_that_is_none_is_a_mistake(rate: float) -> None:
    """Only a rate above 0 is one."""
    with pytest.raises(Mistake, match="rate is more than 0"):
        OpenLoop(rate)


async def test_waiting_counts_from_the_due_time(tmp_path: Path) -> None:
    """With one worker and slow answers, the second request is late, and its `due` says by how much."""
    clock = HandClock()

    def reply(request: Request) -> str:
        clock.seconds += 3
        return request.question

    told = Told()
    plan = suite(3, FakeTarget(reply), schedule=OpenLoop(1), concurrency=1)
    await go(tmp_path / "j.jsonl", plan, progress=told, clock=clock)
    assert [attempt.dialogue[0].timing.due for attempt in told.attempts] == [START + i * NANOSECONDS for i in range(3)]


async def test_an_open_loop_does_not_wait_for_answers(tmp_path: Path) -> None:
    """All requests go out at their times though no answer comes before the last is out."""
    clock = HandClock()
    out: list[float] = []
    released = asyncio.Event()

    async def reply(request: Request) -> str:
        out.append(clock.seconds)
        if len(out) == 5:
            released.set()
        await released.wait()
        return request.question

    plan = suite(5, FakeTarget(reply), schedule=OpenLoop(2), concurrency=100)
    result = await go(tmp_path / "j.jsonl", plan, clock=clock)
    assert out == [0, 0.5, 1, 1.5, 2]
    assert result.counts.passed == 5


async def test_stop_ends_the_wait_for_the_next_request(tmp_path: Path) -> None:
    """A stop in the middle of a long pause is heard, and the request that was waited for is not sent."""
    stop = asyncio.Event()
    target = FakeTarget()
    told = Told(then=lambda _: stop.set())
    result = await go(tmp_path / "j.jsonl", suite(3, target, schedule=OpenLoop(0.001)), stop=stop, progress=told)
    assert len(target.asked) == 1
    assert result.state == "interrupted"


async def test_the_system_clock_waits_no_longer_than_asked() -> None:
    """The wait ends by itself and by the event, and time has not gone back."""
    clock, stop = SystemClock(), asyncio.Event()
    before = clock.monotonic(), clock.now()
    await clock.wait(0.001, stop)
    stop.set()
    await clock.wait(3600, stop)
    assert clock.monotonic() >= before[0] + 0.001
    assert clock.now() >= before[1]
