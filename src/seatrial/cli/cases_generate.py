"""`seatrial cases generate`: cases from templates."""

from pathlib import Path

import click

HELP = """Make cases from templates whose slots are filled from a YAML file.

\b
    animal: [dog, cat, {text: snake, expect: "no"}]
    time: [first, last]

{animal} stands for each of its values, {a:animal} puts "a" or "an" before it, {city1} and {city2} take different
values of `city`. Rows of cases go to standard output.

\b
Three kinds of tests (CheckList):
  functionality  each case has its right answer: --expect, or `expect` of a value; or --check
  invariance     cases that differ only in the slot --vary must come out alike: gate `groups.consistent`
  direction      along the values of --vary a score must rise (or, --falling, fall): gate `groups.directed.CHECK`
"""


@click.command("generate", help=HELP)
@click.option("--template", "templates", multiple=True, required=True, help="A text with {slots}; several are fine.")
@click.option("--slots", required=True, type=click.Path(path_type=Path, dir_okay=False), help="What fills them: YAML.")
@click.option(
    "--kind",
    type=click.Choice(["functionality", "invariance", "direction"]),
    default="functionality",
    show_default=True,
    help="What the cases test.",
)
@click.option("--vary", help="The slot in which the cases of a group differ.")
@click.option("--falling", is_flag=True, help="The score must fall along the values.")
@click.option("--expect", help="The right answer; may have {slots}, too.")
@click.option("--check", "checks", multiple=True, help="A check on every case, as suite files have them.")
@click.option("--tag", "tags", multiple=True, help="NAME=VALUE on every case.")
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1, 1_000_000), help="The most cases.")
@click.option("--seed", default=0, show_default=True, help="Decides which, where there are more.")
def generate_command(templates: tuple[str, ...], slots: Path, **options: object) -> None:
    """Make cases from templates."""
    import msgspec

    from seatrial.app.cases_generate import Given, counted, generate_cases
    from seatrial.cli.printing import print_lines, say

    made, notes = generate_cases(Given(templates, slots, **options))  # type: ignore[arg-type]
    print_lines(msgspec.json.encode(row) for row in made.rows)
    say("\n".join([counted(len(made.rows)), *notes]))
