"""Judging beside asking: free checks judge at once, a judge that is a model must not keep a worker from asking on."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from seatrial.core.check import Check, Evidence
from seatrial.core.interaction import Interaction
from seatrial.core.score import Score
from seatrial.run.plan import Planned

Judge = Callable[[tuple[Check, ...], Evidence], Awaitable[tuple[Score, ...]]]
"""Gives a Score for each Check; never raises, see `checks.judge.judge_all`."""
Finish = Callable[[tuple[Interaction, ...], tuple[Score, ...]], None]


class _Answered(NamedTuple):
    planned: Planned
    dialogue: tuple[Interaction, ...]


class Judging:
    """Judges the Dialogues of one round, `at_once` of the slow ones at a time.

    When judges cannot keep up, as many Dialogues wait as are judged at once; then asking waits, too, so that a run
    stays as small as it is.
    """

    def __init__(self, judge: Judge, finish: Finish, at_once: int, originals: Mapping[str, Interaction] = {}) -> None:
        self._judge, self._finish, self._at_once, self._originals = judge, finish, at_once, originals
        self._waiting: asyncio.Queue[_Answered] = asyncio.Queue(at_once)
        self._judges: list[asyncio.Task[None]] = []
        self._broken: Exception | None = None

    async def take(self, planned: Planned, dialogue: tuple[Interaction, ...]) -> None:
        """Judge a Dialogue, or line it up for that."""
        if dialogue[-1].failure is not None:
            self._finish(dialogue, ())
            return
        answered = _Answered(planned, dialogue)
        if all(check.cost != "model" for check in planned.checks):
            await self._one(answered)
            return
        if len(self._judges) < self._at_once:
            self._judges.append(asyncio.create_task(self._work()))
        await self._waiting.put(answered)

    async def drain(self) -> None:
        """Wait until everything taken is judged."""
        await self._waiting.join()
        if self._broken is not None:
            raise self._broken

    async def close(self) -> None:
        """Give up what is not judged yet."""
        for task in self._judges:
            task.cancel()
        await asyncio.gather(*self._judges, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            answered = await self._waiting.get()
            try:
                await self._one(answered)
            except Exception as error:  # noqa: BLE001  a bug: `drain` raises it, whoever waits for room must not hang
                self._broken = error
            finally:
                self._waiting.task_done()

    async def _one(self, answered: _Answered) -> None:
        planned, dialogue = answered
        original = self._originals.get(planned.case.original or "")
        evidence = Evidence(dialogue[-1], planned.case, dialogue[:-1], original)
        self._finish(dialogue, await self._judge(planned.checks, evidence))
