"""What stands in a zip where no file is: before it, between its files, behind it."""

from collections.abc import Iterator
from dataclasses import dataclass

from seatrial.core.finding import Finding, Severity
from seatrial.scan.blob import Blob, Window
from seatrial.scan.containers.programs import binary, script
from seatrial.scan.containers.zip_compare import Held, described
from seatrial.scan.containers.zip_directory import Directory
from seatrial.scan.containers.zip_member import Opened
from seatrial.scan.containers.zip_records import LOCAL
from seatrial.scan.containers.zip_rules import HIDDEN, PREPENDED, TRAILING, UNOWNED
from seatrial.scan.containers.zip_stream import hidden_entries
from seatrial.scan.part import Part
from seatrial.scan.rule import Rule

SEARCHED = 16 << 20
_ANDROID = b"APK Sig Block 42"
_SPANNED = (b"PK\x07\x08", b"PK00")


@dataclass(frozen=True, slots=True)
class _Region:
    start: int
    stop: int
    rule: Rule
    name: str


def regions(part: Part, directory: Directory, held: list[Held], opened: Opened) -> Iterator[Finding]:
    """Look at everything that belongs to no file."""
    blob, size = part.blob, part.blob.size
    embedded = blob.read(0, 4) != LOCAL and directory.end.end < size and _cut(blob, directory.end.end, size) is not None
    for region in _unowned(blob, directory, held, size):
        if embedded and region.rule is not UNOWNED:
            continue  # a zip in the middle of something else, which is read as what it is
        start = _cut(blob, region.start, region.stop)
        if start is None:
            continue
        if region.rule is UNOWNED and blob.read(region.stop - 16, 16) == _ANDROID:
            continue
        yield from _look(part, _Region(region.start, region.stop, region.rule, region.name), opened)
    if directory.end.comment:
        end = directory.end
        comment = Window(blob, end.end - end.comment, end.comment)
        text = comment.read(0, end.comment)
        # Pickles of protocol 0 are lines of text, and end with a full stop.
        if not text.isascii() or (b"\n" in text and text.endswith(b".")):
            yield from part.inside("(comment)", comment).look()


def _cut(blob: Blob, start: int, stop: int) -> int | None:
    """The first byte that is not zero, None when there is none in the first megabytes."""
    at, stop = start, min(stop, start + SEARCHED)
    while at < stop:
        chunk = blob.read(at, min(1 << 16, stop - at))
        if not chunk:
            return None
        rest = chunk.lstrip(b"\0")
        if rest:
            return at + len(chunk) - len(rest)
        at += len(chunk)
    return None


def _unowned(blob: Blob, directory: Directory, held: list[Held], size: int) -> Iterator[_Region]:
    owned = sorted((each.local.at, each.stop + described(blob, each)) for each in held)
    owned.append((directory.start, directory.stop))
    owned.append((directory.end.start, directory.end.end))
    reach, rule, name = 0, PREPENDED, "(before the archive)"
    for start, stop in owned:
        if start > reach:
            yield _Region(reach, start, rule, name)
        rule, name = UNOWNED, "(between the files)"
        reach = max(reach, stop)
    if reach < size:
        yield _Region(reach, size, TRAILING, "(behind the archive)")


def _look(part: Part, region: _Region, opened: Opened) -> Iterator[Finding]:
    window = Window(part.blob, region.start, region.stop - region.start)
    program = binary(window) or script(window, "") if region.rule is PREPENDED else None
    head = window.read(0, 16)
    evidence = f"{region.stop - region.start} bytes: {program or head.hex(' ')}"
    severity: Severity | None = None
    if program is not None:
        severity = "low"
    elif region.rule is PREPENDED and head[0] == 0x80 and head[1:2] in (b"\2", b"\3", b"\4", b"\5"):
        severity, evidence = "attack", f"a pickle of {region.stop - region.start} bytes"
    yield part.finding(region.rule, evidence, offset=region.start, severity=severity)
    if program is not None:
        return
    for entry, findings in hidden_entries(opened, region.start, region.stop):
        yield part.finding(HIDDEN, entry.name, offset=entry.at)
        yield from findings
    yield from part.inside(region.name, window).look()
