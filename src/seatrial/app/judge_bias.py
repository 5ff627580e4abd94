"""Asks the judge of a run again about padded answers, and reads what it made of swapped ones."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import msgspec

from seatrial.app.judge_calibrate import check_of, find_run
from seatrial.app.preflight import money
from seatrial.app.suite import load
from seatrial.app.trial import Trial
from seatrial.checks.asking import asked_by
from seatrial.checks.costs import total
from seatrial.checks.judge import judge
from seatrial.core.check import Check, Evidence
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Interaction, Money
from seatrial.core.run import Attempt
from seatrial.core.score import Score
from seatrial.metrics.calibration.bias import Position, Twice, Verbosity, position, verbosity
from seatrial.run.journal import replay

FILLER = (
    "I hope that this is what you were looking for.",
    "Please take all the time that you need to go through it.",
    "As always, it is a pleasure to be of service to you.",
    "There is a lot that could be said, and this is one way of saying it.",
    "With this in mind, we have now come to the end of this reply.",
    "Thank you very much for your kind patience and attention.",
    "It goes without saying that everybody reads in a way of their own.",
    "In closing, this is where the present message ends.",
)
"""Sentences that say nothing; an answer is neither better nor worse for them, only longer."""
AT_ONCE = 8


class Bias(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What padding and order do to a judge.

    `left` answers were not judged again (stopped, or their case is gone from the suite file); `cost` is what judging
    cost, None when nobody knows.
    """

    check: str
    verbosity: Verbosity
    position: Position | None = None
    left: int = 0
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class BiasOptions:
    """How a judge is measured.

    Attributes:
        limit: The most answers that are judged again.
        confirm: Is told what it will take about; gives whether to go on.
        stop: When set, no further answer is judged.
        cut: When set, what is in flight is given up.
    """

    limit: int = 200
    confirm: Callable[[str], bool] | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    cut: asyncio.Event = field(default_factory=asyncio.Event)


class _Drawn(NamedTuple):
    """Answers of a run that its judge has judged: some of them drawn at random, and the Scores of all that compared."""

    attempts: list[Attempt]
    compared: list[tuple[str, Score]]


class _Asked(NamedTuple):
    """An answer that is judged again: by which check, and what that cost in the run."""

    check: Check
    evidence: Evidence
    cost: Money | None


async def measure_bias(folder: Path, run: str, check: str | None, options: BiasOptions) -> Bias:
    """Judge answers of a run once more, padded, and compare; read how often the first of two was picked.

    Args:
        folder: Where the suite file and its runs are.
        run: The beginning or the end of a run's id, or `last` (`latest`).
        check: The check whose judge is meant; needed only where the run has several.
        options: How many, and when to stop.

    Raises:
        Mistake: There is no such run or check, the check asks no model, or its Target is not ready.
        CannotRun: The journal cannot be read, or the judge not be reached.
    """
    found = find_run(folder, run)
    name = check_of(found.journal, check)
    trial = load(folder / Path(found.file).name)
    try:
        drawn = _draw(found.journal, name, options.limit)
        asked = _matched(trial, drawn.attempts, name)
        await _ready(trial, asked)
        told = _announced(asked, name)
        if options.confirm is not None and not options.confirm(told):
            asked = []
        twice, costs, words = await _judged_again(asked, options)
    finally:
        await trial.aclose()
    return Bias(
        check=name,
        verbosity=verbosity(twice, words),
        position=position(drawn.compared),
        left=len(drawn.attempts) - len(twice),
        cost=total(costs),
    )


def padded(text: str, rng: random.Random) -> str:
    """The answer with sentences behind it that say nothing: about as many words again, two sentences at the least."""
    sentences = rng.sample(FILLER, len(FILLER))
    wanted, added = len(text.split()), 0
    for count, sentence in enumerate(sentences, 1):
        added += len(sentence.split())
        if count >= 2 and added >= wanted:
            break
    return f"{text.rstrip()}\n\n{' '.join(sentences[:count])}"


