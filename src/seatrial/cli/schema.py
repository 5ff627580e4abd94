"""`seatrial schema`: the JSON Schema of seatrial.yaml."""

import click


@click.command("schema", help="Print the JSON Schema of seatrial.yaml, for editors.")
def schema_command() -> None:
    """Print the JSON Schema of seatrial.yaml."""
    from seatrial.app.json_schema import schema_text

    click.echo(schema_text(), nl=False)
