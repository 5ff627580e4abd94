"""What `seatrial check` does once its command line is read."""

import sys
from pathlib import Path
from typing import Any

import click

from seatrial.app.bridge import run_sync
from seatrial.app.check import Options, check
from seatrial.app.outcome import Outcome
from seatrial.app.pacing import parse_money
from seatrial.app.probe_models import Writing
from seatrial.app.selection import Selection
from seatrial.app.suite import load
from seatrial.app.trial import Trial
from seatrial.cli.interrupt import stops_by_hand
from seatrial.cli.printing import print_outcome, say
from seatrial.cli.progress import progress
from seatrial.core.errors import Mistake
from seatrial.metrics.wording import count


def dry_run(paths: tuple[Path, ...]) -> int:
    """Read suite files and their cases; mistakes of all of them are told at once."""
    wrong: list[str] = []
    for path in paths:
        try:
            trial = load(path)
        except Mistake as mistake:
            wrong.append(str(mistake))
            continue
        cases = sum(suite.total for suite in trial.suites)
        numbers = [count(len(trial.suites), "suite"), count(cases, "case"), count(len(trial.gates), "gate")]
        click.echo(f"{path}: {', '.join(numbers)}; nothing is wrong")
    if wrong:
        raise Mistake("\n".join(wrong))
    return 0


def run_check(path: Path, formats: tuple[str, ...], options: dict[str, Any]) -> int:
    """Run a suite file and report on it; gives the exit code."""
    names = ("only", "limit", "repeat", "concurrency", "seed")
    limit = parse_money(options["max_cost"]) if options["max_cost"] is not None else None
    confirm = None if options["yes"] or not sys.stdin.isatty() else _confirm
    selection = Selection.of(options["slices"], **{name: options[name] for name in names})
    trial = load(path, selection, Writing(limit, confirm))
    quiet = bool(options["quiet"])
    chosen = Options(
        fresh=options["fresh"],
        baseline=options["baseline"],
        max_cost=limit,
        confirm=confirm,
        progress=progress(quiet=quiet),
    )
    outcome = run_sync(lambda: _run(trial, chosen))
    print_outcome(outcome, formats, options["out"], quiet=quiet)
    if outcome.error is not None:
        say(str(outcome.error))
    return outcome.exit_code


async def _run(trial: Trial, options: Options) -> Outcome:
    with stops_by_hand(options.stop, options.cut):
        return await check(trial, options)


def _confirm(sentence: str) -> bool:
    return click.confirm(f"{sentence}. Go on?", default=True, err=True)
