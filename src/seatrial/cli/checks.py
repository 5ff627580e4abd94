"""`seatrial checks`: lists the checks, or explains one."""

import click

HELP = """List the checks that a suite file can name, or explain one: what it needs, what it costs, who defined it, its
arguments, an example, and the prompt where a model judges."""


@click.command("checks", help=HELP)
@click.argument("name", required=False)
@click.option("--explain", metavar="NAME", help="The same as NAME.")
@click.option("--format", "format_", type=click.Choice(["terminal", "json"]), default="terminal")
def checks_command(name: str | None, explain: str | None, format_: str) -> None:
    """List the checks."""
    if format_ == "json":
        import msgspec

        from seatrial.app.check_list import check_rows

        click.echo(msgspec.json.format(msgspec.json.encode(check_rows(name or explain)), indent=1).decode())
        return
    from seatrial.app.check_list import check_lines

    for line in check_lines(name or explain):
        click.echo(line)
