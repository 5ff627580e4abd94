"""`seatrial keys create`: a key, printed once."""

from pathlib import Path
from typing import Any

import click

from seatrial.cli.options import config_option
from seatrial.cli.printing import say

HELP = """Make a key and print it: on stdout, once; only its hash is kept.

\b
  seatrial keys create --project support --budget "200 USD/month" --rpm 600 --tpm 200k
  KEY=$(seatrial keys create --project ci --models support --expires 90d --allow-ip 10.0.0.0/8)
"""


@click.command("create", help=HELP)
@click.option("--project", default="default", show_default=True, help="Whose cache, budget and records it uses.")
@click.option("--env", "environment", default="production", show_default=True, help="Which deployments it reaches.")
@click.option("--name", default="", help="What it is for.")
@click.option("--models", metavar="NAME,NAME", help="What it may ask.  [default: every model]")
@click.option("--budget", metavar='"200 USD/month"', help="What it may cost a day or a month.")
@click.option("--rpm", metavar="600", help="Requests a minute.")
@click.option("--tpm", metavar="200k", help="Tokens a minute.")
@click.option("--concurrency", type=click.IntRange(1), metavar="N", help="Requests at the same time.")
@click.option("--priority", type=click.Choice(["high", "normal", "low"]), default="normal", show_default=True)
@click.option("--expires", metavar="90d", help="When it ends.  [default: never]")
@click.option("--allow-ip", "allow", multiple=True, metavar="ADDRESS", help="Whence it may be used: 10.0.0.0/8, ::1.")
@click.option("--admin", is_flag=True, help="For the admin side, and not for models.")
@config_option()
def create_command(config: Path, models: str | None, allow: tuple[str, ...], **wished: Any) -> None:
    """Make a key."""
    from seatrial.app.keys import create, place_of, row
    from seatrial.app.serving.key_wish import KeyWish

    names = None if models is None else [each.strip() for each in models.split(",")]
    wish = KeyWish(models=names, allow=list(allow) or None, **wished)
    record, text = create(place_of(config), wish)
    say("; ".join(part for part in row(record) if part))
    click.echo(text)
