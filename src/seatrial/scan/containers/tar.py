"""Tar archives: every header is read here, so that nothing that an unpacker may see is passed over."""

from collections.abc import Iterator
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import Window
from seatrial.scan.containers import members
from seatrial.scan.containers.members import Kind, kind_of
from seatrial.scan.containers.names import Links, leaving
from seatrial.scan.containers.tar_records import BLOCK, Entry, Header, header, is_tar
from seatrial.scan.containers.tar_walk import Walk
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule

SEARCHED: Final = 16 << 20
_READ_APART = ("CWE-436", *SUPPLY_CHAIN)
HEADERS = Rule(
    "tar.headers-differ",
    "attack",
    "Headers of one file disagree about its size",
    "Readers that trust the one see other files than readers that trust the other: entries hide in the data.",
    "Do not unpack it: no honest program writes such an archive.",
    _READ_APART,
)
BROKEN = Rule(
    "tar.broken-header",
    "review",
    "A broken header in the archive",
    "Some readers stop there, others go on: what stands behind is hidden from some.",
    "Get the archive anew from its source and compare digests.",
    _READ_APART,
)
DEVICE = Rule(
    "tar.device",
    "attack",
    "A device among the files",
    "Unpacked with enough rights it gives access to disks and memory; no model needs one.",
    "Do not unpack it.",
    ("CWE-732", *SUPPLY_CHAIN),
)
FIFO = Rule(
    "tar.fifo",
    "review",
    "A FIFO among the files",
    "Whoever opens it waits until somebody writes to it.",
    "Unpack it with special files refused (tarfile's filter `data`).",
)
BEHIND = Rule(
    "tar.behind-end",
    "review",
    "Something stands behind the end of the archive",
    "Most readers stop at the end, some go on: what stands there is hidden from most.",
    "Rebuild the archive from the files that you want.",
    _READ_APART,
)
SPARSE = Rule(
    "tar.sparse",
    "unread",
    "A file with holes, which is not put together here",
    "What was not read was not judged: it may hold anything.",
    "Pack it anew without the option for sparse files.",
)
CUT = Rule(
    "tar.cut-off",
    "unread",
    "A file in the archive is cut off",
    "What was not read was not judged: it may hold anything.",
    "Get the archive anew from its source.",
)


def _inspect(part: Part) -> Iterator[Finding]:
    walk = Walk(part)
    entries = list(walk)
    kind = kind_of(each.name for each in entries)
    yield from _all(part, entries, kind)
    yield from _behind(part, walk, kind)


def _all(part: Part, entries: list[Entry], kind: Kind) -> Iterator[Finding]:
    links = Links()
    for entry in entries:
        yield from _one(part, entry, links)
        if entry.size == 0:
            continue
        window = Window(part.blob, entry.start, entry.size)
        if not part.blob.read(entry.start + entry.size - 1, 1):
            yield part.finding(CUT, entry.name, offset=entry.header.at)
        yield from members.content_findings(part.inside(entry.name, window), kind)


def _one(part: Part, entry: Entry, links: Links) -> Iterator[Finding]:
    at, of = entry.header.at, entry.header.kind
    for rule, texts in ((BROKEN, entry.odd), (HEADERS, entry.apart)):
        for text in texts:
            yield part.finding(rule, f"{entry.name}: {text}", offset=at)
    yield from members.name_findings(part, entry.name, at)
    folder = entry.name.replace("\\", "/").rstrip("/").rpartition("/")[0]
    if leaving(entry.name) is None and links.leads_out(folder):
        yield part.finding(members.THROUGH_LINK, entry.name, offset=at)
    if of == b"2":
        found = list(members.link_findings(part, entry.name, entry.link, at))
        yield from found
        if not found and links.leads_out(f"{folder}/{entry.link}"):
            yield part.finding(members.LINK_LEAVES, f"{entry.name} -> {entry.link}", offset=at)
        links.add(entry.name, entry.link)
    elif of == b"1" and (leaving(entry.link) or links.leads_out(entry.link)):
        yield part.finding(members.LINK_LEAVES, f"{entry.name} = {entry.link}", offset=at)
    elif of in (b"3", b"4"):
        yield part.finding(DEVICE, entry.name, offset=at)
    elif of == b"6":
        yield part.finding(FIFO, entry.name, offset=at)
    if entry.sparse:
        yield part.finding(SPARSE, entry.name, offset=at)


def _behind(part: Part, walk: Walk, kind: Kind) -> Iterator[Finding]:
    """What stands behind the zeros that end an archive: more of it, or something else."""
    blob = part.blob
    for _ in range(part.budget.limits.depth):
        if walk.why == "it is cut off":
            raise Unreadable(walk.why)
        start = _after_zeros(part, walk.at)
        if start is None:
            return
        rule = BROKEN if walk.why else BEHIND
        found = header(blob, start)
        if found is None or not found.summed or not found.name:
            window = Window(blob, start, blob.size - start)
            yield part.finding(rule, window.read(0, 16).hex(" "), offset=start)
            yield from part.inside("(behind the archive)", window).look()
            found = _next_header(part, start + BLOCK)
            if found is None:
                return
        yield part.finding(rule, f"more entries, from {found.name}", offset=found.at)
        walk = Walk(part, found.at)
        yield from _all(part, list(walk), kind)


def _next_header(part: Part, at: int) -> Header | None:
    """The next header behind a broken one, in the first megabytes: GNU tar skips what stands between."""
    for place in range(at, at + SEARCHED, BLOCK):
        block = part.blob.read(place, BLOCK)
        if len(block) < BLOCK:
            return None
        found = header(part.blob, place) if block[257:262] == b"ustar" else None
        if found is not None and found.summed and found.name:
            return found
    return None


def _after_zeros(part: Part, at: int) -> int | None:
    """The first block that is not all zeros, None when there is none."""
    empty = bytes(1 << 16)
    while chunk := part.blob.read(at, 1 << 16):
        if chunk != empty[: len(chunk)]:
            lead = len(chunk) - len(chunk.lstrip(b"\0"))
            return at + lead // BLOCK * BLOCK
        at += len(chunk)
        part.budget.check_time()
    return None


TAR: Final = Format(
    "tar",
    "Tar archives (NeMo, sdist, old torch): every header read, links and names followed, members looked at",
    lambda part: is_tar(part.blob),
    _inspect,
    (HEADERS, BROKEN, DEVICE, FIFO, BEHIND, SPARSE, CUT, *members.RULES),
)
