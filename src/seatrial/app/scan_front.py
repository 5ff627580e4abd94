"""What a person or a loader calls from Python to look at files; apart from the rest, since it must start fast."""

from pathlib import Path
from typing import Any, get_args

from seatrial.app.mistakes import brief
from seatrial.app.scanning import ScanPlan, inspect
from seatrial.core.errors import Mistake, UnsafeFile
from seatrial.core.finding import Inspection, Severity
from seatrial.report.text import one_line

_RISING: tuple[Severity, ...] = get_args(Severity)


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
