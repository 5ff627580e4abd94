"""`seatrial cost estimate`: a month's cost."""

from pathlib import Path

import click

from seatrial.cli.options import config_option


@click.command("estimate")
@click.option("--requests", required=True, metavar="10k/day", help="The traffic: so many an hour, day or month.")
@click.option("--like", required=True, metavar="CASES", help="A file of cases such as the requests will be, or a glob.")
@click.option("--models", required=True, help="Names of targets, of models of the gateway, or of the price list.")
@click.option("--output", type=click.IntRange(1), help="Tokens of an answer, where it is known.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@config_option()
def estimate_command(config: Path, requests: str, like: str, models: str, output: int | None, form: str) -> None:
    """A month's cost on several models with an interval, and what a cache, shorter prompts or a smaller model save."""
    import msgspec

    from seatrial.app.serving.cost_estimate import Wish, estimate_month, lines_of
    from seatrial.cli.printing import print_lines

    names = tuple(dict.fromkeys(name.strip() for name in models.split(",") if name.strip()))
    found = estimate_month(config, Wish(traffic=requests, like=like, models=names, output=output))
    print_lines([msgspec.json.encode(found)] if form == "json" else lines_of(found))
