"""`seatrial scan`: is what we ship safe to load?"""

from pathlib import Path
from typing import Any

import click

from seatrial.cli.options import out_option

HELP = """Look at model files, dependencies and data without ever loading them.

PATHS are files, folders and patterns. Each file comes to one of four verdicts:

\b
  attack          it is made to harm whoever loads it
  review          it may run code, or holds what is not known: look at it
  could not read  with the reason; what was not read was not judged
  clean           all of it was read, and nothing was found

\b
  seatrial scan models/                                     each file's verdict
  seatrial scan model.pt --explain                          what loading would do
  seatrial scan models/ --format table,sarif --out reports  for code scanning
  seatrial scan models/ --lock uv.lock --advisories osv/    packages and loaders

Exit codes: 0 nothing as bad as --fail-on, 1 something is, 2 a mistake in the command, 3 something could not be read,
4 a file could not be written.
"""
FORMATS = "table, json, sarif, html, cyclonedx"


@click.command("scan", help=HELP)
@click.argument("paths", nargs=-1)
@click.option("--explain", is_flag=True, help="Say what pickles would do when loaded: each call, and where it stands.")
@click.option("--format", "formats", default="table", show_default=True, help=f"One or several of {FORMATS}.")
@out_option()
@click.option(
    "--fail-on",
    type=click.Choice(["attack", "review", "never"]),
    default="review",
    show_default=True,
    help="Exit with 1 when a file is as bad as this.",
)
@click.option(
    "--unread",
    type=click.Choice(["fail", "ignore"]),
    default="fail",
    show_default=True,
    help="Exit with 3 when something could not be read, or not.",
)
@click.option("--allow", metavar="FILE", help="My own classes and accepted findings.  [default: seatrial-allow.toml]")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Look at so many files at once.")
@click.option("--requirements", multiple=True, metavar="FILE", help="A requirements file; may be repeated.")
@click.option("--lock", multiple=True, metavar="FILE", help="uv.lock, poetry.lock, pylock.toml, Pipfile.lock.")
@click.option("--environment", multiple=True, metavar="FOLDER", help="An installed environment, e.g. .venv.")
@click.option("--advisories", metavar="FOLDER", help="Advisories in OSV form, e.g. a copy of PyPA's database.")
@click.option("--online", is_flag=True, help="Ask pip-audit for advisories over the network, too.")
@click.option("--manifest", metavar="FILE", help="Hold the files to the digests of this manifest.")
@click.option("--write-manifest", metavar="FILE", help="Record the digests of the files.")
@click.option("--inventory", metavar="FILE", help="Write a bill of materials (CycloneDX): models, data, packages.")
@click.option("--key", metavar="FILE", help="The public key that signatures of models must be of.")
@click.option("--quiet", is_flag=True, help="Print the verdict in one line.")
def scan_command(paths: tuple[str, ...], **options: Any) -> int:
    """Scan files."""
    from seatrial.app.scanning import ScanPlan
    from seatrial.cli.scanning import explain, run_scan

    if options["explain"]:
        return explain(paths, options["allow"])
    plan = ScanPlan(
        paths=paths,
        listings=(*options["requirements"], *options["lock"], *options["environment"]),
        advisories=options["advisories"],
        online=options["online"],
        allow=options["allow"],
        manifest=options["manifest"],
        key=options["key"],
        jobs=options["jobs"],
        folder=Path(),
    )
    return run_scan(plan, options)
