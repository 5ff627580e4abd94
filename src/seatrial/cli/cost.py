"""`seatrial cost`: what traffic costs."""

import click

from seatrial.cli.program import Commands, Entry

COMMANDS = {"estimate": Entry("Costs", "A month's cost on several models, and what would save money.")}


@click.group("cost", cls=Commands, entries=COMMANDS, prefix="cost_")
def cost_command() -> None:
    """What traffic costs, before it is there."""
