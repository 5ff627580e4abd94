"""`seatrial cases propose`: a model proposes, a person decides."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from seatrial.cases.propose import Proposal

HELP = """Let a model propose cases like those of a file.

With --accept you see each proposal and accept, edit or reject it; what you accept is added to --out at once, so nothing
is lost by Ctrl-C, and nothing enters unseen. Without it the proposals go to standard output, for another eye.
"""


@click.command("propose", help=HELP)
@click.option("--from", "source", required=True, help="A file of cases, or a glob.")
@click.option("--like", multiple=True, help="A tag, use_case=refund, of the cases to show; new ones get it, too.")
@click.option("--with", "model", required=True, help="The target that proposes.")
@click.option("--count", default=10, show_default=True, type=click.IntRange(1, 100), help="How many to ask for.")
@click.option("--accept", is_flag=True, help="Decide on each in the terminal.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where accepted cases are added.")
@click.option(
    "--suite",
    type=click.Path(path_type=Path, dir_okay=False),
    default="seatrial.yaml",
    show_default=True,
    help="The suite file that has the target.",
)
def propose_command(
    source: str, like: tuple[str, ...], model: str, count: int, accept: bool, out: Path | None, suite: Path
) -> None:
    """Let a model propose cases."""
    import msgspec

    from seatrial.app.cases_propose import Accepted, Wanted, as_row, proposals
    from seatrial.cli.printing import print_lines, say
    from seatrial.core.errors import Mistake

    if accept != (out is not None):
        raise Mistake("--accept and --out belong together: where do accepted cases go?")
    wanted = Wanted(source, like, model, count, suite)
    # Opened first: a model that was paid, and a person who decided, are not to learn then that there is no file.
    file = Accepted(out) if out is not None else None
    found = proposals(wanted)
    if file is None:
        print_lines(msgspec.json.encode(as_row(proposal, wanted)) for proposal in found)
        say(f"{len(found)} proposals of `{model}`; nobody has looked at them yet")
        return
    accepted = 0
    for proposal in _accepted(found):
        if file.add(as_row(proposal, wanted)):
            accepted += 1
        else:
            click.echo("  is in the file already", err=True)
    say(f"{accepted} of {len(found)} proposals accepted, in {out}")


def _accepted(found: "list[Proposal]") -> "Iterator[Proposal]":
    """What the person takes, as the person words it; ends at `q` and when no more keys come."""
    # A model could move the cursor over what it proposes, or turn the reading direction around.
    from seatrial.checks.wording import printable

    for number, proposal in enumerate(found, 1):
        why = f": {printable(proposal.why)}" if proposal.why else ""
        click.echo(f"\n{number} of {len(found)}{why}", err=True)
        click.echo(f"  asks     {printable(proposal.ask)}", err=True)
        click.echo(f"  expects  {printable(proposal.expect or '(nothing)')}", err=True)
        try:
            key = click.prompt("  a accept, e edit, r reject, q quit", type=click.Choice(list("aerq")), err=True)
            if key == "q":
                return
            if key == "e":
                yield _edited(proposal)
            elif key == "a":
                yield proposal
        except click.Abort:
            click.echo("", err=True)
            return


def _edited(proposal: "Proposal") -> "Proposal":
    from seatrial.cases.propose import Proposal

    ask = click.prompt("  asks (Enter keeps it)", default=proposal.ask, show_default=False, err=True).strip()
    answer = click.prompt(
        "  expects (Enter keeps it, - for nothing)", default=proposal.expect or "-", show_default=False, err=True
    ).strip()
    return Proposal(ask or proposal.ask, None if answer in ("", "-") else answer, proposal.why)
