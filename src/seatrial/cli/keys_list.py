"""`seatrial keys list`: all keys."""

from pathlib import Path

import click

from seatrial.cli.options import config_option

HEAD = ("key", "name", "project", "environment", "may ask", "bounds", "state")


@click.command("list")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@config_option()
def list_command(config: Path, form: str) -> None:
    """All keys, the oldest first, without what they open with."""
    import msgspec

    from seatrial.app.keys import listed, place_of, row
    from seatrial.cli.printing import print_lines

    records = listed(place_of(config))
    if form == "json":
        print_lines([msgspec.json.encode(records)])
        return
    rows = [HEAD, *(row(record) for record in records)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    print_lines(
        "  ".join(f"{part:{width}}" for part, width in zip(each, widths, strict=True)).rstrip() for each in rows
    )
