"""`seatrial interactions`: what went through the gateway."""

from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from seatrial.app.interactions import Shown
    from seatrial.core.interaction import Interaction
    from seatrial.store.live_entry import Row

HELP = """Show what went through the gateway, the newest last.

\b
  seatrial interactions --failed --since 1h
  seatrial interactions --where "status >= 500 and route = support"
  seatrial interactions --where "latency > 2s and not model ~ mini" --format json --body
  seatrial interactions --follow

\b
Filters: id, route, operation, deployment, model, key, project, environment,
user, session, status, failure, latency, waited, first_token, input, output,
cached, cost, currency, served_by, attempts, tag.NAME; signs = != < <= > >= ~
(contains) and in (a, b); failed, streamed, retried, estimated, cached_answer;
and, or, not, parentheses.
"""
LONGEST = 2000
"""Characters of a text that the table shows."""
COLUMNS = (
    *(("when", 19), ("id", 36), ("route", 16), ("deployment", 12), ("status", 6), ("seconds", 8), ("first", 7)),
    *(("in", 7), ("out", 6), ("cost", 14), ("end", 0)),
)
"""Names and widths."""


@click.command("interactions", help=HELP)
@click.option("--config", type=click.Path(path_type=Path), default=Path("seatrial.yaml"), show_default=True)
@click.option("--where", metavar="FILTER", help="Only those of which this is true.")
@click.option("--failed", is_flag=True, help="Only those without an answer.")
@click.option("--since", metavar="DURATION", help="Only those that came within 15m, 1h, 7d.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(0, 1_000_000), help="How many at the most.")
@click.option("--follow", is_flag=True, help="Go on with those that come, until Ctrl-C.")
@click.option("--body", is_flag=True, help="With what was asked and answered.")
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table", show_default=True)
def interactions_command(
    config: Path,
    where: str | None,
    failed: bool,
    since: str | None,
    limit: int,
    follow: bool,
    body: bool,
    shape: str,
) -> None:
    """Show what went through the gateway."""
    from seatrial.app.interactions import Asked, Interactions
    from seatrial.cli.printing import print_lines

    with closing(Interactions(config, Asked(where=where, failed=failed, since=since), bodies=body)) as found:
        lines = _lines if shape == "table" else _json
        if shape == "table":
            print_lines([_line(name for name, _ in COLUMNS)])
        print_lines(lines(found.newest(limit)))
        if follow:
            with suppress(KeyboardInterrupt):
                for each in found.follow():
                    if not print_lines(lines([each])):
                        break


def _lines(shown: "Iterable[Shown]") -> Iterator[str]:
    """One line for each, and what was said below it."""
    for each in shown:
        yield _line(_cells(each.row))
        if each.body is not None:
            yield from _said(each.body)


def _cells(row: "Row") -> tuple[str, ...]:
    import time

    return (
        time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(row.at / 1e9)),
        *(row.id, row.route, row.deployment or "-", str(row.status or "-"), f"{row.latency:.3f}"),
        *("-" if row.first_token is None else f"{row.first_token:.3f}", _count(row.input), _count(row.output)),
        "-" if row.cost is None else f"{row.cost / 1e9:.6f} {row.currency}",
        row.failure or ("ok" if row.served_by == "upstream" else row.served_by),
    )


def _line(cells: "Iterable[str]") -> str:
    """Cells in their columns; what clients wrote is made visible first."""
    from seatrial.report.text import fit, one_line

    pairs = zip(cells, (width for _, width in COLUMNS), strict=True)
    return "  ".join(fit(one_line(cell), width) if width else one_line(cell) for cell, width in pairs)


def _count(number: int | None) -> str:
    return "-" if number is None else str(number)


def _said(body: "Interaction") -> Iterator[str]:
    from seatrial.report.text import one_line

    for message in body.request.messages:
        yield f"    {message.role}: {one_line(message.content, LONGEST)}"
    if body.answer is not None:
        yield f"    -> {one_line(body.answer.text, LONGEST)}"
        for call in body.answer.tool_calls:
            yield f"    -> {one_line(call.name)}({one_line(call.arguments, LONGEST)})"
    if body.failure is not None:
        yield f"    -> {body.failure.kind.value}: {one_line(body.failure.message, LONGEST)}"


def _json(shown: "Iterable[Shown]") -> Iterator[bytes]:
    """One JSON object a line."""
    import msgspec

    for each in shown:
        row = msgspec.to_builtins(each.row)
        yield msgspec.json.encode(row if each.body is None else row | {"interaction": each.body})
