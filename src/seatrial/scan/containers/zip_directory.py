"""Finds the directories of a zip as different readers do.

zipfile and miniz (torch) take the last end record; zipfile counts the directory's place back from it, so that something
may stand before the archive, miniz takes the offset as it is. Where these lead to different places, both are read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from seatrial.scan.blob import Blob, Unpacked
from seatrial.scan.containers.zip_records import (
    CENTRAL,
    END,
    END_SIZE,
    LOCAL,
    SIGNATURE,
    End,
    Entry,
    central_entry,
    end_record,
)
from seatrial.scan.limits import Budget

TAIL = END_SIZE + 0xFFFF
_TRIED = 64
UNPACKED_TAIL = 4 << 20
"""How much of something compressed is unpacked to see whether a zip stands at its end."""


@dataclass(slots=True)
class Directory:
    """A central directory: its end record, where it is, how far everything is moved, and what it lists."""

    end: End
    start: int
    stop: int
    shift: int
    entries: list[Entry] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)


def ends(blob: Blob) -> list[End]:
    """End records in the last 64 KB, the last one first: that is the one that most readers take."""
    start, tail = _tail(blob)
    found, at = [], tail.rfind(END)
    while at >= 0:
        end = end_record(blob, start + at)
        if end is not None:
            found.append(end)
        at = tail.rfind(END, 0, at)
    return found


def _tail(blob: Blob) -> tuple[int, bytes]:
    if isinstance(blob, Unpacked) and blob.read(0, 2) != b"PK":
        # Tensors are skipped, not unpacked: only what is small, and no array, may be a zip behind something else.
        if blob.read(0, 6) == b"\x93NUMPY":
            return 0, b""
        data = blob.read(0, UNPACKED_TAIL + 1)
        start = max(0, len(data) - TAIL)
        return (0, b"") if len(data) > UNPACKED_TAIL else (start, data[start:])
    start = max(0, blob.size - TAIL)
    return start, blob.read(start, TAIL)


def is_plausible(blob: Blob, end: End) -> bool:
    """Whether a directory of at least one entry stands where an end record says, and does not belong to another blob.

    The tail of a zip that was cut out begins behind where it says: no file of it is there.
    """
    if blob.read(end.offset, 4) == CENTRAL:
        return True
    at = end.start - end.size
    shift = at - end.offset
    for _ in range(_TRIED):
        entry = central_entry(blob, at) if at >= 0 else None
        if entry is None:
            return False
        if shift >= 0 or blob.read(entry.local + shift, 4) == LOCAL:
            return True
        at = entry.end
    return False


def directories(blob: Blob, end: End, budget: Budget) -> Iterator[Directory]:
    """The directory of an end record, as it is counted back from the record, and by its offset where that differs."""
    back, told = end.start - end.size, end.offset
    if end.count == 0 and end.size == 0:
        yield Directory(end, end.start, end.start, 0)
        return
    behind = blob.read(back, 4) == CENTRAL if back >= 0 else False
    if behind:
        yield _read(blob, end, back, back - told, budget)
    if told != back and blob.read(told, 4) == CENTRAL:
        yield _read(blob, end, told, 0, budget)


def _read(blob: Blob, end: End, start: int, shift: int, budget: Budget) -> Directory:
    found = Directory(end, start, start, shift)
    if end.odd:
        found.odd.append(end.odd)
    at = start
    while at < end.start:
        entry = central_entry(blob, at)
        if entry is None:
            break
        budget.member()
        found.entries.append(replace(entry, local=entry.local + shift))
        at = entry.end
    if blob.read(at, 4) == SIGNATURE:
        at += 6 + int.from_bytes(blob.read(at + 4, 2), "little")
    found.stop = at
    count = len(found.entries)
    if end.count not in (count, count & 0xFFFF):
        found.odd.append(f"{end.count} entries are told, {count} are there")
    if at != start + end.size:
        found.odd.append(f"{end.size} bytes of directory are told, {at - start} are there")
    if shift < 0:
        found.odd.append("the directory begins behind where it ends")
    return found


def is_zip(blob: Blob) -> bool:
    """Whether some reader of zips opens the bytes: a header at the start, or an end record with its directory."""
    head = blob.read(0, 4)
    if head == LOCAL:
        return True
    found = next(iter(ends(blob)), None)
    if found is None:
        return False
    if head == END and found.at == 0:
        return True
    # A zip inside a tar is a member: only one that ends the file is its own.
    if blob.read(257, 5) == b"ustar" and found.end != blob.size:
        return False
    return is_plausible(blob, found)
