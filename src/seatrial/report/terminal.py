"""The report at a terminal: 80 columns, the verdict first, what to do next last.

Lines are made as pieces of text with a style; without colour they are joined as they are, with colour rich draws them.
"""

import os
from collections.abc import Iterable, Iterator
from typing import TextIO

from seatrial.core.verdict import GateResult, Outcome, Readiness
from seatrial.metrics.wording import basis, count, slice_name, value_with_interval
from seatrial.report.advice import next_steps
from seatrial.report.comparison_terminal import comparison_lines
from seatrial.report.lines import Line, Piece, ascii_text, coloured, heading, plain, wrapped
from seatrial.report.model import AttemptSection, Report
from seatrial.report.pattern_words import short_lines
from seatrial.report.probes_words import probe_lines
from seatrial.report.scans.terminal import lines as scan_lines
from seatrial.report.text import fit, one_line
from seatrial.report.words import (
    ASCII_SIGNS,
    OUTCOMES,
    READINESS,
    SIGNS,
    counted,
    ordered,
    summary,
    worst_first,
    worst_of,
)

WIDTH = 80
SLICES = 5
FAILING = 5
GATE_READINGS = 3
STYLES = {
    Outcome.MET: "green",
    Outcome.MISSED: "bold red",
    Outcome.UNDECIDED: "yellow",
    Readiness.READY: "bold white on green",
    Readiness.NOT_READY: "bold white on red",
    Readiness.UNDECIDED: "bold black on yellow",
}


def render_terminal(report: Report, *, width: int = WIDTH, colour: bool = False, ascii_only: bool = False) -> str:
    """The report as text of at most `width` columns, with ANSI colours when asked for."""
    found = list(lines(report, width, ASCII_SIGNS if ascii_only else SIGNS))
    text = coloured(found, width) if colour else plain(found)
    return ascii_text(text) if ascii_only else text


def show(report: Report, stream: TextIO) -> None:
    """Write the report to a stream: colours only at a terminal and without NO_COLOR, ASCII when it can show no more."""
    colour = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    try:
        "✓✗·–…é".encode(stream.encoding or "ascii")
        ascii_only = False
    except (UnicodeEncodeError, LookupError):
        ascii_only = True
    stream.write(render_terminal(report, colour=colour, ascii_only=ascii_only))


def lines(report: Report, width: int, signs: dict[Outcome, str]) -> Iterator[Line]:
    """The report line by line."""
    readiness = report.verdict.readiness
    yield [Piece(f" {READINESS[readiness].upper()} ", STYLES[readiness]), Piece(f"  {summary(report)}", "bold")]
    if worst := worst_of(report):
        yield from wrapped(one_line(worst), width, style="bold")
    yield from _facts(report, width)
    if report.verdict.gates:
        yield from heading("Gates")
        for result in ordered(report.verdict.gates):
            yield from _gate(result, width, signs)
    if report.run.inspection is not None:
        yield from heading("What is shipped")
        yield from scan_lines(report.run.inspection, width)
    if report.explanation is not None:
        yield from short_lines(report.explanation, width)
    yield from probe_lines(report.probes, width)
    yield from _worst(report, width)
    yield from _failures(report, width)
    yield from _failing(report, width)
    if report.comparison is not None:
        yield from comparison_lines(report.comparison, width, ascii_only=signs is ASCII_SIGNS)
    steps = next_steps(report)
    if steps:
        yield from heading("Next")
        for step in steps:
            yield from wrapped(one_line(step, 600), width, first="  - ", rest="    ")


def _facts(report: Report, width: int) -> Iterator[Line]:
    run = report.run
    numbers = ", ".join(f"{value:,} {name}" for name, value in counted(report))
    yield from wrapped(f"{one_line(run.file)} · run {run.id}", width, style="dim")
    yield from wrapped(numbers, width, style="dim")
    for reason in report.verdict.reasons:
        yield from wrapped(one_line(reason, 400), width, first="  ? ", rest="    ", style="yellow")
    for warning in report.warnings:
        yield from wrapped(one_line(warning, 400), width, first="  ! ", rest="    ", style="yellow")
    for note in report.notes:
        yield from wrapped(one_line(note, 400), width, first="  · ", rest="    ", style="dim")


def _gate(result: GateResult, width: int, signs: dict[Outcome, str]) -> Iterator[Line]:
    style = STYLES[result.outcome]
    label = f"{signs[result.outcome]} {OUTCOMES[result.outcome]:<9}"
    first, *more = wrapped(one_line(result.gate.text), width - 14)
    yield [Piece(f"  {label} ", style), *(Piece(piece.text, "bold") for piece in first)]
    for line in more:
        yield [Piece(" " * 14), *line]
    explained = result.outcome is not Outcome.MET and result.why
    if len(result.readings) == 1 and not explained:
        reading = result.readings[0]
        stands_on = f", {basis(reading)}" if basis(reading) else ""
        stands_on += ", decided by the value alone" if result.gate.by_point else ""
        yield from wrapped(value_with_interval(reading) + stands_on, width, first=" " * 14)
    for reading in worst_first(result)[:GATE_READINGS] if len(result.readings) > 1 else ():
        text = f"{one_line(slice_name(reading), 60)}: {value_with_interval(reading)}, {basis(reading)}"
        yield from wrapped(text, width, first=" " * 14, rest=" " * 16)
    if explained:
        yield from wrapped(one_line(result.why, 600), width, first=" " * 14, style="dim")


def _worst(report: Report, width: int) -> Iterator[Line]:
    worst = report.slices.worst[:SLICES]
    if not worst:
        return
    yield from heading(f"Worst slices by {report.slices.metric} ({report.slices.compared} compared)")
    for reading in worst:
        p = "" if reading.p is None else f"p {reading.p:.2g}"
        tail = f"{value_with_interval(reading):<29} {basis(reading):<14} {p}".rstrip()
        yield [Piece(f"  {fit(one_line(slice_name(reading)), width - 58)} "), Piece(tail)]


def _failures(report: Report, width: int) -> Iterator[Line]:
    if not report.failures:
        return
    yield from heading("Without an answer")
    for each in report.failures[:FAILING]:
        yield from wrapped(f"{each.count:,} {each.kind}: {one_line(each.example)}", width, first="  ", rest="    ")


def _failing(report: Report, width: int) -> Iterator[Line]:
    failing = [each for each in report.attempts.shown if each.ending == "failed"]
    wrong = report.counts.judged - report.counts.passed
    if not failing:
        return
    first = _first_of_each_case(failing)[:FAILING]
    yield from heading(f"First failing cases ({count(wrong, 'attempt')} failed)")
    for each in first:
        place = one_line(each.origin or each.suite or "case", 60)
        yield from wrapped(f"{place} · {one_line(each.case, 60)}", width, first="  ", rest="    ", style="bold")
        yield from wrapped(one_line(each.why), width, first="    ", style="")


def _first_of_each_case(attempts: Iterable[AttemptSection]) -> list[AttemptSection]:
    found: dict[tuple[str, str], AttemptSection] = {}
    for each in attempts:
        found.setdefault((each.suite, each.case), each)
    return list(found.values())
