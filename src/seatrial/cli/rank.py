"""`seatrial rank`: the best of several systems."""

from pathlib import Path

import click

from seatrial.cli.options import folder_option

HELP = """Rank several RUNs over the same cases, or the suites of one RUN.

Each is the beginning or the end of a run's id, or `last`. Every two systems are compared case by case; p-values are
adjusted for all comparisons (Holm), strengths are Bradley-Terry's on a log scale.
"""


@click.command("rank", help=HELP)
@click.argument("runs", nargs=-1, required=True)
@folder_option()
@click.option("--by", default="pass_rate", show_default=True, help="A metric with a value for each case.")
@click.option("--format", "format_", type=click.Choice(["terminal", "json"]), default="terminal")
def rank_command(runs: tuple[str, ...], folder: Path, by: str, format_: str) -> None:
    """Rank several systems."""
    import msgspec

    from seatrial.app.rank import rank_runs
    from seatrial.cli.printing import print_lines
    from seatrial.report.ranking import ranking_lines

    found = rank_runs(folder, runs, by)
    as_json = format_ == "json"
    print_lines([msgspec.json.format(msgspec.json.encode(found), indent=1)] if as_json else ranking_lines(found))
