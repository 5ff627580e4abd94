"""The words in which Findings and verdicts on files are told, wherever they are shown."""

from typing import Final

from seatrial.core.finding import FileVerdict, Finding, Inspection, Scanned
from seatrial.report.text import one_line

VERDICTS: Final[dict[FileVerdict, str]] = {
    "attack": "ATTACK",
    "review": "REVIEW",
    "unread": "COULD NOT READ",
    "clean": "CLEAN",
}
STYLES: Final[dict[FileVerdict, str]] = {
    "attack": "bold white on red",
    "review": "bold black on yellow",
    "unread": "bold black on cyan",
    "clean": "bold white on green",
}
TONES: Final[dict[FileVerdict, str]] = {"attack": "bad", "review": "open", "unread": "open", "clean": "good"}
"""The classes of a page for each."""


def summary(inspection: Inspection) -> str:
    """One line: how many files came to what."""
    counts = inspection.counts
    total = sum(counts.values())
    parts = [f"{number:,} {VERDICTS[verdict].lower()}" for verdict, number in counts.items() if number]
    accepted = len(inspection.accepted)
    more = [f"{inspection.skipped:,} neither model, config nor data"] if inspection.skipped else []
    more += [f"{accepted:,} finding{'s' if accepted > 1 else ''} accepted before"] if accepted else []
    notes = sum(each.severity == "low" for each in inspection.findings)
    more += [f"{notes:,} note{'s' if notes > 1 else ''}"] if notes else []
    more += ["interrupted: not all was looked at"] if inspection.interrupted else []
    files = "1 file: " if total == 1 else f"{total:,} files: "
    return (files + ", ".join(parts) if total else "nothing was scanned") + (f" ({'; '.join(more)})" if more else "")


def to_look_at(inspection: Inspection) -> list[Scanned]:
    """The files in which anything was found, worst first, else in the order in which they were looked at."""
    order = list(VERDICTS)
    return sorted((each for each in inspection.files if each.findings), key=lambda each: order.index(each.verdict))


def place(finding: Finding) -> str:
    """Where within its file: member, line, offset; empty for the file as a whole."""
    parts = [one_line(finding.member)] if finding.member else []
    parts += [f"line {finding.line}"] if finding.line is not None else []
    parts += [f"byte {finding.offset:,}"] if finding.offset is not None else []
    return ", ".join(parts)
