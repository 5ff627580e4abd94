"""What a person calls from Python: a whole suite file, or a function with a few cases."""

from pathlib import Path
from typing import Any, get_args

from seatrial.app.bridge import run_sync
from seatrial.app.check import Options
from seatrial.app.check import check as run_check
from seatrial.app.mistakes import brief
from seatrial.app.outcome import Outcome
from seatrial.app.pacing import parse_money
from seatrial.app.probe_models import Writing
from seatrial.app.selection import Selection
from seatrial.app.suite import load
from seatrial.core.errors import Mistake, UnsafeFile
from seatrial.core.finding import Inspection, Severity
from seatrial.report.text import one_line

_RISING: tuple[Severity, ...] = get_args(Severity)


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


def scan(*paths: str | Path, **options: Any) -> Inspection:
    """Look at files without loading them, as `seatrial scan` does.

    Args:
        *paths: Files, folders, patterns.
        **options: `requirements`, `lock`, `environment` (a path, or several in a list), `advisories`, `allow`,
            `manifest`, `key` (a path each), `jobs`.

    Returns:
        Verdict, counts and findings of each file.

    Raises:
        Mistake: An option is not known, or a file of them is not as it should be.
    """
    from seatrial.app.scanning import ScanPlan, inspect

    lists, single = ("requirements", "lock", "environment"), ("advisories", "allow", "manifest", "key")
    for name in options:
        if name not in (*lists, *single, "jobs"):
            raise Mistake(f"scan has no option `{name}`; it has {', '.join((*lists, *single, 'jobs'))}")
    jobs = options.get("jobs", 1)
    if not isinstance(jobs, int) or not 1 <= jobs <= 64:
        raise Mistake(f"jobs is a whole number from 1 to 64, not {brief(jobs)}")
    given = [options.get(name) or [] for name in lists]
    listings = [str(each) for value in given for each in ([value] if isinstance(value, str | Path) else value)]
    chosen: dict[str, Any] = {name: str(options[name]) for name in single if options.get(name) is not None}
    return inspect(ScanPlan(tuple(map(str, paths)), listings, jobs=jobs, **chosen))


def safe_to_load(path: str | Path, *, allow: str | Path | None = None) -> None:
    """Let a loader go on only if a model file is clean.

    Args:
        path: The file.
        allow: The allow-list; `seatrial-allow.toml` without it, if it is there.

    Raises:
        UnsafeFile: The verdict is not clean; the sentence says why.
    """
    found = scan(path, **({} if allow is None else {"allow": allow}))
    if found.verdict != "clean":
        first = max(found.findings, key=lambda each: _RISING.index(each.severity), default=None)
        why = f"{first.title}: {first.evidence}" if first is not None else "there is nothing in it that could be loaded"
        raise UnsafeFile(one_line(f"{path} was not loaded, its verdict is {found.verdict}: {why}", 1000))


def _slices(written: Any) -> list[str]:
    if not isinstance(written, dict):
        raise Mistake(f"slice is a mapping such as {{'language': 'es'}}, not {brief(written)}")
    lists = {tag: values if isinstance(values, list | tuple) else [values] for tag, values in written.items()}
    return [f"{tag}={value}" for tag, values in lists.items() for value in values]
