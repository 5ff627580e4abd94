"""`seatrial checks`: lists the checks, or explains one."""

import click


@click.command("checks", help="List the checks that a suite file can name, or explain one.")
@click.argument("name", required=False)
def checks_command(name: str | None) -> None:
    """List the checks."""
    from seatrial.app.check_list import check_lines

    for line in check_lines(name):
        click.echo(line)
