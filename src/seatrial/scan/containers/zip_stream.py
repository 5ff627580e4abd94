"""A zip as those readers see it that do not look at its directory: local header after local header."""

from collections.abc import Iterator
from dataclasses import replace

from seatrial.core.finding import Finding
from seatrial.scan.blob import Blob
from seatrial.scan.containers.members import kind_of, name_findings
from seatrial.scan.containers.zip_member import Opened, look_at
from seatrial.scan.containers.zip_records import DESCRIBED, LOCAL, Entry, local_entry
from seatrial.scan.part import Part

SEARCHED = 16 << 20
_METHODS = frozenset({0, 8, 9, 12, 14, 93, 95, 97, 99})
_FULL = 0xFFFFFFFF


def local_headers(blob: Blob, start: int, stop: int) -> Iterator[int]:
    """Where the signature of a local header stands, in the first megabytes."""
    at, stop = start, min(stop, start + SEARCHED)
    while at < stop:
        chunk = blob.read(at, min(1 << 16, stop - at) + 3)
        place = chunk.find(LOCAL)
        while place >= 0:
            yield at + place
            place = chunk.find(LOCAL, place + 1)
        if len(chunk) <= 3:
            return
        at += max(1, len(chunk) - 3)


def entries(blob: Blob, start: int, stop: int) -> Iterator[Entry]:
    """The files between two offsets, by their local headers; sizes that are left out reach to the next header."""
    for at in local_headers(blob, start, stop):
        entry = local_entry(blob, at)  # also within the data of another: its size may lie
        if entry is None or not entry.raw or entry.method not in _METHODS or entry.end > stop:
            continue
        if entry.flags & DESCRIBED and entry.packed in (0, _FULL):
            following = next(local_headers(blob, entry.end, stop), stop) if entry.method == 0 else stop
            entry = replace(entry, packed=following - entry.end)
        yield entry


def hidden_entries(opened: Opened, start: int, stop: int) -> Iterator[tuple[Entry, Iterator[Finding]]]:
    """Files that the directory does not name, each with what is found in it."""
    for entry in entries(opened.part.blob, start, stop):
        opened.part.budget.member()
        yield entry, look_at(opened, entry, entry.end, check=False)


def streamed(part: Part) -> Iterator[Finding]:
    """Look at an archive without a directory."""
    found = []
    for entry in entries(part.blob, 0, part.blob.size):
        part.budget.member()
        found.append(entry)
    opened = Opened(part, kind_of(each.name for each in found))
    for entry in found:
        yield from name_findings(part, entry.name, entry.at)
        yield from look_at(opened, entry, entry.end, check=False)
