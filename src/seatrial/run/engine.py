"""The engine: asks what a Plan says, judges what comes back, and writes both down the moment they are known."""

import asyncio

from seatrial.checks.judge import judge_all
from seatrial.core.errors import SeatrialError
from seatrial.core.run import Progress
from seatrial.run.course import Course, Stops
from seatrial.run.journal import Journal
from seatrial.run.judging import Judge
from seatrial.run.lane import Lane
from seatrial.run.plan import Plan, SuitePlan
from seatrial.run.result import RunResult
from seatrial.run.schedule import Clock, SystemClock


async def run(
    plan: Plan,
    journal: Journal,
    progress: Progress,
    *,
    stop: asyncio.Event | None = None,
    cut: asyncio.Event | None = None,
    judge: Judge = judge_all,
    clock: Clock | None = None,
) -> RunResult:
    """Make a run, or what an earlier process left of it.

    The suites are asked one after the other. Requests that are cut off leave no Interaction: they are not the Target's
    failures, and are asked again when the run is resumed. When this task itself is cancelled, the journal says so, too.

    Args:
        plan: What to ask.
        journal: Where to write it; of a run that was begun before, what it has is taken up first.
        progress: Is told how the run goes on.
        stop: When set, nothing new is started and what is in flight comes to its end.
        cut: When set, what is in flight is cut off.
        judge: Gives the Scores of a Dialogue's last Interaction.
        clock: The time, for schedules.

    Returns:
        What it came to; a full disk or the like is in its `error`, beside all that was measured before.
    """
    course = Course(plan, journal, progress, Stops(stop, cut), clock or SystemClock())
    reasons: tuple[str, ...] | None = None
    try:
        course.take_up()
        for suite in plan.suites:
            await _suite(course, suite, judge)
        reasons = course.reasons() if course.halted else ()
    except SeatrialError as error:
        course.fail(error)
    finally:
        if reasons is None:
            reasons = course.reasons()
        course.write(journal.ended, "interrupted" if reasons else "done", reasons)
    return course.result(reasons if course.error is None else course.reasons())


async def _suite(course: Course, suite: SuitePlan, judge: Judge) -> None:
    course.begin(suite)
    for repeats in suite.repeat.rounds():
        if course.halted or course.decided(suite):
            break
        await Lane(course, suite, judge).round(repeats)
        course.rounds[suite.name] += not course.halted
    course.progress.end(suite.name)
