"""`seatrial budget status`: how far budgets are spent."""

from pathlib import Path

import click

from seatrial.cli.options import config_option


@click.command("status")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@config_option()
def status_command(config: Path, form: str) -> None:
    """How far each budget is spent in its day or month (UTC), of a gateway that runs or not."""
    import msgspec

    from seatrial.app.serving.budget_status import budget_status, lines_of
    from seatrial.cli.printing import print_lines

    found = budget_status(config)
    print_lines([msgspec.json.encode(found)] if form == "json" else lines_of(found))
