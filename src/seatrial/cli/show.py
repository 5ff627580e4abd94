"""`seatrial show`: a run again, in any format."""

from pathlib import Path

import click

from seatrial.cli.options import folder_option, format_option, out_option, split


@click.command("show", help="Show a run again: the beginning or the end of its id, or `last`.")
@click.argument("run")
@folder_option()
@format_option()
@out_option()
def show_command(run: str, folder: Path, formats: str, out: Path | None) -> None:
    """Show a run again."""
    from seatrial.app.runs import show
    from seatrial.cli.printing import print_outcome

    names = split(formats)
    print_outcome(show(folder, run), names, out)
