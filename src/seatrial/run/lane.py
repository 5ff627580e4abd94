"""A lane: one round of one suite, with as many workers as requests may be in flight. No task per case."""

import asyncio
import contextlib
from collections.abc import Iterator

from msgspec.structs import replace

from seatrial.checks.boundary import not_judged
from seatrial.core.errors import Mistake, SeatrialError
from seatrial.core.ids import new_id
from seatrial.core.interaction import Failure, FailureKind, Interaction, Timing
from seatrial.core.request import Request
from seatrial.core.target import Target
from seatrial.run.course import Course
from seatrial.run.feed import Job, jobs
from seatrial.run.judging import Judge, Judging
from seatrial.run.plan import SuitePlan
from seatrial.run.schedule import Pace
from seatrial.run.talk import Talk

_BREATH = 16
"""Attempts after which a Target that never waits lets others have the event loop (signals come in there)."""


class Lane:
    """Asks one round of a suite's attempts. Use it once."""

    def __init__(self, course: Course, suite: SuitePlan, judge: Judge) -> None:
        self._course, self._suite = course, suite
        self._pace = Pace(suite.schedule, course.clock, course.stops.gently)
        self._judging = Judging(judge, course.finish, suite.concurrency, course.originals)
        self._turn = asyncio.Lock()
        self._taken = 0

    async def round(self, repeats: range) -> None:
        """Make the attempts of these repeats that are still to be made.

        Raises:
            Exception: Whatever is not the Target's and not the world's fault: a bug of ours or of a Check's author.
        """
        with contextlib.closing(jobs(self._suite, repeats, self._course.resumed)) as feed:
            width = min(self._suite.concurrency, max(1, self._suite.total * len(repeats)))
            workers = [asyncio.create_task(self._work(feed)) for _ in range(width)]
            try:
                await self._until_over(workers)
            finally:
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)
                await self._judging.close()

    async def _until_over(self, workers: list[asyncio.Task[None]]) -> None:
        over = asyncio.gather(*workers)
        over.add_done_callback(lambda future: future.cancelled() or future.exception())
        judged = asyncio.ensure_future(self._all_judged(over))
        cut = asyncio.ensure_future(self._course.stops.now.wait())
        try:
            await asyncio.wait({judged, cut}, return_when=asyncio.FIRST_COMPLETED)
            if judged.done():
                judged.result()
            else:
                self._course.cut_off()
        finally:
            judged.cancel()
            cut.cancel()
            await asyncio.gather(judged, cut, return_exceptions=True)

    async def _all_judged(self, asked: "asyncio.Future[list[None]]") -> None:
        await asked
        await self._judging.drain()

    async def _work(self, feed: Iterator[Job]) -> None:
        while True:
            async with self._turn:
                job, due = await self._next(feed)
            if job is None:
                return
            if job.answered:
                self._course.budget.add((*job.before, *job.said))
                await self._end(job, job.before, job.said)
            elif (talk := await self._hold(job, due)) is not None:
                await self._end(job, talk.answers, talk.said)

    async def _end(self, job: Job, answers: tuple[Interaction, ...], said: tuple[Interaction, ...]) -> None:
        """A Dialogue is over: have it judged, unless it broke off because the simulated user failed."""
        failure = said[-1].failure if said else None
        if failure is None or answers[-1].failure is not None:
            await self._judging.take(job.planned, answers)
            return
        reason = f"The simulated user `{said[-1].target}` failed ({failure.kind}): {failure.message}"
        self._course.finish(answers, tuple([not_judged(check, reason) for check in job.planned.checks]))

    async def _next(self, feed: Iterator[Job]) -> tuple[Job | None, int | None]:
        self._taken += 1
        if self._taken % _BREATH == 0:
            await asyncio.sleep(0)
        if self._course.halted:
            return None, None
        try:
            job = next(feed, None)
        except SeatrialError as error:
            self._course.fail(error)
            return None, None
        if job is None or job.answered:
            return job, None
        due = await self._pace.turn()
        if self._course.halted or not await self._course.budget.start(self._suite.cost_each):
            return None, None
        return job, due

    async def _hold(self, job: Job, due: int | None) -> Talk | None:
        """Hold a Dialogue to its end; None of one that was not brought to it."""
        talk = Talk(job.planned.case, self._suite.kind, job.before, job.said)
        session = (talk.answers[0].session if talk.answers else new_id()) if talk.has_turns else None
        try:
            while (speaker := talk.speaker) is not None:
                if (talk.steps and self._course.halted) or self._course.budget.passed((*talk.answers, *talk.said)):
                    return None
                took = await (self._answer(job, talk, session, due) if speaker == "target" else self._hear(job, talk))
                if not took:
                    return None
                due = None
        finally:
            self._course.budget.end((*talk.answers, *talk.said))
        return talk

    async def _answer(self, job: Job, talk: Talk, session: str | None, due: int | None) -> bool:
        """The Target's turn; False when there is none."""
        interaction = await self._turn_of(job, talk, self._suite.target)
        if interaction is None:
            return False
        tags, ended = job.planned.case.tags, talk.ended(interaction)
        if ended is not None:
            tags = {"ended": ended, **tags}
        interaction = replace(
            interaction,
            session=session or interaction.session,
            original=job.planned.case.original,
            tags={**interaction.tags, **tags} if interaction.tags else tags,
            timing=interaction.timing if due is None else replace(interaction.timing, due=due),
        )
        more = talk.goes_on(interaction)
        talk.answer(self._course.write(self._course.journal.answered, interaction, more=more) or interaction)
        return True

    async def _hear(self, job: Job, talk: Talk) -> bool:
        """The simulated user's turn; False when there is none."""
        course, case = self._course, job.planned.case
        name = case.user.target if case.user is not None else ""
        target = self._suite.users.get(name)
        if target is None:
            course.fail(Mistake(f"the user of the case `{case.id}` is played by `{name}`, which is no target here"))
            return False
        interaction = await self._turn_of(job, talk, target)
        if interaction is None:
            return False
        interaction = replace(interaction, session=talk.answers[-1].session)
        more = not talk.ends_with(interaction)
        talk.hear(course.write(course.journal.spoken, interaction, more=more) or interaction)
        return True

    async def _turn_of(self, job: Job, talk: Talk, target: Target) -> Interaction | None:
        course, suite = self._course, self._suite.name
        case, repeat, turn = job.planned.case.id, job.repeat, talk.turn
        course.write(course.journal.asked, suite, case, repeat, turn)
        if course.lost:
            return None
        interaction = await self._ask(target, talk.next_request(repeat))
        if interaction is None:
            return None
        return replace(interaction, source=course.journal.info.id, suite=suite, case=case, repeat=repeat, turn=turn)

    async def _ask(self, target: Target, asked: Request) -> Interaction | None:
        course = self._course
        course.in_flight += 1
        began = course.clock.now()
        try:
            return await target.ask(asked)
        except SeatrialError as error:
            course.fail(error)
            return None
        except Exception as error:  # noqa: BLE001  a Target is anyone's code: what it raises is a named failure
            sentence = f"the target {target.name} raised {type(error).__name__}: {str(error)[:300]}"
            timing = Timing(due=began, started=began, ended=course.clock.now())
            failure = Failure(FailureKind.CRASHED, sentence)
            return Interaction(target=target.name, request=asked, timing=timing, failure=failure)
        finally:
            course.in_flight -= 1
