"""Looks at one file of a zip: unpacks it, compares it with what the headers say."""

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from seatrial.core.finding import Finding
from seatrial.scan.blob import Blob, Unpacked, Window
from seatrial.scan.containers import members, names, unpacking, zip_rules
from seatrial.scan.containers.members import SMALL, Kind
from seatrial.scan.containers.unpacking import Engine, Stream
from seatrial.scan.containers.zip_records import ENCRYPTED, MASKED, PATCHED, STRONG, Entry
from seatrial.scan.part import Part

CHECKED = 64 << 20
"""Bytes of an archive whose checksums are compared; what no loader reads whole need not be read here."""
TINY = 1 << 16
"""Packed bytes that are always unpacked whole: they cannot be many."""
_PLAIN = {8: unpacking.Inflate, 12: unpacking.bzip2, 95: unpacking.xz}


@dataclass(slots=True)
class Opened:
    """An archive that is being looked at: its Part, what kind it is, and how many bytes may still be checked."""

    part: Part
    kind: Kind
    left: int = CHECKED


@dataclass(slots=True)
class Content:
    """A file's bytes, and the stream they come from when they are packed."""

    blob: Blob
    stream: Stream | None = None


def look_at(opened: Opened, entry: Entry, start: int, *, check: bool) -> Iterator[Finding]:
    """Look at a file whose data starts at an offset, and compare it with its header if `check`."""
    part = opened.part
    if entry.name.endswith("/") and entry.size == 0:
        return
    if opened.kind == "torch" and names.is_tensor(entry.name) and not _may_be_pickle(part.blob, entry, start):
        part.budget.member()
        yield from _secret(part, entry, start)
        return
    content = _content(part, entry, start)
    if content is None:
        yield part.finding(zip_rules.METHOD, f"{entry.name}: method {entry.method}", offset=entry.at)
        return
    inner = part.inside(entry.name, content.blob)
    if _is_secret(entry):
        if opened.kind != "torch" and not _is_plain(inner, entry):
            yield inner.finding(zip_rules.ENCRYPTED_MEMBER, "a password is needed")
            return
        yield inner.finding(
            zip_rules.FLAG_LIES, "no reader of torch decrypts" if opened.kind == "torch" else "it reads as it is"
        )
    if stat.S_ISLNK(entry.attributes >> 16):
        target = content.blob.read(0, 4096).decode("utf-8", "backslashreplace")
        yield from members.link_findings(part, entry.name, target, entry.at)
    yield from members.content_findings(inner, opened.kind)
    if check:
        yield from _as_told(opened, inner, entry, content.stream)


def _is_secret(entry: Entry) -> bool:
    return bool(entry.flags & (ENCRYPTED | PATCHED | STRONG | MASKED))


def _secret(part: Part, entry: Entry, start: int) -> Iterator[Finding]:
    """A tensor marked as encrypted: no reader of torch decrypts, so that the mark can only be there for scanners."""
    if _is_secret(entry):
        yield part.finding(zip_rules.FLAG_LIES, f"{entry.name}: torch reads no encrypted file", offset=entry.at)


def _is_plain(inner: Part, entry: Entry) -> bool:
    found = members.whole(inner.blob, inner, 4 * SMALL)
    return found is not None and found == (entry.size, entry.crc)


def _may_be_pickle(blob: Blob, entry: Entry, start: int) -> bool:
    """Whether the place of a tensor holds a small pickle instead: its first bytes and its last one are those of one."""
    if entry.method != 0 or not 4 <= entry.packed <= 1 << 20:
        return entry.method != 0
    head, last = blob.read(start, 2), blob.read(start + entry.packed - 1, 1)
    if last != b".":
        return False
    return (head[0] == 0x80 and head[1] in (2, 3, 4, 5)) or blob.read(start, entry.packed).isascii()


def _content(part: Part, entry: Entry, start: int) -> Content | None:
    if entry.method == 0:
        return Content(Window(part.blob, start, entry.packed))
    engine: Callable[[], Engine] | None = _PLAIN.get(entry.method)
    stop = start + entry.packed
    if entry.method == 14:
        head = part.blob.read(start, 9)
        if len(head) < 9 or head[2:4] != b"\x05\0":
            return None
        engine, start = unpacking.lzma_in_zip(head[4:]), start + 9
    if engine is None:
        return None
    stream = Stream(part.blob, start, stop, engine)
    return Content(Unpacked(iter(stream), part.budget), stream)


def _as_told(opened: Opened, inner: Part, entry: Entry, stream: Stream | None) -> Iterator[Finding]:
    """Compare a small file with its header; a big one is read by nobody whole."""
    if (entry.size > SMALL and entry.packed > TINY) or opened.left < 0:
        return
    limit = max(SMALL, TINY * 1040)
    found = members.whole(inner.blob, inner, limit)
    if found is None:
        yield inner.finding(zip_rules.SIZE_LIES, f"{entry.size} bytes are told, there are more than {limit}")
        return
    size, crc = found
    opened.left -= size
    if stream is None and size < entry.packed:
        yield inner.finding(zip_rules.CUT, f"{size} of {entry.packed} bytes are there")
    elif stream is not None and stream.end is None and not (entry.method == 14 and size == entry.size):
        yield inner.finding(zip_rules.CUT, stream.why)
    elif size != entry.size:
        yield inner.finding(zip_rules.SIZE_LIES, f"{entry.size} bytes are told, {size} are there")
    elif crc != entry.crc:
        yield inner.finding(zip_rules.CHECKSUM, f"{entry.crc:08x} is told, it is {crc:08x}")
    elif stream is not None and entry.method != 14:
        yield from _behind(inner, opened, entry, stream)


def _behind(inner: Part, opened: Opened, entry: Entry, stream: Stream) -> Iterator[Finding]:
    """Bytes that belong to a file but are not read when it is unpacked."""
    end = stream.end
    left = 0 if end is None or stream.stop_at is None else stream.stop_at - end
    if end is not None and left > 0:
        yield inner.finding(zip_rules.UNOWNED, f"{left} bytes behind the packed data")
        yield from opened.part.inside(
            f"{entry.name} (behind the packed data)", Window(opened.part.blob, end, left)
        ).look()
