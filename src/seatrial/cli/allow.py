"""`seatrial allow`: proposes allow-list lines for my own classes."""

import click

HELP = """Propose lines for seatrial-allow.toml: my own classes, without which my model files cannot be loaded.

Nothing is written: read each line, give it a reason, and put it in.

\b
  seatrial allow models/own.pkl >> seatrial-allow.toml
"""


@click.command("allow", help=HELP)
@click.argument("paths", nargs=-1, required=True)
@click.option("--allow", metavar="FILE", help="What is allowed already.  [default: seatrial-allow.toml]")
def allow_command(paths: tuple[str, ...], allow: str | None) -> None:
    """Propose allow-list lines."""
    from seatrial.app.scan_explain import proposed

    lines = proposed(list(paths), allow)
    if lines:
        click.echo(lines.rstrip("\n"))
    else:
        click.echo("nothing to allow: these files need no name that is not on the lists", err=True)
