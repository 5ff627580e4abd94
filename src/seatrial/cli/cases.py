"""`seatrial cases`: where cases come from, and what they are worth."""

import click

from seatrial.cli.program import Commands, Entry

MAKE, LOOK = "Make cases", "Look at cases"
COMMANDS = {
    "import": Entry(MAKE, "From the files of other tools, and from tables."),
    "generate": Entry(MAKE, "From a template and what fills its slots."),
    "propose": Entry(MAKE, "A model proposes, you accept, edit or reject."),
    "audit": Entry(LOOK, "Duplicates, contradictions, leaks, gaps."),
}


@click.group("cases", cls=Commands, entries=COMMANDS, prefix="cases_")
def cases_command() -> None:
    """Import, generate, propose and audit cases."""
