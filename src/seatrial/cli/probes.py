"""`seatrial probes`: lists the probes, or explains one."""

import click

HELP = """List the probes that `probes:` in a suite file can name, or explain one: what it does to a question, what it
expects of the answer, an example before and after, and its ids in OWASP's and MITRE's taxonomies."""


@click.command("probes", help=HELP)
@click.argument("family", required=False)
@click.option("--explain", metavar="FAMILY", help="The same as FAMILY.")
@click.option("--format", "format_", type=click.Choice(["terminal", "json"]), default="terminal")
def probes_command(family: str | None, explain: str | None, format_: str) -> None:
    """List the probes."""
    if format_ == "json":
        import msgspec

        from seatrial.app.probe_list import probe_rows

        click.echo(msgspec.json.format(msgspec.json.encode(probe_rows(family or explain)), indent=1).decode())
        return
    from seatrial.app.probe_list import probe_lines

    for line in probe_lines(family or explain):
        click.echo(line)
