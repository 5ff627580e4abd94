"""`seatrial explain`: what the failures of a run have in common."""

import sys
from pathlib import Path

import click

from seatrial.cli.options import folder_option

HELP = """Find what the failing answers of RUN have in common.

RUN is the beginning or the end of a run's id, or `last`. Tags, words, form, length, service and time of questions and
answers are held against the outcome, alone and in twos and threes; what is shown is more than chance, corrected for all
that was tried.
"""


@click.command("explain", help=HELP)
@click.argument("run")
@folder_option()
@click.option(
    "--by",
    default="pass",
    show_default=True,
    metavar="pass|failure|CHECK",
    help="What counts as a failure: a check failed, no answer came, or this check failed.",
)
@click.option("--check", metavar="NAME", help="The same as --by NAME.")
@click.option("--top", default=5, show_default=True, type=click.IntRange(1, 50), help="How many patterns of a kind.")
@click.option("--embeddings", is_flag=True, help="Group answers by the local sentence model, not by their words.")
@click.option("--format", "format_", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True)
def explain_command(
    run: str, folder: Path, by: str, check: str | None, top: int, embeddings: bool, format_: str
) -> None:
    """Find what failing answers have in common."""
    import msgspec

    from seatrial.app.explanation import explain_run
    from seatrial.report.lines import coloured, plain
    from seatrial.report.pattern_words import long_lines

    if check is not None and by != "pass":
        raise click.UsageError("--by and --check say the same thing; give one of them")
    found = explain_run(folder, run, check or by, most=top, embeddings=embeddings)
    if format_ == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
        return
    width = 100
    lines = list(long_lines(found, width, top))
    click.echo((coloured(lines, width) if sys.stdout.isatty() else plain(lines)).rstrip("\n"))
