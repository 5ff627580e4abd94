"""A lane: one round of one suite, with as many workers as requests may be in flight. No task per case."""

import asyncio
import contextlib
from collections.abc import Iterator

from msgspec.structs import replace

from seatrial.core.errors import SeatrialError
from seatrial.core.ids import new_id
from seatrial.core.interaction import Failure, FailureKind, Interaction, Timing
from seatrial.core.request import Request
from seatrial.run.course import Course
from seatrial.run.dialogue import pauses, request
from seatrial.run.feed import Job, jobs
from seatrial.run.judging import Judge, Judging
from seatrial.run.plan import SuitePlan
from seatrial.run.schedule import Pace

_BREATH = 16
"""Attempts after which a Target that never waits lets others have the event loop (signals come in there)."""


class Lane:
    """Asks one round of a suite's attempts. Use it once."""

    def __init__(self, course: Course, suite: SuitePlan, judge: Judge) -> None:
        self._course, self._suite = course, suite
        self._pace = Pace(suite.schedule, course.clock, course.stops.gently)
        self._judging = Judging(judge, course.finish, suite.concurrency)
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
                self._course.budget.add(dialogue := job.before)
            else:
                dialogue = await self._hold(job, due)
            if dialogue:
                await self._judging.take(job.planned, dialogue)

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

    async def _hold(self, job: Job, due: int | None) -> tuple[Interaction, ...]:
        """Hold a Dialogue to its end; nothing comes back of one that was not brought to it."""
        turns = job.planned.case.turns
        stops = pauses(turns) if self._suite.kind == "chat" else (len(turns),)
        dialogue = job.before
        session = None if len(stops) == 1 else (dialogue[0].session if dialogue else new_id())
        try:
            while len(dialogue) < len(stops):
                interaction = await self._turn_of(job, stops, dialogue, session, due)
                if interaction is None:
                    return ()
                dialogue = (*dialogue, interaction)
                if interaction.failure is not None:
                    break
                due = None
        finally:
            self._course.budget.end(dialogue)
        return dialogue

    async def _turn_of(
        self,
        job: Job,
        stops: tuple[int, ...],
        before: tuple[Interaction, ...],
        session: str | None,
        due: int | None,
    ) -> Interaction | None:
        course, case, turn = self._course, job.planned.case, len(before)
        if turn > len(job.before) and course.halted:
            return None
        course.write(course.journal.asked, self._suite.name, case.id, job.repeat, turn)
        if course.lost:
            return None
        interaction = await self._ask(request(case, stops, before, job.repeat, self._suite.kind))
        if interaction is None:
            return None
        interaction = replace(
            interaction,
            source=course.journal.info.id,
            suite=self._suite.name,
            case=case.id,
            repeat=job.repeat,
            turn=turn,
            session=session or interaction.session,
            tags={**interaction.tags, **case.tags} if interaction.tags else case.tags,
            timing=interaction.timing if due is None else replace(interaction.timing, due=due),
        )
        return course.write(course.journal.answered, interaction, more=turn + 1 < len(stops)) or interaction

    async def _ask(self, asked: Request) -> Interaction | None:
        course, target = self._course, self._suite.target
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
