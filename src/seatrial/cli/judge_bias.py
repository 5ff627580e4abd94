"""`seatrial judge bias`: what padding and order do to a judge."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seatrial.cli.options import folder_option

if TYPE_CHECKING:
    from seatrial.app.judge_bias import Bias, BiasOptions
    from seatrial.metrics.calibration.bias import Position, Verbosity

HELP = """Find out whether a judge of RUN prefers longer answers, or the one that it reads first.

Answers of the run are judged again with sentences behind them that say nothing; where a check compares two answers,
which are always asked about in both orders, the run itself says how often the first was picked. RUN is the beginning or
the end of a run's id, or `last`. Ctrl-C keeps what is known. Exit code 3 when nothing could be compared.
"""


@click.command("bias", help=HELP)
@click.argument("run")
@click.option("--check", help="The check whose judge is meant, where the run has several.")
@click.option("--limit", type=click.IntRange(1), default=200, show_default=True, help="The most answers judged again.")
@click.option("--yes", is_flag=True, help="Do not ask before it costs something.")
@folder_option()
@click.option("--format", "format_", type=click.Choice(["terminal", "json"]), default="terminal")
def bias_command(run: str, check: str | None, limit: int, yes: bool, folder: Path, format_: str) -> int:
    """Measure what padding and order do to a judge."""
    import msgspec

    from seatrial.app.bridge import run_sync
    from seatrial.app.judge_bias import BiasOptions

    options = BiasOptions(limit=limit, confirm=_announced if yes or not sys.stdin.isatty() else _asked)
    found = run_sync(lambda: _measured(folder, run, check, options))
    if format_ == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
    else:
        click.echo("\n".join(lines(found)))
    return 0 if found.verbosity.answers or found.position is not None else 3


async def _measured(folder: Path, run: str, check: str | None, options: "BiasOptions") -> "Bias":
    from seatrial.app.judge_bias import measure_bias
    from seatrial.cli.interrupt import stops_by_hand

    with stops_by_hand(options.stop, options.cut):
        return await measure_bias(folder, run, check, options)


def _announced(sentence: str) -> bool:
    click.echo(f"seatrial: {sentence}", err=True)
    return True


def _asked(sentence: str) -> bool:
    return click.confirm(f"{sentence}. Go on?", default=True, err=True)


def lines(found: "Bias") -> Iterator[str]:
    """What was found, as a person reads it."""
    from seatrial.app.preflight import money

    yield f"{found.check}: what padding and order do to its judge"
    yield ""
    yield from _verbosity(found.verbosity)
    if found.position is not None:
        yield ""
        yield from _position(found.position)
    if found.left:
        yield f"  {found.left:,} answers that were drawn were not judged again."
    if found.cost is not None:
        yield f"  Judging cost {money(found.cost)}."


def _verbosity(found: "Verbosity") -> Iterator[str]:
    from seatrial.metrics.wording import count, percent

    if found.passes is None:
        yield "Padding: no answer could be compared."
        return
    yield f"Padding: {count(found.answers, 'answer')} with {found.words:.0f} more words each that say nothing"
    yield f"  pass rate {percent(found.plain_rate or 0.0)} -> {percent(found.padded_rate or 0.0)}"
    low, value, high = (100 * (each or 0.0) for each in (found.passes.low, found.passes.value, found.passes.high))
    yield f"  change {value:+.1f} points (95 %: {low:+.1f} to {high:+.1f}); {found.gained} gained, {found.lost} lost"
    if found.values is not None and found.values.low is not None and found.values.high is not None:
        yield f"  mean value {found.values.value:+.3f} (95 %: {found.values.low:+.3f} to {found.values.high:+.3f})"
    if found.unjudged:
        yield f"  {count(found.unjudged, 'answer')} could not be judged in one of the forms"
    said = f"It prefers {found.prefers} answers." if found.prefers else "No preference for length is shown."
    yield f"  {said}"


def _position(found: "Position") -> Iterator[str]:
    from seatrial.metrics.wording import count, value_with_interval

    yield f"Order: {count(found.pairs, 'pair')}, each asked about in both orders"
    yield f"  the first was picked in {value_with_interval(found.first)} of {count(found.first.n, 'choice')}"
    yield f"  {count(found.split, 'pair')} decided by the order alone"
    said = f"It prefers the {found.prefers} answer." if found.prefers else "No preference for a place is shown."
    yield f"  {said}"
