"""`seatrial cases audit`: what is wrong with cases before anything is asked."""

from pathlib import Path

import click

from seatrial.cli.options import folder_option

HELP = """Look for what is wrong with cases before anything is asked.

SOURCES are files of cases (JSONL, CSV, Parquet), globs of these, or suite files.

\b
It finds   broken rows, duplicates and near duplicates, the same question with
           another right answer, lost characters, empty and absurdly long or
           short texts, answers that stand in the question, questions in another
           language than their tag says, tags with few cases, gaps or omissions
With runs  cases that every system passes, or every system fails
\b
  seatrial cases audit cases.jsonl
  seatrial cases audit seatrial.yaml --runs last --runs 7f3a --fail-on medium

Exit codes: 0 nothing as bad as --fail-on, 1 something is, 2 a mistake in the command or a file that is not there.
"""


@click.command("audit", help=HELP)
@click.argument("sources", nargs=-1, required=True)
@click.option("--runs", multiple=True, metavar="RUN", help="A run of these cases; give several, of different systems.")
@folder_option()
@click.option("--similar", default=0.85, show_default=True, help="How alike nearly equal cases are (Jaccard, 0 to 1).")
@click.option(
    "--fail-on",
    type=click.Choice(["high", "medium", "low", "never"]),
    default="high",
    show_default=True,
    help="Exit with 1 when something is as bad as this.",
)
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True)
@click.pass_context
def audit_command(
    ctx: click.Context,
    sources: tuple[str, ...],
    runs: tuple[str, ...],
    folder: Path,
    similar: float,
    fail_on: str,
    form: str,
) -> None:
    """Audit cases and report."""
    from seatrial.app.cases_audit import audit_cases
    from seatrial.app.cases_audit_text import as_json, as_lines, fails
    from seatrial.cli.printing import print_lines

    names = [name.strip() for run in runs for name in run.split(",") if name.strip()]
    found = audit_cases(sources, names, folder=folder, similar=similar)
    print_lines([as_json(found)] if form == "json" else as_lines(found))
    ctx.exit(int(fails(found, fail_on)))
