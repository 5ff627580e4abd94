"""What a person calls from Python: a whole suite file, or a function with a few cases."""

from pathlib import Path
from typing import Any

from seatrial.app.bridge import run_sync
from seatrial.app.check import Options
from seatrial.app.check import check as run_check
from seatrial.app.mistakes import brief
from seatrial.app.outcome import Outcome
from seatrial.app.pacing import parse_money
from seatrial.app.probe_models import Writing
from seatrial.app.selection import Selection
from seatrial.app.suite import load
from seatrial.core.errors import Mistake


def check(path: str | Path = "seatrial.yaml", **options: Any) -> Outcome:
    """Run a suite file to its verdict, as `seatrial check` does.

    Args:
        path: The suite file.
        **options: `only` (names of suites), `slice` (`{"language": "es"}`, or several values in a list), `limit`,
            `repeat`, `concurrency`, `seed`, `max_cost` (`2` or `"2 USD"`), `baseline` (a file), `fresh` (begin anew
            even if a run was interrupted).

    Returns:
        The verdict with its evidence; it shows itself as text in a console and as a report in a notebook.

    Raises:
        Mistake: Something in the file or the options is wrong.
        CannotRun: The run could not be made, or broke off.
    """
    known = ("only", "slice", "limit", "repeat", "concurrency", "seed", "max_cost", "baseline", "fresh")
    for name in options:
        if name not in known:
            raise Mistake(f"check has no option `{name}`; it has {', '.join(known)}")
    for name in ("limit", "repeat", "concurrency", "seed"):
        if not isinstance(options.get(name), int | None):
            raise Mistake(f"{name} is a whole number, not {brief(options[name])}")
    only = options.get("only", ())
    selection = Selection.of(
        _slices(options.get("slice") or {}),
        only=(only,) if isinstance(only, str) else tuple(only),
        **{name: options.get(name) for name in ("limit", "repeat", "concurrency", "seed")},
    )
    cost, baseline = options.get("max_cost"), options.get("baseline")
    limit = parse_money(cost) if cost is not None else None
    trial = load(path, selection, Writing(limit))
    chosen = Options(
        fresh=bool(options.get("fresh", False)),
        baseline=Path(baseline) if baseline else None,
        max_cost=limit,
    )
    outcome = run_sync(lambda: run_check(trial, chosen))
    if outcome.error is not None:
        raise outcome.error
    return outcome


def _slices(written: Any) -> list[str]:
    if not isinstance(written, dict):
        raise Mistake(f"slice is a mapping such as {{'language': 'es'}}, not {brief(written)}")
    lists = {tag: values if isinstance(values, list | tuple) else [values] for tag, values in written.items()}
    return [f"{tag}={value}" for tag, values in lists.items() for value in values]
