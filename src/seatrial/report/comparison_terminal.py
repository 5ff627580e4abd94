"""A comparison at a terminal."""

from collections.abc import Iterator

from seatrial.metrics.compare import Change, Comparison
from seatrial.metrics.wording import number
from seatrial.report.comparison_words import ASCII_SIGNS, SIGNS, case_name, difference, kinds, passes, title
from seatrial.report.lines import Line, Piece, ascii_text, coloured, heading, plain, wrapped
from seatrial.report.text import fit, one_line

LISTED = 8
STYLES = {"worse": "bold red", "better": "green", "no change shown": ""}


def render_comparison(
    comparison: Comparison, *, width: int = 80, colour: bool = False, ascii_only: bool = False
) -> str:
    """The comparison alone, as text of at most `width` columns."""
    found = list(comparison_lines(comparison, width, ascii_only=ascii_only))[1:]
    text = coloured(found, width) if colour else plain(found)
    return ascii_text(text) if ascii_only else text


def comparison_lines(comparison: Comparison, width: int, *, ascii_only: bool = False) -> Iterator[Line]:
    """The comparison in lines of at most `width` columns."""
    yield from heading(fit(one_line(title(comparison), width), width).rstrip())
    style = STYLES[comparison.significance]
    yield from wrapped(one_line(comparison.summary, 400), width, first="  ", style=style)
    for change in comparison.changes:
        yield _change(change, width, ascii_only=ascii_only)
    for kind in kinds(comparison):
        yield from wrapped(f"{kind.cases.count:,} {kind.title}", width, first="  ", style="bold")
        shown = kind.cases.cases[:LISTED] if kind.listed else ()
        for case in shown:
            yield from wrapped(f"{one_line(case_name(case), 120)}: {passes(case)}", width, first="    ", rest="      ")
        if kind.listed and kind.cases.count > len(shown):
            yield [Piece(f"    and {kind.cases.count - len(shown):,} more", "dim")]
    for note in comparison.notes:
        yield from wrapped(one_line(note, 400), width, first="  - ", rest="    ", style="dim")


def _change(change: Change, width: int, *, ascii_only: bool) -> Line:
    sign = (ASCII_SIGNS if ascii_only else SIGNS)[change.significance]
    before, now = number(change.before.value, change.before.unit), number(change.now.value, change.now.unit)
    figures = f"{fit(before, 12)} {fit(now, 12)} {difference(change)}"
    return [
        Piece(f"  {sign} ", STYLES[change.significance]),
        Piece(f"{fit(one_line(change.name), 16)} "),
        Piece(fit(figures, width - 21).rstrip()),
    ]
