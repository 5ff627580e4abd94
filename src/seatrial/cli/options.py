"""Options that several commands have."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]
FORMATS = "terminal, html, junit, sarif, json, md, github"


def folder_option() -> Callable[[F], F]:
    """`--in`: where the suite file and its runs are."""
    return click.option(
        "--in",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(),
        help="The suite file's folder, where its runs are kept.  [default: here]",
    )


def format_option() -> Callable[[F], F]:
    """`--format`: how to report."""
    return click.option(
        "--format", "formats", default="terminal", show_default=True, help=f"One or several of {FORMATS}; with commas."
    )


def out_option() -> Callable[[F], F]:
    """`--out`: where reports are written."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        help="The folder for report files; without it, a single format goes to stdout.",
    )


def split(formats: str) -> tuple[str, ...]:
    """`html,junit` -> the known formats.

    Raises:
        Mistake: One is not known.
    """
    from seatrial.report.table import find_format

    names = tuple(dict.fromkeys(name.strip() for name in formats.split(",") if name.strip()))
    for name in names:
        find_format(name)
    return names


def config_option() -> Callable[[F], F]:
    """`--config`: the file that holds `gateway:`."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        default=Path("seatrial.yaml"),
        show_default=True,
        help="The file that holds `gateway:`.",
    )
