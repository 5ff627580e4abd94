"""Records of a zip, read from bytes that may be anything.

Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 (records), 4.4.4 (flags), 4.5.3 (zip64).
"""

import struct
import zlib
from dataclasses import dataclass

from seatrial.scan.blob import Blob
from seatrial.scan.containers.names import decoded

LOCAL, CENTRAL, END, DESCRIPTOR = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x07\x08"
END64, LOCATOR64, SIGNATURE = b"PK\x06\x06", b"PK\x06\x07", b"PK\x05\x05"
ENCRYPTED, DESCRIBED, PATCHED, STRONG, UTF8, MASKED = 0x1, 0x8, 0x20, 0x40, 0x800, 0x2000
LOCAL_SIZE, CENTRAL_SIZE, END_SIZE, LOCATOR_SIZE, END64_SIZE = 30, 46, 22, 20, 56
_FULL = 0xFFFFFFFF
FAR = 1 << 60
"""More bytes than a file can have: what a header says beyond is cut to it, so that no read overflows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one header says of a file: a local one before its bytes, or one of the central directory.

    Args:
        at: Where the header stands.
        length: Bytes of the header with all that varies.
        raw: The name's bytes.
        local: Where the local header stands, as a central one says; of a local one, where it is.
        odd: What is wrong with the header itself, in words.
    """

    at: int
    length: int
    raw: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    local: int
    attributes: int = 0
    disk: int = 0
    unicode_name: bytes | None = None
    odd: str = ""

    @property
    def name(self) -> str:
        """The name as text."""
        return decoded(self.raw, utf8=bool(self.flags & UTF8))

    @property
    def end(self) -> int:
        """Where the header ends; of a local one, where the bytes of the file start."""
        return self.at + self.length


@dataclass(frozen=True, slots=True)
class End:
    """An end-of-central-directory record, with its zip64 form taken in. `start` is where the first of both stands."""

    at: int
    start: int
    disk: int
    count: int
    size: int
    offset: int
    comment: int
    odd: str = ""

    @property
    def end(self) -> int:
        """Where the record and its comment end."""
        return self.at + END_SIZE + self.comment


def local_entry(blob: Blob, at: int) -> Entry | None:
    """The local header at an offset, None when there is none."""
    head = blob.read(at, LOCAL_SIZE)
    if len(head) < LOCAL_SIZE or head[:4] != LOCAL:
        return None
    _, flags, method, _, _, crc, packed, size, name, extra = struct.unpack("<HHHHHIIIHH", head[4:])
    rest = blob.read(at + LOCAL_SIZE, name + extra)
    if len(rest) < name + extra:
        return None
    fields, odd = _extra(rest[name:])
    size, packed, _, odd = _sizes64(fields.get(1, b""), (size, packed, 0), odd)
    return Entry(
        at, LOCAL_SIZE + name + extra, rest[:name], flags, method, crc, packed, size, at,
        unicode_name=_unicode_name(fields, rest[:name]), odd=odd,
    )  # fmt: skip


def central_entry(blob: Blob, at: int) -> Entry | None:
    """The header of the central directory at an offset, None when there is none."""
    head = blob.read(at, CENTRAL_SIZE)
    if len(head) < CENTRAL_SIZE or head[:4] != CENTRAL:
        return None
    (_, _, flags, method, _, _, crc, packed, size, name, extra, comment, disk, _, attributes, local) = struct.unpack(
        "<HHHHHHIIIHHHHHII", head[4:]
    )
    rest = blob.read(at + CENTRAL_SIZE, name + extra)
    if len(rest) < name + extra:
        return None
    fields, odd = _extra(rest[name:])
    size, packed, local, odd = _sizes64(fields.get(1, b""), (size, packed, local), odd)
    length = CENTRAL_SIZE + name + extra + comment
    return Entry(
        at, length, rest[:name], flags, method, crc, packed, size, local,
        attributes=attributes, disk=disk, unicode_name=_unicode_name(fields, rest[:name]), odd=odd,
    )  # fmt: skip


def end_record(blob: Blob, at: int) -> End | None:
    """The end record at an offset, None when there is none."""
    head = blob.read(at, END_SIZE)
    if len(head) < END_SIZE or head[:4] != END:
        return None
    disk, start_disk, here, count, size, offset, comment = struct.unpack("<HHHHIIH", head[4:])
    odd = "the counts of this disk and of all disks differ" if here != count else ""
    end = End(at, at, max(disk, start_disk), count, size, offset, comment, odd)
    return _end64(blob, end) or end


def _end64(blob: Blob, end: End) -> End | None:
    """The end with what its zip64 form says. Fields of 16 or 32 bits that are not full must say the same."""
    locator = blob.read(end.at - LOCATOR_SIZE, LOCATOR_SIZE)
    if len(locator) < LOCATOR_SIZE or locator[:4] != LOCATOR64:
        return None
    disk, place, _ = struct.unpack("<IQI", locator[4:])
    odd, before = end.odd, end.at - LOCATOR_SIZE - END64_SIZE
    for at in dict.fromkeys((min(place, FAR), before)):
        head = blob.read(at, END64_SIZE)
        if head[:4] != END64 or len(head) < END64_SIZE:
            continue
        _, _, _, this_disk, start_disk, _, count, size, offset = struct.unpack("<QHHIIQQQQ", head[4:])
        short = (end.count, end.size, end.offset)
        differ = any(
            small not in (full, large) for small, full, large in zip(
                short, (0xFFFF, _FULL, _FULL), (count, size, offset), strict=True
            )
        )  # fmt: skip
        odd = "the end record and its zip64 form differ" if differ else odd
        if at != before and blob.read(before, 4) == END64:
            odd = "two zip64 records"
        return End(
            end.at, at, max(disk, this_disk, start_disk), count, min(size, FAR), min(offset, FAR), end.comment, odd
        )
    return End(end.at, end.at, end.disk, end.count, end.size, end.offset, end.comment, "its zip64 record is missing")


def _extra(data: bytes) -> tuple[dict[int, bytes], str]:
    """The extra fields by their id, the first of each; and what is wrong with them."""
    fields: dict[int, bytes] = {}
    at, odd = 0, ""
    while at + 4 <= len(data):
        key, length = struct.unpack_from("<HH", data, at)
        if at + 4 + length > len(data):
            break
        if key == 1 and key in fields:
            odd = "two zip64 fields"
        fields.setdefault(key, data[at + 4 : at + 4 + length])
        at += 4 + length
    return fields, odd


def _sizes64(field: bytes, sizes: tuple[int, int, int], odd: str) -> tuple[int, int, int, str]:
    """Size, packed size and offset, each replaced by the next zip64 value when it is full."""
    found, at = list(sizes), 0
    for index, value in enumerate(sizes):
        if value == _FULL and at + 8 <= len(field):
            found[index] = min(int.from_bytes(field[at : at + 8], "little"), FAR)
            at += 8
    return found[0], found[1], found[2], odd


def _unicode_name(fields: dict[int, bytes], raw: bytes) -> bytes | None:
    """The name of an Info-ZIP Unicode path field that belongs to this name; some readers prefer it."""
    field = fields.get(0x7075, b"")
    if len(field) < 5 or field[0] != 1 or struct.unpack_from("<I", field, 1)[0] != zlib.crc32(raw):
        return None
    return field[5:]
