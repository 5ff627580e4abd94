"""Runs `seatrial scan`: progress, reports, files, the exit code."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from seatrial.app.scan_files import inventory, needs_inventory, record_manifest, write, write_reports
from seatrial.app.scanning import ScanPlan, inspect
from seatrial.cli.printing import print_lines, say
from seatrial.core.errors import Mistake
from seatrial.core.finding import Inspection, Scanned
from seatrial.report.scans.table import FORMATS, render
from seatrial.report.scans.words import VERDICTS, summary
from seatrial.report.text import one_line

FOUND, UNREAD = 1, 3
_REFRESH = 0.1
"""Seconds between two looks of the line that counts."""


def run_scan(plan: ScanPlan, options: dict[str, Any]) -> int:
    """Scan, report, and give the exit code.

    Raises:
        Mistake: A format, a path or a file of the plan is not as it should be.
        CannotRun: A file cannot be written.
    """
    formats = _formats(options["formats"])
    if options["inventory"] or "cyclonedx" in formats:
        needs_inventory()
    with _progress(quiet=options["quiet"]) as told:
        inspection = inspect(plan, told)
    _report(inspection, plan, formats, options)
    if options["inventory"]:
        write(Path(options["inventory"]), inventory(inspection, plan.listings))
    if options["write_manifest"]:
        record_manifest(inspection, options["write_manifest"])
    return _exit_code(inspection, options["fail_on"], options["unread"])


def explain(paths: Sequence[str], allow: str | None) -> int:
    """Say what pickles would do when loaded."""
    from seatrial.app.scan_explain import explained

    if not paths:
        raise Mistake("--explain needs a file: seatrial scan model.pkl --explain")
    print_lines(explained(paths, allow))
    return 0


def _formats(given: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in given.split(",") if name.strip()))
    for name in names:
        if name not in FORMATS and name != "cyclonedx":
            raise Mistake(f"the format `{name}` is not known; known are {', '.join(FORMATS)}, cyclonedx")
    return names or ("table",)


def _report(inspection: Inspection, plan: ScanPlan, formats: tuple[str, ...], options: dict[str, Any]) -> None:
    files = tuple(name for name in formats if name != "table")
    if options["quiet"] and "table" in formats:
        print_lines([f"{VERDICTS[inspection.verdict].lower()}: {summary(inspection)}"])
    elif "table" in formats:
        print_lines(_table(inspection).splitlines())
    if len(files) == 1 and options["out"] is None and "table" not in formats:
        made = render(inspection, files[0]) if files[0] in FORMATS else inventory(inspection, plan.listings)
        print_lines([made.removesuffix(b"\n")])
    elif files:
        for path in write_reports(inspection, plan.listings, options["out"] or Path(), files):
            if not options["quiet"]:
                say(f"wrote {path}")


def _table(inspection: Inspection) -> str:
    from seatrial.report.scans.terminal import render_terminal

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = min(120, shutil.get_terminal_size((80, 24)).columns)
    return render_terminal(inspection, width=width, colour=colour)


def _exit_code(inspection: Inspection, fail_on: str, unread: str) -> int:
    counts = inspection.counts
    if {"attack": counts["attack"], "review": counts["attack"] + counts["review"], "never": 0}[fail_on]:
        return FOUND
    if inspection.interrupted:
        return UNREAD
    missing = counts["unread"] or inspection.verdict == "unread"
    return UNREAD if missing and unread == "fail" and fail_on != "never" else 0


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[Scanned], None]]:
    """A line that counts files, at a terminal; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda scanned: None
        return
    count, shown = 0, 0.0

    def told(scanned: Scanned) -> None:
        nonlocal count, shown
        count += 1
        if time.monotonic() - shown < _REFRESH:
            return
        shown = time.monotonic()
        sys.stderr.write(f"\r\x1b[K{count:,} files · {one_line(scanned.path[-60:])}")
        sys.stderr.flush()

    try:
        yield told
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
