"""A run while it goes on: what all its workers share, and why it may have to end early."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from seatrial.core.errors import CannotRun, SeatrialError
from seatrial.core.interaction import Interaction, Money
from seatrial.core.run import Attempt, Progress
from seatrial.core.score import Score
from seatrial.run.budget import Budget
from seatrial.run.journal import Journal
from seatrial.run.plan import Plan, SuitePlan
from seatrial.run.replay import JournalState
from seatrial.run.result import RunResult, Tally
from seatrial.run.schedule import Clock

P = ParamSpec("P")
T = TypeVar("T")


class Stops:
    """The two ways to end a run by hand.

    Attributes:
        gently: When set, nothing new is started and what is in flight comes to its end.
        now: When set, what is in flight is cut off.
    """

    def __init__(self, gently: asyncio.Event | None = None, now: asyncio.Event | None = None) -> None:
        self.gently = gently or asyncio.Event()
        self.now = now or asyncio.Event()

    @property
    def is_set(self) -> bool:
        """Whether either is."""
        return self.gently.is_set() or self.now.is_set()


class Course:
    """The state of one run. It has one home for every fact: totals in the tally, money in the budget, rest here.

    Attributes:
        resumed: What earlier processes left; None for a new run.
        in_flight: Requests that are out just now.
        lost: Whether the journal cannot be written any more.
        originals: The first answer to each case of the suites that Probes make harder cases of.
    """

    def __init__(self, plan: Plan, journal: Journal, progress: Progress, stops: Stops, clock: Clock) -> None:
        self.plan, self.journal, self.progress, self.stops, self.clock = plan, journal, progress, stops, clock
        self.budget = Budget(plan.max_cost)
        self.resumed: JournalState | None = None
        self.in_flight = 0
        self.rounds: dict[str, int] = {}
        self.error: SeatrialError | None = None
        self._tally = Tally()
        self.lost = False
        self.originals: dict[str, Interaction] = {}
        self._remembered = {suite.name for suite in plan.suites if suite.remembered}
        self._cut_off = 0
        self._done: dict[str, int] = {}
        self._judged_again = 0

    @property
    def halted(self) -> bool:
        """Whether nothing new may be started."""
        return self.error is not None or self.budget.refusal is not None or self.stops.is_set

    def take_up(self) -> None:
        """Read what earlier processes have left of this run.

        Raises:
            CannotRun: The journal cannot be read or written.
        """
        if self.journal.fresh:
            return
        self.resumed = self.journal.take_up(self._again)
        self._judged_again = len(self.resumed.unjudged)
        for currency, nanos in self.resumed.users.items():
            self.budget.spend(Money(nanos, currency))

    def begin(self, suite: SuitePlan) -> None:
        """A suite begins."""
        self.rounds[suite.name] = 0
        self.progress.begin(suite.name, suite.total * suite.repeat.at_most, self._done.get(suite.name, 0))

    def decided(self, suite: SuitePlan) -> bool:
        """Whether the rounds so far decide the gates of a suite that asks for that."""
        return self.rounds[suite.name] > 0 and suite.decided is not None and suite.decided(self._tally.batch)

    def finish(self, dialogue: tuple[Interaction, ...], scores: tuple[Score, ...]) -> None:
        """An attempt is over: write, count and show it."""
        last = dialogue[-1]
        if last.failure is None:
            self.write(self.journal.judged, last.id, scores)
        attempt = Attempt(dialogue, scores)
        self._remember(dialogue[-1])
        self.budget.judged(scores)
        self._tally.add(attempt)
        self.progress.attempted(last.suite or "", attempt)

    def write(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Write to the journal; None, and an end to the run, when it cannot be written any more."""
        if self.lost:
            return None
        try:
            return method(*args, **kwargs)
        except CannotRun as error:
            self.lost = True
            self.fail(error)
            return None

    def fail(self, error: SeatrialError) -> None:
        """End the run for this; the first error is the one that is told."""
        self.error = self.error or error

    def cut_off(self) -> None:
        """The requests that are out are not waited for."""
        self._cut_off = self.in_flight

    def result(self, reasons: tuple[str, ...]) -> RunResult:
        """What it came to."""
        resumed = self.resumed or JournalState()
        return RunResult(
            batch=self._tally.batch,
            state="interrupted" if reasons else "done",
            reasons=reasons,
            counts=self._tally.counts,
            planned=self._planned,
            resumed=resumed.attempts,
            asked_again=resumed.asked_again + resumed.in_flight,
            judged_again=self._judged_again,
            rounds=self.rounds,
            error=self.error,
            damage=resumed.damage,
        )

    def reasons(self) -> tuple[str, ...]:
        """Why the run ends early; never empty, so ask only when it does."""
        so_far = f"{self._tally.counts.attempts} of {self._planned} attempts are made"
        reasons = []
        if self.error is not None:
            reasons.append(f"{self.error}; {so_far}")
        if self.budget.refusal is not None:
            reasons.append(f"{self.budget.refusal}; {so_far}")
        if self.stops.now.is_set():
            reasons.append(f"stopped by hand, requests cut off: {self._cut_off}; {so_far}")
        elif self.stops.gently.is_set():
            reasons.append(f"stopped by hand; {so_far}")
        return tuple(reasons) or (f"broken off; {so_far}",)

    @property
    def _planned(self) -> int:
        return sum(suite.total * suite.repeat.at_most for suite in self.plan.suites)

    def _remember(self, last: Interaction) -> None:
        if last.suite in self._remembered and last.answer is not None:
            self.originals.setdefault(f"{last.suite}/{last.case}", last)

    def _again(self, attempt: Attempt) -> None:
        suite = attempt.dialogue[-1].suite or ""
        self._done[suite] = self._done.get(suite, 0) + 1
        self.budget.add(attempt.dialogue)
        self.budget.judged(attempt.scores)
        self._remember(attempt.dialogue[-1])
        self._tally.add(attempt)