def _draw(journal: Path, name: str, limit: int) -> _Drawn:
    """Answers of the run, each as likely as any other (reservoir, Vitter 1985), in the order of the run."""
    rng, kept, compared, judged = random.Random(0), list[tuple[int, Attempt]](), list[tuple[str, Score]](), 0  # noqa: S311
    for attempt in replay(journal):
        score = next((each for each in attempt.scores if each.name == name), None)
        if score is None or score.passed is None:
            continue
        if "first_picked" in score.parts:
            compared.append((attempt.dialogue[-1].case or "", score))
        place = judged if judged < limit else rng.randrange(judged + 1)
        if place < limit:
            kept[place : place + 1] = [(judged, attempt)]
        judged += 1
    return _Drawn([attempt for _, attempt in sorted(kept, key=lambda each: each[0])], compared)


def _matched(trial: Trial, attempts: list[Attempt], name: str) -> list[_Asked]:
    """The answers with their cases and checks as the suite file has them today; those that are gone are left out.

    Raises:
        Mistake: The check asks no model, or no answer has it any more.
    """
    wanted = {((each.dialogue[-1].suite or ""), each.dialogue[-1].case) for each in attempts}
    there = {
        (suite, planned.case.id): planned
        for suite, cases in trial.cases.items()
        for planned in cases
        if (suite, planned.case.id) in wanted
    }
    asked = []
    for attempt in attempts:
        last = attempt.dialogue[-1]
        planned = there.get((last.suite or "", last.case or ""))
        check = next((each for each in planned.checks if each.name == name), None) if planned else None
        if planned is None or check is None:
            continue
        if check.cost != "model":
            raise Mistake(f"the check `{name}` asks no model, so it has no bias that padding could show")
        cost = next(each.cost for each in attempt.scores if each.name == name)
        asked.append(_Asked(check, Evidence(last, planned.case, attempt.dialogue[:-1]), cost))
    if attempts and not asked:
        raise Mistake(f"no case of the run has the check `{name}` in the suite file any more", path=trial.path)
    return asked


async def _ready(trial: Trial, asked: list[_Asked]) -> None:
    """Find out whether the Targets that judge can be asked; others need not be."""
    names = frozenset[str]().union(*[asked_by(each.check) for each in asked])
    for name in sorted(names & trial.targets.keys()):
        await trial.targets[name].ready()


def _announced(asked: list[_Asked], name: str) -> str:
    """What it will take, as a sentence, by what it cost in the run."""
    known = [each.cost for each in asked if each.cost is not None and each.cost.nanos]
    cost = "at a price that is not known"
    if known and len({each.currency for each in known}) == 1:
        mean = sum(each.nanos for each in known) / len(known)
        cost = f"for about {money(Money(round(mean * len(asked)), known[0].currency))}"
    return f"{len(asked):,} padded answers will be judged by `{name}` {cost}"


async def _judged_again(asked: list[_Asked], options: BiasOptions) -> tuple[list[Twice], list[Money | None], float]:
    """Judge answers as they are and padded, so many at once; what is known when it is stopped is kept.

    What the run's judge said is not taken: the rubric, the case or the judge may be others by now, and both sides must
    be of one. Where nothing has changed its replies are kept, and cost nothing.
    """
    rng, queue = random.Random(0), iter(asked)  # noqa: S311  no secret
    twice: list[Twice] = []
    costs: list[Money | None] = []
    words: list[int] = []

    async def work() -> None:
        for each in queue:
            if options.stop.is_set():
                return
            interaction = each.evidence.interaction
            longer = _with_text(interaction, padded(interaction.text, rng))
            plain = await judge(each.check, each.evidence)
            again = await judge(each.check, msgspec.structs.replace(each.evidence, interaction=longer))
            costs.extend((plain.cost, again.cost))
            words.append(len(longer.text.split()) - len(interaction.text.split()))
            twice.append(Twice(interaction.case or "", plain, again))

    tasks = [asyncio.create_task(work()) for _ in range(min(AT_ONCE, len(asked)))]
    cut = asyncio.create_task(options.cut.wait())
    try:
        while tasks and not cut.done() and not all(task.done() for task in tasks):
            await asyncio.wait([cut, *(task for task in tasks if not task.done())], return_when="FIRST_COMPLETED")
    finally:
        for task in (cut, *tasks):
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(cut, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error
    return twice, costs, sum(words) / len(words) if words else 0.0


def _with_text(interaction: Interaction, text: str) -> Interaction:
    assert interaction.answer is not None  # noqa: S101  (a judged answer is one)
    answer = msgspec.structs.replace(interaction.answer, text=text)
    return msgspec.structs.replace(interaction, answer=answer)
