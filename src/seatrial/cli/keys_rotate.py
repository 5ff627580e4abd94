"""`seatrial keys rotate`: a new secret for a key."""

from pathlib import Path

import click

from seatrial.cli.options import config_option
from seatrial.cli.printing import say


@click.command("rotate")
@click.argument("key")
@click.option("--overlap", default="0s", metavar="24h", help="How long the old secret still opens.  [default: 0s]")
@config_option()
def rotate_command(config: Path, key: str, overlap: str) -> None:
    """A new secret for KEY (`sk-st-...`), with its limits, budget and records as they are; it is printed once."""
    from seatrial.app.keys import place_of, rotate

    text = rotate(place_of(config), key, overlap)
    say(f"the old secret opens for {overlap} more" if overlap != "0s" else "the old secret opens nothing more")
    click.echo(text)
