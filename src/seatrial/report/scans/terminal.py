"""A Scan at a terminal: each file that somebody should look at with what was found, then one line for all."""

from collections.abc import Iterator

from seatrial.core.finding import Finding, Inspection, Scanned
from seatrial.report.lines import Line, Piece, coloured, plain, wrapped
from seatrial.report.scans.words import STYLES, VERDICTS, place, summary, to_look_at
from seatrial.report.text import one_line

FINDINGS = 10
"""How many of a file are shown; the JSON holds all."""
FILES = 100
"""How many files are shown."""


def render_terminal(inspection: Inspection, *, width: int = 80, colour: bool = False) -> str:
    """The Scan as text of at most `width` columns."""
    found = list(lines(inspection, width))
    return coloured(found, width) if colour else plain(found)


def lines(inspection: Inspection, width: int) -> Iterator[Line]:
    """The Scan line by line, worst first: files that are clean are counted, and listed only when they are few."""
    few = len(inspection.files) <= FINDINGS
    found = [each for each in to_look_at(inspection) if few or each.verdict != "clean"]
    found += [each for each in inspection.files if few and not each.findings]
    for number, scanned in enumerate(found[:FILES]):
        yield from [[]] if number and scanned.verdict != "clean" else []
        yield from _file(scanned, width)
    if len(found) > FILES:
        yield [Piece(f"and {len(found) - FILES:,} more files to look at; --format json lists all", "dim")]
    verdict = inspection.verdict
    yield []
    told = wrapped(summary(inspection), width, first=" " * (len(VERDICTS[verdict]) + 3), style="bold")
    yield [Piece(f" {VERDICTS[verdict]} ", STYLES[verdict]), Piece(" "), *told[0][1:]]
    yield from told[1:]
    if any(each.severity == "low" for each in inspection.findings):
        yield [Piece("Notes are good to know and change no verdict; --format json or html tells them.", "dim")]


def _file(scanned: Scanned, width: int) -> Iterator[Line]:
    findings = [each for each in scanned.findings if each.severity != "low"]
    read_as = f"  {', '.join(scanned.formats)}" if scanned.formats else ""
    notes = len(scanned.findings) - len(findings)
    read_as += f"  ({notes} note{'s' if notes > 1 else ''})" if notes else ""
    label = f" {VERDICTS[scanned.verdict]} "
    yield [
        Piece(label, STYLES[scanned.verdict]),
        Piece(f" {one_line(scanned.path, 500)}", "bold"),
        Piece(read_as, "dim"),
    ]
    last = ""
    for finding in findings[:FINDINGS]:
        yield from _finding(finding, width, again=finding.id == last)
        last = finding.id
    if len(findings) > FINDINGS:
        yield [Piece(f"    and {len(findings) - FINDINGS:,} more; --format json lists all", "dim")]


def _finding(finding: Finding, width: int, *, again: bool) -> Iterator[Line]:
    """A Finding; the words that a rule has for all its Findings are not said again for the next one."""
    if not again:
        yield from wrapped(f"{finding.title} [{finding.id}]", width, first="  - ", rest="    ")
    told = ": ".join(part for part in (place(finding), one_line(finding.evidence, 300)) if part)
    if told:
        yield from wrapped(told, width, first="    ", style="cyan")
    if not again:
        if finding.why:
            yield from wrapped(finding.why, width, first="    ", style="dim")
        if finding.mend:
            yield from wrapped(f"→ {finding.mend}", width, first="    ", rest="      ", style="dim")
