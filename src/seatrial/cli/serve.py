"""`seatrial serve`: the gateway and its pages."""

from pathlib import Path

import click

HELP = """Serve `gateway:` of a file: one OpenAI-compatible door before many providers, with keys, limits, budgets,
a cache, guards, fallbacks and a record of every request.

\b
  seatrial serve
  OPENAI_BASE_URL=http://127.0.0.1:8400/v1 python my_app.py

The first start prints an admin key. SIGHUP reads the file again; SIGTERM or Ctrl-C lets requests end, and a second one
cuts them off.
"""


@click.command("serve", help=HELP)
@click.option("--config", type=click.Path(path_type=Path), default=Path("seatrial.yaml"), show_default=True)
@click.option("--listen", metavar="ADDRESS:PORT", help="In the place of `gateway.listen`.")
@click.option("--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes.")
@click.option("--log", is_flag=True, help="One JSON line on stdout for each request.")
def serve_command(config: Path, listen: str | None, workers: int, log: bool) -> int:
    """Serve the gateway."""
    from seatrial.app.serving.serve import Wanted, serve

    return serve(Wanted(config, listen, workers, log))
