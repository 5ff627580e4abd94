"""`seatrial budget`: what may be spent."""

import click

from seatrial.cli.program import Commands, Entry

COMMANDS = {"status": Entry("Budgets", "How far each budget is spent.")}


@click.group("budget", cls=Commands, entries=COMMANDS, prefix="budget_")
def budget_command() -> None:
    """What may be spent by keys, projects, users and models."""
