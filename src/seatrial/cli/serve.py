"""`seatrial serve`: the gateway and its pages."""

from pathlib import Path

import click

HELP = """Serve `gateway:` of a file: one OpenAI-compatible door before many providers, with keys, limits, budgets,
a cache, guards, fallbacks and a record of every request.

\b
  seatrial serve
  OPENAI_BASE_URL=http://127.0.0.1:8400/v1 python my_app.py
"""


@click.command("serve", help=HELP)
@click.option("--config", type=click.Path(path_type=Path), default=Path("seatrial.yaml"), show_default=True)
@click.option("--listen", metavar="ADDRESS:PORT", help="In the place of `gateway.listen`.")
def serve_command(config: Path, listen: str | None) -> None:
    """Serve the gateway."""
    from seatrial.app.serving.server import serve

    serve(config, listen)
