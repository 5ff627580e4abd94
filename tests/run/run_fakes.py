"""Small Targets, Checks and plans that the tests of the room `run` share."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.core.case import Case
from seatrial.core.check import Evidence, Expense, Need
from seatrial.core.interaction import Answer, Failure, Interaction, Money, Timing, Usage
from seatrial.core.request import Message, Request
from seatrial.core.run import Attempt, RunInfo, SuiteInfo
from seatrial.core.score import Score
from seatrial.run.engine import run
from seatrial.run.journal import Journal
from seatrial.run.plan import Plan, Planned, SuitePlan
from seatrial.run.result import RunResult

Reply = str | Failure | Answer | Exception


def echo(request: Request) -> str:
    return request.question


@dataclass
class FakeTarget:
    """Answers with what `reply` says of a Request; `asked` keeps the Requests."""

    reply: Callable[[Request], Reply | Awaitable[Reply]] = echo
    name: str = "bot"
    identity: str = "fake"
    cost: Money | None = None
    asked: list[Request] = field(default_factory=list)
    flying: int = 0
    most_flying: int = 0
    closed: int = 0

    async def ready(self) -> None:
        return

    async def ask(self, request: Request) -> Interaction:
        started = time.time_ns()
        self.asked.append(request)
        self.flying += 1
        self.most_flying = max(self.most_flying, self.flying)
        try:
            reply = self.reply(request)
            if isinstance(reply, Awaitable):
                reply = await reply
        finally:
            self.flying -= 1
        if isinstance(reply, Exception):
            raise reply
        timing = Timing(due=started, started=started, ended=time.time_ns())
        if isinstance(reply, Failure):
            return Interaction(target=self.name, request=request, timing=timing, failure=reply)
        answer = reply if isinstance(reply, Answer) else Answer(reply)
        return Interaction(
            target=self.name, request=request, timing=timing, answer=answer, cost=self.cost, usage=Usage(3, 2)
        )

    async def aclose(self) -> None:
        self.closed += 1


@dataclass(frozen=True)
class Same:
    """Passes when the answer is what the Case expects."""

    name: str = "same"
    version: str = "1"
    needs: frozenset[Need] = frozenset({Need.ANSWER})
    cost: Expense = "free"

    def judge(self, evidence: Evidence) -> Score | Awaitable[Score]:
        return Score(self.name, evidence.text in evidence.expected)


@dataclass(frozen=True)
class SlowJudge(Same):
    """A model-graded check that waits for `gate` before it passes everything."""

    name: str = "rubric"
    cost: Expense = "model"
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def judge(self, evidence: Evidence) -> Score:
        await self.gate.wait()
        return Score(self.name, True)


@dataclass
class Told:
    """A Progress that remembers what it was told."""

    begun: list[tuple[str, int, int]] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    then: Callable[[int], None] = lambda count: None

    def begin(self, suite: str, total: int, done: int) -> None:
        self.begun.append((suite, total, done))

    def attempted(self, suite: str, attempt: Attempt) -> None:
        self.attempts.append(attempt)
        self.then(len(self.attempts))

    def end(self, suite: str) -> None:
        self.ended.append(suite)


def case(id: str, *asks: str, expect: str | None = None, **tags: str) -> Case:
    turns = tuple(Message("user", ask) for ask in asks or (id,))
    return Case(id=id, turns=turns, expect=(expect or turns[-1].content,), tags=tags)


def suite(cases: int | Iterable[Case], target: FakeTarget, **settings: object) -> SuitePlan:
    listed = [case(f"c{i}") for i in range(cases)] if isinstance(cases, int) else list(cases)
    checks = settings.pop("checks", (Same(),))

    def planned() -> Iterator[Planned]:
        for each in listed:
            yield Planned(each, checks)

    return SuitePlan(**{"name": "s", "target": target, "cases": planned, "total": len(listed)} | settings)


def info(*suites: SuitePlan, plan: str = "p", **changes: object) -> RunInfo:
    about = tuple(SuiteInfo(s.name, s.target.name, s.target.identity, s.total, s.repeat.at_most) for s in suites)
    return RunInfo(
        **{"id": "r1", "at": time.time_ns(), "file": "seatrial.yaml", "plan": plan, "suites": about} | changes
    )


def open_journal(path: Path, head: RunInfo) -> Journal:
    return Journal.resume(path, head) if path.exists() else Journal.begin(path, head)


async def go(path: Path, *suites: SuitePlan, progress: Told | None = None, **settings: object) -> RunResult:
    """Run these suites into a journal at `path`, going on with the one that is there."""
    max_cost = settings.pop("max_cost", None)
    plan = Plan(info(*suites), suites, max_cost)
    with open_journal(path, plan.info) as journal:
        return await run(plan, journal, progress or Told(), **settings)
