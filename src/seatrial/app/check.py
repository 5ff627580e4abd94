"""Runs a Trial: preflight, run, gates, verdict, report."""

import asyncio
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from seatrial.app.baselines import read_baseline
from seatrial.app.conclude import Held, conclude, held_of
from seatrial.app.outcome import Outcome
from seatrial.app.preflight import Confirm, all_ready, announcement, costs, paid_judges, within
from seatrial.app.trial import Trial
from seatrial.core.batch import Batch
from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.interaction import Money
from seatrial.core.run import Attempt, Progress
from seatrial.run.cached import CachedTarget
from seatrial.run.engine import run
from seatrial.run.plan import Plan, SuitePlan, UntilDecided
from seatrial.run.result import RunResult
from seatrial.run.resume import open_run
from seatrial.store.cache import AnswerCache
from seatrial.store.runs import RunStore


class Silent:
    """A Progress that says nothing."""

    def begin(self, suite: str, total: int, done: int) -> None:
        """A suite begins."""

    def attempted(self, suite: str, attempt: Attempt) -> None:
        """An attempt is judged."""

    def end(self, suite: str) -> None:
        """A suite is over."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a Trial is run.

    Attributes:
        fresh: Begin a new run even if one was interrupted.
        baseline: The baseline file; None takes the one beside the suite file, if it is there.
        max_cost: What it may cost; None takes the suite file's limit.
        confirm: Asked before a run that costs something and has no limit; None goes on.
        progress: Is told how the run goes on.
        stop: When set, nothing new is started.
        cut: When set, what is in flight is cut off.
    """

    fresh: bool = False
    baseline: Path | None = None
    max_cost: Money | None = None
    confirm: Confirm | None = None
    progress: Progress = field(default_factory=Silent)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    cut: asyncio.Event = field(default_factory=asyncio.Event)


async def check(trial: Trial, options: Options) -> Outcome:
    """Run a Trial to its verdict.

    Raises:
        Mistake: Something that the user can mend keeps it from starting: a key, a baseline, the cost.
        CannotRun: The world is in the way before anything could be measured.
    """
    held = held_of(trial.info, trial.suite_names, read_baseline(trial.folder, options.baseline))
    try:
        await all_ready(trial)
        limit = options.max_cost or trial.max_cost
        expected = _agreed(trial, limit, options.confirm)
        with ExitStack() as stack:
            store = stack.enter_context(RunStore.open(trial.store))
            journal = stack.enter_context(open_run(store, trial.info, fresh=options.fresh))
            cache = _cache(trial, stack)
            suites = tuple(_planned(trial, each, held, expected, cache) for each in trial.suites)
            plan = Plan(journal.info, suites, _left(limit, trial.written))
            result = await run(plan, journal, options.progress, stop=options.stop, cut=options.cut)
            outcome = conclude(held, result, journal, trial.each_case(), trial.notes)
            return _catalogued(outcome, result, store)
    finally:
        await trial.aclose()


def _catalogued(outcome: Outcome, result: RunResult, store: RunStore) -> Outcome:
    readiness = outcome.readiness.value
    try:
        store.update(outcome.report.run.id, state=result.state, readiness=readiness, counts=result.counts)
    except CannotRun as error:  # the journal has it all: what was measured must be told, whatever the catalogue says
        return outcome if outcome.error is not None else msgspec.structs.replace(outcome, error=error)
    return outcome


def _agreed(trial: Trial, limit: Money | None, confirm: Confirm | None) -> dict[str, Money]:
    """What an attempt of each suite will cost about, once it is known that the run may be made."""
    found = costs(trial)
    judges = paid_judges(trial)
    if limit is not None:
        within(found, limit, judges, trial.written)
    sentence = announcement(found, judges, trial.written)
    if limit is None and sentence is not None and confirm is not None and not confirm(sentence):
        raise Mistake("the run was not started; set a limit by --max-cost, or say --yes")
    known = [(each.suite, each.cost, each.attempts) for each in found if each.cost is not None and each.attempts]
    return {suite: Money(cost.nanos // attempts, cost.currency) for suite, cost, attempts in known}


def _left(limit: Money | None, written: Money | None) -> Money | None:
    """What the run may cost after its harder cases were written."""
    if limit is None or written is None:
        return limit
    return Money(limit.nanos - written.nanos, limit.currency)


def _cache(trial: Trial, stack: ExitStack) -> AnswerCache | None:
    return stack.enter_context(closing(AnswerCache(trial.store / "cache.db"))) if trial.cached else None


def _planned(
    trial: Trial, suite: SuitePlan, held: Held, expected: dict[str, Money], cache: AnswerCache | None
) -> SuitePlan:
    def decided(batch: Batch) -> bool:
        return held.decided(suite.name, batch)

    return replace(
        suite,
        target=CachedTarget(suite.target, cache) if cache is not None and suite.name in trial.cached else suite.target,
        decided=decided if isinstance(suite.repeat, UntilDecided) else None,
        cost_each=expected.get(suite.name),
    )
