"""Look at one file: open it safely, recognise what it is by its content, inspect it, and give a verdict."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.core.finding import Finding, Scanned
from seatrial.scan.blob import Blob, FileBlob
from seatrial.scan.format import Unreadable
from seatrial.scan.limits import Budget, OverBudget
from seatrial.scan.part import Part, Settings
from seatrial.scan.rule import Rule
from seatrial.scan.table import formats, formats_of_binaries, is_textual

UNREAD = Rule(
    "file.unread",
    "unread",
    "Could not be read",
    "What was not read was not judged: it may hold anything.",
    "Look at the reason; make the file readable, or do not load it.",
)
OVER_BUDGET = Rule(
    "file.over-budget",
    "review",
    "Costs more to read than any honest file should",
    "Bombs and endless nesting are made to exhaust whoever opens them, or to hide what stands behind.",
    "Do not load it unless you know why it is so large; then raise the limit.",
)
BROKEN = Rule(
    "file.reader-failed",
    "unread",
    "The reader of this format failed",
    "What was not read was not judged: it may hold anything.",
    "Please report the file's format and the reason; until then do not trust the file.",
)
UNKNOWN = Rule(
    "file.unknown-format",
    "unread",
    "Of no format that is known",
    "What is not understood was not judged.",
    "Convert the model to a known format, safetensors for example.",
)
RULES = (UNREAD, OVER_BUDGET, BROKEN, UNKNOWN)


Seen = Callable[[str, Part], None]
"""Is told the name of a format and the Part that is of it."""


def _nobody(format: str, part: Part) -> None:
    """Nobody wants to know."""


@dataclass(slots=True)
class _Looking:
    """Recognises and inspects Parts, and keeps what they were read as."""

    seen: Seen
    names: list[str] = field(default_factory=list)

    def at(self, part: Part) -> Iterator[Finding]:
        """Inspect a Part as each Format that recognises it; what a reader cannot go on with is a Finding."""
        for each in formats() if is_textual(part.blob.read(0, 256)) else formats_of_binaries():
            try:
                if not each.recognise(part):
                    continue
                if each.name not in self.names:
                    self.names.append(each.name)
                self.seen(each.name, part)
                yield from each.inspect(part)
            except Unreadable as reason:
                yield part.finding(UNREAD, f"as {each.name}: {reason}")
            except (OverBudget, OSError):
                raise
            except Exception as error:  # noqa: BLE001  the invariant is a verdict: a reader's mistake must not stop the scan
                yield part.finding(BROKEN, f"as {each.name}: {type(error).__name__}: {error}")


def look(blob: Blob, path: str, settings: Settings, seen: Seen = _nobody) -> Scanned:
    """The verdict on some bytes.

    Args:
        blob: The bytes.
        path: What they are called in Findings.
        settings: Limits, allowed globals, locked versions.
        seen: Is told each Part with its format, before it is inspected.
    """
    looking = _Looking(seen)
    part = Part(blob, path, looking.at, Budget(settings.limits), settings)
    found: list[Finding] = []
    try:
        for finding in looking.at(part):
            # Behind so many, only what could make the verdict worse: else an attack could hide behind noise.
            if len(found) < settings.limits.findings or finding.severity == "attack":
                found.append(finding)
            if len(found) >= 2 * settings.limits.findings:
                found.append(part.finding(OVER_BUDGET, f"it has more than {len(found):,} findings"))
                break
        if not looking.names:
            found.append(part.finding(UNKNOWN, blob.read(0, 16).hex(" ")))
    except OverBudget as reason:
        found.append(part.finding(OVER_BUDGET, str(reason)))
    except OSError as error:
        found.append(part.finding(UNREAD, error.strerror or str(error)))
    return Scanned.of(path, tuple(dict.fromkeys(found)), tuple(looking.names), blob.size)


def scan_file(path: str, settings: Settings | None = None, seen: Seen = _nobody) -> Scanned:
    """The verdict on a file. Never raises for what is in it, or for a file that cannot be opened.

    Args:
        path: The file.
        settings: Limits, allowed globals, locked versions.
        seen: Is told each Part with its format, before it is inspected.
    """
    settings = settings or Settings()
    try:
        kind = Path(path).stat().st_mode
        if not stat.S_ISREG(kind):  # opening a device can do things of its own
            return _unread(path, f"it is {_kind(kind)}, not a regular file")
        # Not blocking: opening a FIFO that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:
        return _unread(path, getattr(error, "strerror", None) or str(error))
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            return _unread(path, f"it is {_kind(before.st_mode)}, not a regular file")
        if before.st_size == 0:
            return _unread(path, "it is empty")
        scanned = look(FileBlob(descriptor), path, settings, seen)
        after = os.fstat(descriptor)
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
            return scanned
        changed = _unread(path, "it changed while it was read").findings
        return Scanned.of(path, (*scanned.findings, *changed), scanned.formats, after.st_size)
    finally:
        os.close(descriptor)


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a FIFO"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"


def _unread(path: str, reason: str) -> Scanned:
    rule = UNREAD
    finding = Finding(
        rule.id, rule.severity, rule.title, path, evidence=reason, why=rule.why, mend=rule.mend, taxonomy=rule.taxonomy
    )
    return Scanned.of(path, (finding,))
