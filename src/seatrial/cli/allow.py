"""`seatrial allow`: proposes allow-list lines for my own classes."""

import click

HELP = """Propose lines for seatrial-allow.toml: my own classes, without which my model files cannot be loaded.

Nothing is written: read each line, give it a reason, and put it in. Names that are known to be dangerous are never
proposed, nor any name of a file that is an attack; then the command exits with 1.

\b
  seatrial allow models/own.pkl >> seatrial-allow.toml
"""


@click.command("allow", help=HELP)
@click.argument("paths", nargs=-1, required=True)
@click.option("--allow", metavar="FILE", help="What is allowed already.  [default: seatrial-allow.toml]")
def allow_command(paths: tuple[str, ...], allow: str | None) -> int:
    """Propose allow-list lines."""
    from seatrial.app.scan_explain import proposed
    from seatrial.cli.printing import print_lines, say
    from seatrial.report.text import one_line

    found = proposed(paths, allow)
    for path in found.attacks:
        say(f"{one_line(path)} is an attack: nothing of it is proposed")
    if found.lines:
        print_lines(found.lines.rstrip("\n").split("\n"))
    elif not found.attacks:
        say("nothing to allow: these files need no name that is not on the lists")
    return 1 if found.attacks else 0
