"""`seatrial cases propose`: a model proposes, a person decides."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from seatrial.app.cases_propose import Wanted
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

    from seatrial.app.cases_propose import Wanted, as_row, proposals
    from seatrial.cli.printing import say
    from seatrial.core.errors import Mistake

    if accept != (out is not None):
        raise Mistake("--accept and --out belong together: where do accepted cases go?")
    wanted = Wanted(source, like, model, count, suite)
    found = proposals(wanted)
    if out is None:
        for proposal in found:
            click.echo(msgspec.json.encode(as_row(proposal, wanted)))
        say(f"{len(found)} proposals of `{model}`; nobody has looked at them yet")
        return
    accepted = _decide(found, wanted, out)
    say(f"{accepted} of {len(found)} proposals accepted, in {out}")


def _decide(found: "list[Proposal]", wanted: "Wanted", out: Path) -> int:
    from seatrial.app.cases_propose import append, as_row, known_ids

    known, accepted = known_ids(out), 0
    for proposal in _accepted(found):
        row = as_row(proposal, wanted)
        if row["id"] in known:
            click.echo("  is in the file already", err=True)
            continue
        append(out, row)
        known.add(row["id"])
        accepted += 1
    return accepted


def _accepted(found: "list[Proposal]") -> "Iterator[Proposal]":
    """What the person takes, as the person words it; ends at `q` and when no more keys come."""
    for number, proposal in enumerate(found, 1):
        click.echo(f"\n{number} of {len(found)}{f': {proposal.why}' if proposal.why else ''}", err=True)
        click.echo(f"  asks     {proposal.ask}\n  expects  {proposal.expect or '(nothing)'}", err=True)
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

    ask = click.prompt("  asks", default=proposal.ask, err=True)
    expect = click.prompt("  expects", default=proposal.expect or "", show_default=bool(proposal.expect), err=True)
    return Proposal(ask.strip() or proposal.ask, expect.strip() or None, proposal.why)
