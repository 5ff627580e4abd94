"""What the Checks of time share."""

from seatrial.core.interaction import NANOSECONDS, Interaction, Timing


def why_not_timed(interaction: Interaction) -> str:
    """Why an Interaction's time says nothing about its Target; empty when it does."""
    if interaction.served_by == "cache":
        return "The answer came out of the response cache, so its time says nothing."
    if interaction.timing.ended <= 0:
        return "Nobody waited for this answer, so it has no time."
    return ""


def seconds(value: float) -> str:
    """A duration as a person reads it."""
    return f"{value:.3g} s" if value >= 1 else f"{value * 1000:.3g} ms"


def timed(latency: float, first_token: float | None = None) -> Timing:
    """A Timing of so many seconds that starts one second after the epoch: for examples."""
    start = NANOSECONDS
    first = None if first_token is None else start + round(first_token * NANOSECONDS)
    return Timing(due=start, started=start, ended=start + round(latency * NANOSECONDS), first_token=first)
