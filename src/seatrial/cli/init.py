"""`seatrial init`: writes a commented seatrial.yaml."""

from pathlib import Path

import click


@click.command("init", help="Write a commented seatrial.yaml for my endpoint, asking nothing that can be found out.")
@click.option("--url", help="The endpoint's base URL.  [default: OPENAI_BASE_URL, or a server on this machine]")
@click.option("--model", help="The model's name.  [default: what the endpoint names first]")
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default=Path("seatrial.yaml"))
def init_command(url: str | None, model: str | None, force: bool, file: Path) -> None:
    """Write a commented seatrial.yaml."""
    from seatrial.app.initial import discover, write_initial

    found = discover(url, model)
    write_initial(file, found, force=force)
    click.echo(f"wrote {file} for {found.url} ({found.source}), model {found.model}")
    click.echo("next: seatrial check")
