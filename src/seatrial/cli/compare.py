"""`seatrial compare`: a run against another one, or against a baseline."""

import sys
from pathlib import Path

import click

from seatrial.cli.options import folder_option

HELP = """Hold RUN against BASELINE, paired by case.

Each is the beginning or the end of a run's id, or `last`; BASELINE may be a file that `seatrial bless` wrote. Exit code
1 when the pass rate is significantly worse.
"""


@click.command("compare", help=HELP)
@click.argument("run")
@click.argument("baseline")
@folder_option()
@click.option("--format", "format_", type=click.Choice(["terminal", "md", "json"]), default="terminal")
def compare_command(run: str, baseline: str, folder: Path, format_: str) -> int:
    """Hold a run against another one."""
    import msgspec

    from seatrial.app.runs import compare_runs
    from seatrial.report.comparison_markdown import comparison_markdown
    from seatrial.report.comparison_terminal import render_comparison

    found = compare_runs(folder, run, baseline)
    if format_ == "json":
        text = msgspec.json.format(msgspec.json.encode(found), indent=1).decode()
    elif format_ == "md":
        text = comparison_markdown(found)
    else:
        text = render_comparison(found, colour=sys.stdout.isatty())
    click.echo(text.rstrip("\n"))
    return 1 if found.is_worse else 0
