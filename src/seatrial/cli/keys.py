"""`seatrial keys`: who may use the gateway."""

import click

from seatrial.cli.program import Commands, Entry

KEYS = "Keys of the gateway"
COMMANDS = {
    "create": Entry(KEYS, "Make a key and print it, once."),
    "list": Entry(KEYS, "All keys, without what they open with."),
    "rotate": Entry(KEYS, "A new secret for a key; the old one may overlap."),
    "revoke": Entry(KEYS, "A key opens nothing more, at once."),
}


@click.group("keys", cls=Commands, entries=COMMANDS, prefix="keys_")
def keys_command() -> None:
    """Who may use the gateway: workers that run see each change within a second."""
