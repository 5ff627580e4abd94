"""`seatrial check`: runs a suite file to its verdict."""

from pathlib import Path
from typing import Any

import click

from seatrial.cli.options import format_option, out_option, split

HELP = """Run a suite file to its verdict.

Asks every case, judges every answer, holds the metrics to the gates, and ends with exit code 0 ready, 1 not ready,
2 a mistake of yours, 3 not enough evidence, 4 could not run. A run that was interrupted goes on where it stopped.
"""


@click.command("check", help=HELP)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--only", multiple=True, metavar="SUITE", help="Run this suite only; may be repeated.")
@click.option("--slice", "slices", multiple=True, metavar="TAG=VALUE", help="Run cases with this tag only.")
@click.option("--limit", type=int, metavar="N", help="Run the first N cases of each suite.")
@click.option("--repeat", type=int, metavar="N", help="Ask each case N times.")
@click.option("--concurrency", type=int, metavar="N", help="Have N requests in flight at once.")
@click.option("--seed", type=int, help="Decides everything that is left to chance.")
@click.option("--max-cost", metavar="AMOUNT", help="Do not spend more than this: 2, or '2 EUR'.")
@click.option("--yes", is_flag=True, help="Do not ask before a run that costs something.")
@click.option("--baseline", type=click.Path(path_type=Path), help="Compare with this baseline file.")
@click.option("--fresh", "--no-resume", is_flag=True, help="Begin anew, even if a run was interrupted.")
@click.option("--dry-run", is_flag=True, help="Read the suite file and all its cases, and ask nothing.")
@click.option("--quiet", is_flag=True, help="Print the verdict in one line, and no progress.")
@format_option()
@out_option()
def check_command(files: tuple[Path, ...], **options: Any) -> int:
    """Run a suite file to its verdict."""
    from seatrial.cli.checking import dry_run, run_check

    paths = files or (Path("seatrial.yaml"),)
    if options["dry_run"]:
        return dry_run(paths)
    if len(paths) > 1:
        raise click.UsageError("One suite file at a time; only --dry-run reads several.")
    return run_check(paths[0], split(options["formats"]), options)
