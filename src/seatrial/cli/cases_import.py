"""`seatrial cases import`: cases out of other tools' files."""

from pathlib import Path
from typing import Any

import click

HELP = """Write cases from other tools' files, one JSON object a line, to stdout.

\b
SOURCE is FORMAT:PLACE:
  promptfoo:promptfooconfig.yaml   a suite, its folder, or a table of tests
  openai-evals:REGISTRY/NAME       an eval of a registry folder
  deepeval:FILE  inspect:FILE  langsmith:FILE  langfuse:FILE
  csv:FILE  jsonl:FILE  parquet:FILE
  bbq:FILE  bbq:FOLDER             BBQ, the bias benchmark for question answering
  garak:FOLDER  bipia:FOLDER  jailbreakbench:FILE  harmbench:FILE
  advbench:FILE  xstest:FILE  pyrit:FILE             corpora of attacks
  huggingface:FOLDER[#SPLIT]       a data set that was downloaded

What was changed, left out or not imported is listed on stderr, each with its line. What decides a verdict and cannot
be imported is an error (exit code 2, nothing is written) unless --lenient.
"""


@click.command("import", help=HELP)
@click.argument("source")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.option("--lenient", is_flag=True, help="Leave out what cannot be imported, and name it.")
@click.option("--ask", metavar="FIELD", help="The field that holds the question.")
@click.option("--expect", metavar="FIELD", help="The field that holds the right answer.")
@click.option("--id", "name", metavar="FIELD", help="The field that holds the name of a case.")
@click.option("--reference", metavar="FIELD", help="The field that holds a model answer.")
@click.option("--context", metavar="FIELD", help="The field that holds the documents to stand on.")
@click.option("--tag", "tags", multiple=True, metavar="FIELD", help="A field to keep as a tag; may be repeated.")
@click.option("--check", "checks", multiple=True, metavar="CHECK", help="A check for every case: 'f1 >= 0.6'.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Write the first N cases.")
@click.option("--quiet", is_flag=True, help="Print only the last line of the report.")
def import_command(source: str, out: Path | None, lenient: bool, **options: Any) -> None:
    """Write cases from other tools' files."""
    import msgspec

    from seatrial.app.cases_import import check_written, import_cases
    from seatrial.cases.importing.options import Fields, ImportOptions
    from seatrial.cli.printing import print_lines, say

    named = {key: options[key] for key in ("ask", "expect", "reference", "context", "tags")}
    checks = tuple(check_written(text) for text in options["checks"])
    chosen = ImportOptions(Fields(id=options["name"], **named), checks, options["limit"])
    found = import_cases(source, chosen, lenient=lenient)
    report = list(found.report())
    say("\n".join(report[-1:] if options["quiet"] else report))
    if out is None:
        print_lines(msgspec.json.encode(row) for row in found.rows)
    else:
        _write(out, found.jsonl())


def _write(path: Path, content: bytes) -> None:
    """Write a file whole, or not at all.

    Raises:
        CannotRun: It cannot be written.
    """
    import os

    from seatrial.core.errors import CannotRun

    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise CannotRun(f"{path} cannot be written: {error.strerror or error}") from None
