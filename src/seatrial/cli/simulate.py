"""`seatrial simulate`: a simulated model with known faults."""

import os

import click

HELP = """Serve a simulated model with known faults and known speed, over OpenAI's API.

It is no language model: it answers from a small knowledge base, and goes wrong at exact rates, the same way each time
from the same seed. GET /simulator/truth tells what was planted.
"""


@click.command("simulate", help=HELP)
@click.option("--persona", default="harbour-v1", show_default=True, help="A shipped persona, or a YAML file.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8410, show_default=True, type=click.IntRange(0, 65_535), help="0 takes a free one.")
@click.option("--seed", type=int, help="Decides everything that is left to chance.  [default: the persona's]")
@click.option("--key-env", metavar="NAME", help="Let in only the key that this environment variable holds.")
def simulate_command(persona: str, host: str, port: int, seed: int | None, key_env: str | None) -> None:
    """Serve a simulated model."""
    from seatrial.core.errors import Mistake
    from seatrial.simulator.persona import load_persona
    from seatrial.simulator.server import run_forever

    key = os.environ.get(key_env) if key_env else None
    if key_env and not key:
        raise Mistake(f"the environment variable {key_env} is not set")
    loaded = load_persona(persona)

    def ready(url: str) -> None:
        click.echo(f"{persona} answers at {url} (Ctrl-C ends it)")

    run_forever(loaded, host=host, port=port, api_key=key, seed=seed, ready=ready)
