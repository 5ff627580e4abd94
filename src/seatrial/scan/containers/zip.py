"""Zip archives, read as different readers read them; what any of them sees is looked at."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import Blob
from seatrial.scan.containers import members, zip_rules
from seatrial.scan.containers.members import Kind, kind_of
from seatrial.scan.containers.zip_compare import Held, Oddity, differences, duplicates, impossible, overlaps
from seatrial.scan.containers.zip_directory import Directory, directories, ends, is_plausible, is_zip
from seatrial.scan.containers.zip_member import Opened, look_at
from seatrial.scan.containers.zip_records import End, Entry, local_entry
from seatrial.scan.containers.zip_regions import regions
from seatrial.scan.containers.zip_stream import streamed
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.part import Part

DIRECTORIES: Final = 8
"""Directories beside the first that are read: there should be none."""


def _recognise(part: Part) -> bool:
    return is_zip(part.blob)


def _inspect(part: Part) -> Iterator[Finding]:
    blob = part.blob
    found = ends(blob)
    if not found or not _readable(blob, found[0]):
        yield from streamed(part)
        raise Unreadable("the directory at its end is missing or cut off")
    main, *others = list(directories(blob, found[0], part.budget))
    held = _held(blob, main)
    for end in found[1:]:
        within = any(each.start <= end.at < each.stop for each in held)
        if not within and is_plausible(blob, end):
            others.extend(directories(blob, end, part.budget))
    opened = Opened(part, kind_of(each.name for each in main.entries))
    others = others[:DIRECTORIES]
    for other in others:
        yield part.finding(
            zip_rules.TWO_DIRECTORIES,
            f"at {main.start} with {len(main.entries)} entries, at {other.start} with {len(other.entries)}",
            offset=other.start,
        )
    yield from _directory(part, main, held, opened)
    for other in others:
        yield from _directory(part, other, _held(blob, other), opened)
    yield from regions(part, main, held, opened)


def _readable(blob: Blob, end: End) -> bool:
    return is_plausible(blob, end) or (end.count == 0 and end.size == 0)


def _held(blob: Blob, directory: Directory) -> list[Held]:
    """The entries whose local header is there."""
    held = []
    for entry in directory.entries:
        local = local_entry(blob, entry.local)
        if local is not None:
            held.append(Held(entry, local, local.end, local.end + entry.packed))
    return held


def _directory(part: Part, directory: Directory, held: list[Held], opened: Opened) -> Iterator[Finding]:
    if directory.end.disk not in (0, 0xFFFF, 0xFFFFFFFF):
        yield part.finding(zip_rules.SPLIT, f"disk {directory.end.disk}", offset=directory.end.at)
    for text in directory.odd:
        yield part.finding(zip_rules.BAD_END, text, offset=directory.end.at)
    yield from _between(part, held, opened.kind)
    yield from _totals(part, directory.entries)
    there = {each.entry.at for each in held}
    for entry in directory.entries:
        if entry.at not in there:
            yield part.finding(zip_rules.CUT, f"{entry.name}: no header at {entry.local}", offset=entry.at)
    unsummed = opened.kind == "torch" and all(each.crc == 0 for each in directory.entries)
    if unsummed and any(each.size for each in directory.entries):
        yield part.finding(zip_rules.NO_CHECKSUMS)
    for each in held:
        yield from _one(part, each, opened, unsummed=unsummed)


def _between(part: Part, held: list[Held], kind: Kind) -> Iterator[Finding]:
    for each in overlaps(held):
        yield _finding(part, each)
    for oddity, worse in duplicates(held, kind):
        yield part.finding(oddity.rule, oddity.evidence, offset=oddity.offset, severity="attack" if worse else None)


def _totals(part: Part, entries: list[Entry]) -> Iterator[Finding]:
    size, packed = sum(each.size for each in entries), sum(each.packed for each in entries)
    if size > part.budget.limits.unpacked and size > 100 * packed:
        yield part.finding(zip_rules.BOMB, f"{packed} bytes unpack to {size}")


def _one(part: Part, held: Held, opened: Opened, *, unsummed: bool) -> Iterator[Finding]:
    entry, local = held.entry, held.local
    for each in (*differences(entry, local), *impossible(entry)):
        yield _finding(part, each)
    yield from members.name_findings(part, entry.name, entry.at)
    if local.raw != entry.raw:
        yield from members.name_findings(part, local.name, local.at)
    yield from look_at(opened, entry, held.start, check=not unsummed)
    for other in _other_readings(entry, local):
        yield from look_at(opened, other, held.start, check=False)


def _other_readings(entry: Entry, local: Entry) -> Iterator[Entry]:
    """What a reader that goes by the local header sees, where that is something else."""
    packed_differs = local.packed not in (0, 0xFFFFFFFF, entry.packed)
    if local.method != entry.method or packed_differs or (local.raw != entry.raw):
        yield local if packed_differs else _with_size(local, entry)


def _with_size(local: Entry, entry: Entry) -> Entry:
    return replace(local, packed=entry.packed, size=entry.size)


def _finding(part: Part, oddity: Oddity) -> Finding:
    return part.finding(oddity.rule, oddity.evidence, offset=oddity.offset)


ZIP: Final = Format(
    "zip",
    "Zip archives (torch, npz, keras, wheel, jar ...): both readings compared, members looked at",
    _recognise,
    _inspect,
    (*zip_rules.ALL, *members.RULES),
)
