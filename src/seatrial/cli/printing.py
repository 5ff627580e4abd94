"""Where reports go: the terminal, stdout, files."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # whoever prints lines alone does not wait for all that an Outcome is made of
    from seatrial.app.outcome import Outcome


def say(text: str) -> None:
    """One line, or several, for the person at the terminal."""
    for line in text.splitlines():
        click.echo(f"seatrial: {line}", err=True)


def print_lines(lines: Iterable[str | bytes]) -> bool:
    """Print lines for as long as somebody reads them, and say whether that is still so.

    `| head` neither is an error nor changes how a command ends. What the terminal's encoding does not have is escaped;
    bytes go out as they are.
    """
    encoding = sys.stdout.encoding or "utf-8"
    try:
        for line in lines:
            sys.stdout.buffer.write(line if isinstance(line, bytes) else line.encode(encoding, "backslashreplace"))
            sys.stdout.buffer.write(b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Python flushes once more when it ends, and must not complain about that.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True


def print_outcome(outcome: "Outcome", formats: tuple[str, ...], out: Path | None, *, quiet: bool = False) -> None:
    """Report in these formats.

    `terminal` is printed; one other format alone, without a folder, goes to stdout; all else into files.

    Raises:
        CannotRun: A file cannot be written.
    """
    files = tuple(name for name in formats if name != "terminal")
    if "terminal" in formats:
        _print(outcome, quiet=quiet)
    if len(files) == 1 and out is None and "terminal" not in formats:
        from seatrial.report.table import render

        sys.stdout.buffer.write(render(outcome.report, files[0]))
        sys.stdout.buffer.flush()
    elif files:
        for path in outcome.write(out or Path(), *files):
            if not quiet:
                click.echo(f"wrote {path}", err=True)


def _print(outcome: "Outcome", *, quiet: bool) -> None:
    if quiet:
        from seatrial.report.words import summary

        click.echo(f"{outcome.readiness.value}: {summary(outcome.report)}")
        return
    from seatrial.report.terminal import show

    show(outcome.report, sys.stdout)
    sys.stdout.flush()
