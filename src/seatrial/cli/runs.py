"""`seatrial runs`: lists the runs that were made."""

import time
from pathlib import Path

import click

from seatrial.cli.options import folder_option


@click.command("runs", help="List the runs that were made, the newest first.")
@folder_option()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many.")
def runs_command(folder: Path, limit: int) -> None:
    """List the runs that were made."""
    from seatrial.app.runs import list_runs

    click.echo(f"{'run':<12}  {'when':<16}  {'verdict':<19}  {'passed':>7}  {'attempts':>8}  suites")
    for run in list_runs(folder, limit):
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.at / 1e9))
        rate = run.counts.pass_rate
        passed = "-" if rate is None else f"{rate:.1%}"
        verdict = run.readiness or run.state
        suites = ", ".join(run.suites)
        click.echo(f"{run.id[-12:]:<12}  {when:<16}  {verdict:<19}  {passed:>7}  {run.counts.attempts:>8,}  {suites}")
