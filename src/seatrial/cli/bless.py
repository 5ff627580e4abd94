"""`seatrial bless`: makes a run the baseline for later ones."""

from pathlib import Path

import click

from seatrial.cli.options import folder_option


@click.command("bless", help="Write a small file of what RUN found, meant for git: later runs are held against it.")
@click.argument("run")
@folder_option()
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file.  [default: seatrial-baseline.json]"
)
def bless_command(run: str, folder: Path, out: Path | None) -> None:
    """Make a run the baseline."""
    from seatrial.app.runs import bless

    path, info = bless(folder, run, out)
    click.echo(f"wrote {path}: the run {info.id} is what later ones are held against")
