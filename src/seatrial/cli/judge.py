"""`seatrial judge`: how far a model that judges can be trusted."""

import click

from seatrial.cli.program import Commands, Entry

MEASURE = "Measure a judge"
COMMANDS = {
    "calibrate": Entry(MEASURE, "Against people's labels: agreement, and the pass rate corrected for its errors."),
    "bias": Entry(MEASURE, "Does it prefer the first, or the longer answer?"),
}


@click.group("judge", cls=Commands, entries=COMMANDS, prefix="judge_")
def judge_command() -> None:
    """Measure a model that judges."""
