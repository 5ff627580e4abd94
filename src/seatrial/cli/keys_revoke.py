"""`seatrial keys revoke`: a key opens nothing more."""

from pathlib import Path

import click

from seatrial.cli.options import config_option
from seatrial.cli.printing import say


@click.command("revoke")
@click.argument("key")
@config_option()
def revoke_command(config: Path, key: str) -> None:
    """KEY (`sk-st-...`) opens nothing more; servers that run know within a second."""
    from seatrial.app.keys import place_of, revoke, row

    say("; ".join(part for part in row(revoke(place_of(config), key)) if part))
